#pragma once

#include <terrace/multilevel/run/SolverContext.hpp>
#include <terrace/resnet/levels/DepthChange.hpp>
#include <terrace/resnet/levels/ResNetHierarchy.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <ROL_TypeU_Algorithm.hpp>
#include <Teuchos_ParameterList.hpp>

#include <iosfwd>
#include <optional>
#include <string>

namespace terrace::resnet {

/// What a training came to.
struct TrainingResult {
  double value = 0;        ///< Full regularised loss over the training samples.
  double gradientNorm = 0; ///< Norm of its gradient in the metric of the parameters.
  int iterations = 0;      ///< Of the solver.
  std::string status;      ///< Why the solver ended.
};

/// A network, its samples and the lists of a deck, put together for training; all of it is collective.
///
/// The steps of a training: construct, makeSolver(), solve(), finish().
class TrainingProblem {
public:
  /// Makes the levels, the initial guess and, with held-out samples, the validation by their loss.
  ///
  /// \param[in] training    samples of the finest level, in the run's order.
  /// \param[in] heldOut     samples that judge the iterates, if there are any.
  /// \param[in] parameters  the lists Network and Levels of a deck, complete, and its list Step.
  /// \param[in] initialGuess  network that training starts from where Network/Initial Guess/Type is File; it
  ///                          may have other numbers of blocks (changeDepth()).
  /// \throws terrace::ParameterError if the lists do not fit the network or the samples, or the Type is File
  /// and there is no initial guess, or one of another network.
  TrainingProblem(const Network& network, const SampleSet& training, const std::optional<SampleSet>& heldOut,
                  const Teuchos::ParameterList& parameters, const GivenNetwork* initialGuess = nullptr);

  /// The levels, their spaces and objectives.
  const ResNetHierarchy& hierarchy() const { return hierarchy_; }
  /// Of the finest level.
  NetworkObjective& objective() const { return *hierarchy_.objectives.front(); }
  /// The counter that the objectives of all levels add to.
  WorkCounter& work() const { return *hierarchy_.levels->work(); }

  /// The parameters of the finest network: the initial guess, from solve() on where the solver ended, from
  /// finish() on the result.
  ParameterVector& x() { return *x_; }
  /// \overload
  const ParameterVector& x() const { return *x_; }

  /// Null without held-out samples.
  const ROL::Ptr<Validation<double>>& validation() const { return validation_; }

  /// Visits the state of a run that no solver has: the work and the best validated iterate.
  void visitState(StateArchive<double>& archive);

  /// Makes the solver of the list Step.
  ///
  /// \param[in,out] parameters  lists General, Step, Sampling and Status Test; defaults are filled in.
  /// \param[in]     context     its validation is replaced by the one here if there are held-out samples.
  /// \throws terrace::ParameterError if a list is wrong.
  void makeSolver(Teuchos::ParameterList& parameters, SolverContext<double> context);

  /// Runs the solver from x(). \param[in] out  ROL's own table, where the parameters ask for it.
  void solve(std::ostream& out);

  /// The solver's state after solve().
  const ROL::TypeU::AlgorithmState<double>& solverState() const { return *algorithm_->getState(); }

  /// Makes x() the result: the best validated iterate if there is one, with the output layer that belongs to
  /// it. Evaluates the full loss there; that is not counted as work.
  /// \throws std::runtime_error if the loss or its gradient is not finite.
  TrainingResult finish();

private:
  ResNetHierarchy hierarchy_;
  ROL::Ptr<ParameterVector> x_;
  ROL::Ptr<Validation<double>> validation_;
  ROL::Ptr<std::string> stopReason_;
  ROL::Ptr<ROL::TypeU::Algorithm<double>> algorithm_;
};

} // namespace terrace::resnet
