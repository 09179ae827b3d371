#pragma once

#include <terrace/multilevel/engine/CoarseModel.hpp>
#include <terrace/multilevel/engine/RecursionControl.hpp>
#include <terrace/multilevel/engine/TruncatedCG.hpp>
#include <terrace/multilevel/engine/TrustRegionRadius.hpp>
#include <terrace/multilevel/hierarchy/LevelHierarchy.hpp>
#include <terrace/multilevel/hierarchy/LimitedPrecision.hpp>
#include <terrace/multilevel/secant/CompactSR1.hpp>

#include <limits>
#include <string>

namespace terrace {

/// Everything one level of the engine works on: iterate, model, derivative, secant pairs, radii and trial
/// vectors. All vectors are made here, once.
template <class Real>
class LevelState {
public:
  /// \param coarsest  whether it is the coarsest level of the hierarchy.
  LevelState(const Level<Real>& level, const CycleParameters& parameters,
             const Teuchos::ParameterList& secant, bool coarsest);

  /// Forgets pairs, radii and linear term: the state before a run.
  void restart(const CycleParameters& parameters);

  /// Sets up the first-order-consistent model at the iterate x: its gradient there is the restricted one in
  /// `dual`. \param distance  how far the iterate may go from there. \return false if the level's objective
  /// is not finite at x.
  bool enterCoarseModel(Real distance);
  /// Back to the level's own objective.
  void leaveCoarseModel();

  /// Whether the gradient is too small for any step to show in the value.
  bool isStationary() const { return !(gradientNorm > std::numeric_limits<Real>::min()); }
  /// The length below which a step may be lost in rounding errors of the iterate.
  Real smallestStep() const;
  /// Whether x + step = x in every entry.
  bool stepIsLost();

  /// Evaluates the model at the iterate.
  void evaluate();

  /// Minimises the smoother's model of a step within \p radius: the result is in `step`.
  SubproblemResult<Real> solveSubproblem(Real radius);
  /// Tells the secant, if it is in use, the gradients at the iterate and at the trial iterate.
  void learnFromTrial();

  /// Evaluates the model at the trial iterate x + step; false if value or gradient is not finite. The
  /// gradient is asked for only where the value is finite.
  bool evaluateTrial();

  /// Makes the trial iterate the iterate.
  void acceptTrial();
  /// Tells the objective that the trial iterate is given up.
  void rejectTrial();

  /// Actual over predicted reduction of the trial iterate; -infinity if \p finite is false. Where both are at
  /// the level of the errors of the value, the actual one is that of the gradients along the step
  /// (trapezoidal rule: exact for a quadratic, no cancellation; Hager & Zhang, SIAM J. Optim. 16, 2005, do so
  /// in line searches).
  Real ratio(bool finite, Real predictedReduction);
  /// Whether the last trial iterates could not be judged by a value of limited precision: their predicted
  /// reductions were below its errors.
  bool isAtPrecisionFloor() const { return trialsInNoise_ >= patience_; }

  /// What the level carries from one cycle to the next. A restored iterate is evaluated anew if the objective
  /// has another precision than when it was stored.
  /// \param working  whether it is the level worked on, whose iterate counts.
  void visitState(StateArchive<Real>& archive, const std::string& name, bool working);

  CoarseModel<Real> model;
  CompactSR1<Real> secant;
  ROL::Ptr<TruncatedCG<Real>> newton; // null where the smoother is the secant
  TrustRegionRadius<Real> smoothingRadius;
  TrustRegionRadius<Real> correctionRadius;
  RecursionControl recursion;

  ROL::Ptr<ROL::Vector<Real>> x, xTrial, step, start;        // primal; start is the iterate before the cycle
  ROL::Ptr<ROL::Vector<Real>> gradient, gradientTrial, dual; // dual; the last is scratch
  Real value = 0;
  /// What rounding errors are relative to at least: 1, or the value where the level was entered if that is
  /// less.
  Real valueScale = 0;
  Real valueTrial = 0;
  Real gradientNorm = 0;
  /// The distance that the iterate may go from the model's origin: the radius of the finer level.
  Real bound = std::numeric_limits<Real>::infinity();
  const LimitedPrecision* precision; ///< Of the level's objective; null where that is as exact as can be.

private:
  double relativeError() const { return precision == nullptr ? 0.0 : precision->relativeError(); }

  static constexpr int patience_ = 10;
  int trialsInNoise_ = 0;
};

} // namespace terrace
