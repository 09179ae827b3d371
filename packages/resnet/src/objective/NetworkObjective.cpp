#include <terrace/multilevel/rol/SolverParameters.hpp>
#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/objective/NetworkObjective.hpp>
#include <terrace/resnet/objective/ResNetObjective.hpp>
#include <terrace/resnet/objective/SolvedOutputObjective.hpp>

#include <string>

namespace terrace::resnet {

ObjectiveOptions ObjectiveOptions::fromParameters(const Teuchos::ParameterList& parameters) {
  const Teuchos::ParameterList& network = parameters.sublist("Network");
  ObjectiveOptions options;
  options.hessian =
      network.get<std::string>("Hessian") == "Gauss-Newton" ? HessianKind::GaussNewton : HessianKind::Exact;
  if (network.get<std::string>("Output Layer") == "Trained") return options;
  options.outputLayer = OutputLayer::Solved;
  const std::string what = "Network: \"Output Layer\" = \"Solved\" is for solvers that see all samples and ";
  if (isStochastic(parameters))
    throw ParameterError(what + "Step > \"Type\" is \"" +
                         parameters.sublist("Step").get<std::string>("Type") + "\"; expected \"Trained\".");
  const bool hasSampling = parameters.isSublist("Sampling");
  if (hasSampling && parameters.sublist("Sampling").get<std::string>("Type") == "Dynamic")
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
