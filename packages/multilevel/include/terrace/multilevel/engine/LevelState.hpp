#pragma once

#include <terrace/multilevel/engine/CoarseModel.hpp>
#include <terrace/multilevel/engine/RecursionControl.hpp>
#include <terrace/multilevel/engine/TruncatedCG.hpp>
#include <terrace/multilevel/engine/TrustRegionRadius.hpp>
#include <terrace/multilevel/hierarchy/AdaptiveMetric.hpp>
#include <terrace/multilevel/hierarchy/LevelHierarchy.hpp>
#include <terrace/multilevel/hierarchy/LimitedPrecision.hpp>
#include <terrace/multilevel/secant/CompactSR1.hpp>
#include <terrace/multilevel/secant/PairedGradient.hpp>

#include <limits>
#include <string>

namespace terrace {

/// Everything one level of the engine works on: iterate, model, gradient, secant pairs, radii and trial
/// vectors. All vectors are made here, once.
template <class Real>
class LevelState {
public:
  /// \param level   of the hierarchy, 0 is the finest.
  /// \param secant  the list "General > Secant".
  LevelState(const LevelHierarchy<Real>& hierarchy, int level, const CycleParameters& parameters,
             const Teuchos::ParameterList& secant);

  /// Forgets pairs, radii and linear term: the state before a run.
  void restart(const CycleParameters& parameters);

  /// Sets up the first-order-consistent model at the iterate. Not on the finest level.
  ///
  /// \param restricted  the restricted gradient of the finer level: the model's gradient at the iterate.
  /// \param distance    how far the iterate may go from there.
  /// \return false if the level's objective is not finite at the iterate; the level then has no model.
  bool enterCoarseModel(const ROL::Vector<Real>& restricted, Real distance);
  /// Back to the level's own objective.
  void leaveCoarseModel();

  /// Whether the gradient is too small for any step to show in the value.
  bool isStationary() const { return !(gradientNorm > std::numeric_limits<Real>::min()); }
  /// The length below which a step may be lost in rounding errors of the iterate, or more: its norm is only
  /// asked for where no bound of it is known.
  Real smallestStep();
  /// Whether x + step = x in every entry. Overwrites `xTrial`.
  bool stepIsLost();
  /// How far the iterate may still go from the origin of its coarse model; infinite without one. Overwrites
  /// `step`.
  Real remainingDistance();

  /// Evaluates the model at the iterate.
  void evaluate();

  /// Minimises the smoother's model of a step within `radius`: the result is in `step`.
  SubproblemResult<Real> solveSubproblem(Real radius);
  /// Evaluates the model at the trial iterate x + step; false if value or gradient is not finite. The
  /// gradient is asked for only where the value is finite.
  bool evaluateTrial();
  /// The same; then the secant, if it is in use, gets the pair of the trial step. Rejected steps tell as much
  /// about the curvature as accepted ones.
  bool evaluateTrialAndLearn();

  /// Whether so many trial iterates in a row were given up that the metric may be at fault.
  bool distrustsMetric() const { return hasMetric() && rejections_ >= mostRejections_; }

  /// Makes the trial iterate the iterate.
  /// \param stepNorm  of the trial step in the coordinates of the secant, or more; infinity: not known.
  void acceptTrial(Real stepNorm = std::numeric_limits<Real>::infinity());
  /// Tells the objective that the trial iterate is given up.
  void rejectTrial();

  /// Actual over predicted reduction of the trial iterate; -infinity if \p finite is false.
  ///
  /// Where both reductions are at the level of the errors of the value, the actual one is computed from the
  /// gradients along the step by the trapezoidal rule, which is exact for a quadratic and free of
  /// cancellation. Source: Hager & Zhang (SIAM J. Optim. 16, 2005), who do so in line searches.
  Real ratio(bool finite, Real predictedReduction);
  /// Whether the last trial iterates could not be judged by a value of limited precision: their predicted
  /// reductions were below its errors.
  bool isAtPrecisionFloor() const { return trialsInNoise_ >= patience_; }

