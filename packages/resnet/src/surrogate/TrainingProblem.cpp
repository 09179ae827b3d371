#include "samples/InputScales.hpp"

#include <terrace/multilevel/rol/SolverFactory.hpp>
#include <terrace/multilevel/run/ExitReason.hpp>
#include <terrace/resnet/parameters/InitialGuess.hpp>
#include <terrace/resnet/surrogate/TrainingProblem.hpp>

#include <cmath>
#include <stdexcept>
#include <utility>

namespace terrace::resnet {

TrainingProblem::TrainingProblem(const Network& network, const SampleSet& training,
                                 const std::optional<SampleSet>& heldOut,
                                 const Teuchos::ParameterList& parameters, const GivenNetwork* initialGuess)
    : hierarchy_(makeHierarchy(network, parameters.sublist("Levels"), training, training.comm(), ROL::nullPtr,
                               ObjectiveOptions::fromParameters(parameters))),
      x_(hierarchy_.spaces.front()->createVector()) {
  const auto& space = hierarchy_.spaces.front();
  const auto& guess = parameters.sublist("Network").sublist("Initial Guess");
  if (initialGuess != nullptr && guess.get<std::string>("Type") == "File") {
    x_->set(*changeDepth(*initialGuess, space,
                         LevelOptions::fromParameters(parameters.sublist("Levels"), network).prolongation));
  } else {
    fillInitialGuess(*x_, *space, guess);
    detail::divideLift(*x_, *space, detail::inputScales(training));
  }
  if (heldOut)
    validation_ = ROL::makePtr<Validation<double>>(
        [objective = hierarchy_.objectives.front(), samples = *heldOut](const ROL::Vector<double>& iterate) {
          return objective->metrics(iterate, samples).loss;
        });
}

void TrainingProblem::visitState(StateArchive<double>& archive) {
  work().visitState(archive, "work");
  if (validation_ != ROL::nullPtr) validation_->visitState(archive, "validation", *x_);
}

void TrainingProblem::makeSolver(Teuchos::ParameterList& parameters, SolverContext<double> context) {
  if (validation_ != ROL::nullPtr) context.validation = validation_;
  if (context.stopReason == ROL::nullPtr) context.stopReason = ROL::makePtr<std::string>();
  stopReason_ = context.stopReason;
  algorithm_ = makeAlgorithm<double>(hierarchy_.levels, parameters, context);
}

void TrainingProblem::solve(std::ostream& out) {
  algorithm_->run(*x_, objective(), out);
}

TrainingResult TrainingProblem::finish() {
  const UncountedWork uncounted(work()); // what follows only describes the result
  if (validation_ != ROL::nullPtr && validation_->best() != ROL::nullPtr) x_->set(*validation_->best());
  objective().resetBatch();
  objective().setOutputLayer(*x_);

  TrainingResult result;
  const auto gradient = hierarchy_.spaces.front()->createDualVector();
  double tolerance = 0;
  objective().update(*x_, ROL::UpdateType::Accept);
  result.value = objective().value(*x_, tolerance);
  objective().gradient(*gradient, *x_, tolerance);
  result.gradientNorm = gradient->norm();
  if (!std::isfinite(result.value) || !std::isfinite(result.gradientNorm))
    throw std::runtime_error("the solver ended at a point where the loss or its gradient is not finite.");
  result.iterations = solverState().iter;
  result.status = stopReason_->empty() ? exitReason(solverState().statusFlag) : *stopReason_;
  return result;
}

} // namespace terrace::resnet
