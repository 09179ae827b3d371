#include <terrace/multilevel/engine/CycleParameters.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <string>

namespace terrace {
namespace {

CycleParameters::Cycle cycleFrom(const std::string& name) {
  if (name == "W") return CycleParameters::Cycle::W;
  if (name == "F") return CycleParameters::Cycle::F;
  return CycleParameters::Cycle::V;
}

CycleParameters::Recursion recursionFrom(const std::string& name) {
  if (name == "Always") return CycleParameters::Recursion::Always;
  if (name == "Never") return CycleParameters::Recursion::Never;
  return CycleParameters::Recursion::Adaptive;
}

} // namespace

CycleParameters::CycleParameters(const Teuchos::ParameterList& list)
    : cycle(cycleFrom(list.get<std::string>("Cycle"))),
      recursion(recursionFrom(list.get<std::string>("Recursion"))),
      smoother(list.get<std::string>("Smoother") == "Newton" ? Smoother::Newton : Smoother::Secant),
      coarseModel(list.get<std::string>("Coarse Model") == "Second Order" ? CoarseModel::SecondOrder
                                                                          : CoarseModel::FirstOrder),
      nestedIteration(list.get<bool>("Nested Iteration")),
      preSmoothingSteps(list.get<int>("Pre-Smoothing Steps")),
      postSmoothingSteps(list.get<int>("Post-Smoothing Steps")), coarseSteps(list.get<int>("Coarse Steps")),
      smoothingCgIterations(list.get<int>("Smoothing CG Iterations")),
      coarseCgIterations(list.get<int>("Coarse CG Iterations")),
      cgTolerance(list.get<double>("CG Tolerance")), criticality(list.get<double>("Criticality")),
      initialRadius(list.get<double>("Initial Radius")), maximumRadius(list.get<double>("Maximum Radius")),
      acceptanceThreshold(list.get<double>("Step Acceptance Threshold")),
      shrinkingThreshold(list.get<double>("Radius Shrinking Threshold")),
      growingThreshold(list.get<double>("Radius Growing Threshold")),
      shrinkingRate(list.get<double>("Radius Shrinking Rate")),
      growingRate(list.get<double>("Radius Growing Rate")), nestedCycles(list.get<int>("Nested Cycles")),
      stagnationWindow(list.get<int>("Stagnation Window")),
      stagnationTolerance(list.get<double>("Stagnation Tolerance")) {
  const std::string path = "Step > Multilevel Trust Region: ";
  if (preSmoothingSteps + postSmoothingSteps == 0)
    throw ParameterError(
        path + "\"Pre-Smoothing Steps\" and \"Post-Smoothing Steps\" are both 0; at least one step is "
               "needed for convergence.");
  if (growingThreshold < shrinkingThreshold)
    throw ParameterError(path + "\"Radius Growing Threshold\" is less than \"Radius Shrinking Threshold\".");
  if (shrinkingThreshold < acceptanceThreshold)
    throw ParameterError(
        path + "\"Radius Shrinking Threshold\" is less than \"Step Acceptance Threshold\": a rejected "
               "step would leave the radius as it is.");
  if (initialRadius > maximumRadius)
    throw ParameterError(path + "\"Initial Radius\" is greater than \"Maximum Radius\".");
}

} // namespace terrace
