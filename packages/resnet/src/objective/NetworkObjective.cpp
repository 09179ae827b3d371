#include <terrace/multilevel/rol/SolverParameters.hpp>
#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/objective/NetworkObjective.hpp>
#include <terrace/resnet/objective/ResNetObjective.hpp>
#include <terrace/resnet/objective/SolvedOutputObjective.hpp>

#include <string>

namespace terrace::resnet {
namespace {

bool samplesDynamically(const Teuchos::ParameterList& parameters) {
  return parameters.isSublist("Sampling") &&
         parameters.sublist("Sampling").get<std::string>("Type") == "Dynamic";
}

// Where a solved output layer pays: doc/measurements/regression.md and convolution.md; on dense networks with
// Cross Entropy it makes everything worse, doc/measurements/ladder.md.
bool solvingPays(const Teuchos::ParameterList& parameters) {
  const Teuchos::ParameterList& network = parameters.sublist("Network");
  return !isStochastic(parameters) && !samplesDynamically(parameters) &&
         network.sublist("Regularization").get<double>("Output Tikhonov") > 0 &&
         (network.get<std::string>("Loss") == "Least Squares" ||
          network.get<std::string>("Type") == "Convolutional");
}

} // namespace

ObjectiveOptions ObjectiveOptions::fromParameters(const Teuchos::ParameterList& parameters) {
  const Teuchos::ParameterList& network = parameters.sublist("Network");
  ObjectiveOptions options;
  options.hessian =
      network.get<std::string>("Hessian") == "Gauss-Newton" ? HessianKind::GaussNewton : HessianKind::Exact;
  const auto outputLayer = network.get<std::string>("Output Layer");
  options.outputLayer = outputLayer == "Solved" || (outputLayer == "Automatic" && solvingPays(parameters))
                            ? OutputLayer::Solved
                            : OutputLayer::Trained;
  if (outputLayer != "Solved") return options;
  const std::string what = "Network: \"Output Layer\" = \"Solved\" is for solvers that see all samples and ";
  if (isStochastic(parameters))
    throw ParameterError(what + "Step > \"Type\" is \"" +
                         parameters.sublist("Step").get<std::string>("Type") + "\"; expected \"Trained\".");
  if (samplesDynamically(parameters))
    throw ParameterError(what + "Sampling > \"Type\" is \"Dynamic\"; expected \"Trained\" (or \"Full\").");
  return options;
}

ROL::Ptr<NetworkObjective> makeObjective(const ROL::Ptr<const ParameterSpace>& space,
                                         const SampleSet& samples, const ROL::Ptr<WorkCounter>& work,
                                         double workOfOneSweep, const ObjectiveOptions& options) {
  if (options.outputLayer == OutputLayer::Solved)
    return ROL::makePtr<SolvedOutputObjective>(space, samples, work, workOfOneSweep, options);
  return ROL::makePtr<ResNetObjective>(space, samples, work, workOfOneSweep, options);
}

} // namespace terrace::resnet