  /// From here on the secant, its pairs and the trust region of smoothing steps are in the curvature
  /// coordinates of \p metric; null: in the vectors' own, as at the start. Pairs of other coordinates are to
  /// be cleared. Not where the smoother is Newton's.
  void setMetric(const ROL::Ptr<AdaptiveMetric<Real>>& metric);
  /// Back to the vectors' own coordinates, without pairs and with the initial radius: where steps in those of
  /// a metric are lost or rejected again and again, the metric may be at fault. \return whether there was
  /// one.
  bool leaveMetric(const CycleParameters& parameters);
  /// Whether the secant works in the coordinates of a metric: between setMetric() and leaveMetric().
  bool hasMetric() const { return metric_ != ROL::nullPtr; }
  /// In the coordinates of the metric.
  Real scaledGradientNorm() const { return scaledGradient_.norm(); }

  /// What the level carries from one cycle to the next. A restored iterate is evaluated again if the
  /// objective has another precision than when it was stored.
  /// \param working  whether it is the level worked on, whose iterate counts.
  void visitState(StateArchive<Real>& archive, const std::string& name, bool working);

  CoarseModel<Real> model;                  ///< What the level minimises.
  CompactSR1<Real> secant;                  ///< In use where the smoother is the secant.
  ROL::Ptr<TruncatedCG<Real>> newton;       ///< Null where the smoother is the secant.
  TrustRegionRadius<Real> smoothingRadius;  ///< Of smoothing steps.
  TrustRegionRadius<Real> correctionRadius; ///< Of corrections by the next coarser level.
  RecursionControl recursion;               ///< Whether cycles on this level recurse.

  ROL::Ptr<ROL::Vector<Real>> x,                  ///< Primal: the iterate.
      xTrial,                                     ///< Primal: the trial iterate, x + step.
      step;                                       ///< Primal: the trial step.
  ROL::Ptr<ROL::Vector<Real>> start;              ///< Primal: the iterate before the cycle.
  PairedGradient<Real> gradient,                  ///< Dual: of the model at `x`.
      gradientTrial;                              ///< Dual: of the model at `xTrial`.
  ROL::Ptr<ROL::Vector<Real>> restrictedGradient; ///< Dual, of the finer level; null on the finest.
  Real value = 0;                                 ///< Of the model at `x`.
  /// What rounding errors are relative to at least: 1, or the value where the level was entered if that is
  /// less.
  Real valueScale = 0;
  Real valueTrial = 0;   ///< Of the model at `xTrial`.
  Real gradientNorm = 0; ///< At `x`, in the vectors' own metric.
  /// The distance that the iterate may go from the model's origin: the radius of the finer level.
  Real bound = std::numeric_limits<Real>::infinity();
  const LimitedPrecision* precision; ///< Of the level's objective; null where it has full precision.

private:
  bool evaluateAtTrial();
  void learnFromTrial();
  double relativeError() const { return precision == nullptr ? 0.0 : precision->relativeError(); }

  void toMetric(PairedGradient<Real>& scaled, const PairedGradient<Real>& own) {
    metric_->toCurvatureCoordinates(scaled.overwrite(), own.vector());
  }

  static constexpr int patience_ = 10;
  static constexpr int mostRejections_ = 8;
  int trialsInNoise_ = 0;
  int rejections_ = 0;                                        // in a row
  Real iterateBound_ = std::numeric_limits<Real>::infinity(); // of the iterate's norm; infinite: not known
  ROL::Ptr<ROL::Vector<Real>> gradientDifference_;            // dual; null where the smoother is Newton's
  ROL::Ptr<AdaptiveMetric<Real>> metric_;                     // null: none
  // In its coordinates.
  PairedGradient<Real> scaledGradient_, scaledGradientTrial_;
  ROL::Ptr<ROL::Vector<Real>> scaledStep_;
};

extern template class LevelState<double>;

} // namespace terrace
