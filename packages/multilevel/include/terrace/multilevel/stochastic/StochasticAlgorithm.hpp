#pragma once

#include <terrace/multilevel/hierarchy/LevelHierarchy.hpp>
#include <terrace/multilevel/hierarchy/SampledObjective.hpp>
#include <terrace/multilevel/run/RunLimits.hpp>
#include <terrace/multilevel/run/SolverContext.hpp>
#include <terrace/multilevel/sampling/BatchSequence.hpp>
#include <terrace/multilevel/stochastic/GradientRule.hpp>
#include <terrace/multilevel/stochastic/LearningRateSchedule.hpp>

#include <ROL_TypeU_Algorithm.hpp>

#include <iostream>
#include <string>

namespace terrace {

/// Mini-batch methods as an unconstrained (Type-U) algorithm of ROL: "Stochastic Gradient" (MomentumRule) and
/// "Adam" (AdamRule) on the finest level. One iteration is one epoch, in which every sample is used once.
///
/// A step costs the work of a value and gradient on its batch. State and record of an epoch have the value
/// and gradient on all samples at its end. That evaluation informs the reader and the status tests; it counts
/// neither as work nor, if the context has `untimed`, as time.
///
/// A limit ends a run between two steps. If it is resumed, the rest of the epoch is an iteration of its own.
template <class Real>
class StochasticAlgorithm : public ROL::TypeU::Algorithm<Real> {
public:
  /// \param hierarchy   whose finest objective is a SampledObjective.
  /// \param parameters  lists General, Step (Type is one of the two) and Status Test, checked and complete.
  /// \param context     observer, checkpoints, seed and clock.
  /// \param limits      asked after every step; where they are reached, the epoch ends. May be null.
  /// \throws ParameterError if the objective has no samples or fewer than a batch, or a cosine schedule has
  /// no length.
  StochasticAlgorithm(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy, Teuchos::ParameterList& parameters,
                      const SolverContext<Real>& context = {},
                      ROL::Ptr<const RunLimits> limits = ROL::nullPtr);

  using ROL::TypeU::Algorithm<Real>::run;

  /// A run whose value or gradient becomes infinite or NaN ends with ROL::EXITSTATUS_NAN.
  ///
  /// \param objective  the hierarchy's finest, a SampledObjective.
  /// \throws std::invalid_argument if it is no SampledObjective; std::runtime_error if the value or the
  /// gradient at the start is not finite.
  void run(ROL::Vector<Real>& x, const ROL::Vector<Real>& g, ROL::Objective<Real>& objective,
           std::ostream& out = std::cout) override;

  void writeHeader(std::ostream& out) const override;
  void writeName(std::ostream& out) const override;
  void writeOutput(std::ostream& out, bool writeHeader = false) const override;

private:
  static BatchSequence makeBatches(const LevelHierarchy<Real>& hierarchy,
                                   const Teuchos::ParameterList& parameters,
                                   const SolverContext<Real>& context);
  static ROL::Ptr<GradientRule<Real>> makeRule(const Teuchos::ParameterList& parameters);
  void start(ROL::Vector<Real>& x, SampledObjective<Real>& objective);
  void visitState(StateArchive<Real>& archive, ROL::Vector<Real>& x);
  void rest(ROL::Vector<Real>& x);
  double partOfRun() const;
  void epoch(ROL::Vector<Real>& x, SampledObjective<Real>& objective);
  void evaluate(const ROL::Vector<Real>& x, SampledObjective<Real>& objective);
  void report(const ROL::Vector<Real>& x);
  bool finite() const;

  ROL::Ptr<LevelHierarchy<Real>> hierarchy_;
  SolverContext<Real> context_;
  ROL::Ptr<const RunLimits> limits_;
  std::string name_;
  int verbosity_;
  BatchSequence batches_;
  double workLimit_;
  int iterationLimit_;
  LearningRateSchedule rate_;
  ROL::Ptr<GradientRule<Real>> rule_;
  ROL::Ptr<ROL::Vector<Real>> batchGradient_;
  IterationRecord<Real> record_;
  int epoch_ = 0;      // under way
  long nextBatch_ = 0; // of this epoch
};

extern template class StochasticAlgorithm<double>;

} // namespace terrace
