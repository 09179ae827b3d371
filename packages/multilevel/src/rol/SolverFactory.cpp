#include <terrace/multilevel/rol/EarlyStoppingTest.hpp>
#include <terrace/multilevel/rol/MultilevelTrustRegionAlgorithm.hpp>
#include <terrace/multilevel/rol/MultilevelTrustRegionStep.hpp>
#include <terrace/multilevel/rol/ObserverTest.hpp>
#include <terrace/multilevel/rol/RunLimitsTest.hpp>
#include <terrace/multilevel/rol/SolverFactory.hpp>
#include <terrace/multilevel/rol/SolverParameters.hpp>
#include <terrace/multilevel/rol/TargetValueTest.hpp>
#include <terrace/multilevel/run/RunLimits.hpp>
#include <terrace/multilevel/secant/CompactSR1.hpp>
#include <terrace/multilevel/stochastic/StochasticAlgorithm.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <ROL_CombinedStatusTest.hpp>
#include <ROL_StepFactory.hpp>
#include <ROL_TypeU_AlgorithmFactory.hpp>

#include <limits>
#include <string>

namespace terrace {
namespace {

using Teuchos::ParameterList;

// Checks the lists that concern the solver and fills in our defaults; other lists of the deck are left alone.
void prepare(ParameterList& parameters) {
  const auto valid = validSolverParameters();
  for (const std::string name : {"General", "Step", "Sampling", "Status Test"})
    checkParameters(parameters.sublist(name), valid->sublist(name), name);
  fillInSolverDefaults(parameters);
}

// ROL's steps have a secant of their own, or none, unless the deck names ours.
bool wantsCompactSR1(ParameterList& parameters) {
  const ParameterList& secant = parameters.sublist("General").sublist("Secant");
  return secant.isType<std::string>("Type") && secant.get<std::string>("Type") == "Compact SR1";
}

void requireCompactSR1(ParameterList& parameters) {
  if (!wantsCompactSR1(parameters))
    throw ParameterError("General > Secant: \"Type\" = \"" +
                         parameters.sublist("General").sublist("Secant").get<std::string>("Type") +
                         "\" is not for Multilevel Trust Region; expected \"Compact SR1\".");
}

// ROL silently replaces an unknown secant by its default, so ours must not reach it.
void rejectCompactSR1(const std::string& step) {
  throw ParameterError(
      "General > Secant: \"Type\" = \"Compact SR1\" may be indefinite and is not for the step \"" + step +
      "\"; expected one of ROL's, such as \"Limited-Memory BFGS\".");
}

void rejectSampling(ParameterList& parameters) {
  const ParameterList& sampling = parameters.sublist("Sampling");
  for (const auto& [name, expected] :
       {std::pair<std::string, std::string>("Type", "Full"), {"Coarse Samples", "Kept"}})
    if (const auto value = sampling.get<std::string>(name); value != expected)
      throw ParameterError("Sampling: \"" + name + "\" = \"" + value +
                           "\" is for the step \"Multilevel Trust Region\", not for \"" +
                           stepType(parameters) + "\"; expected \"" + expected + "\".");
}

template <class Real>
ROL::Ptr<const RunLimits> makeLimits(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy,
                                     ParameterList& parameters, const SolverContext<Real>& context) {
  ParameterList& list = parameters.sublist("Status Test");
  const double timeLimit = list.get<double>("Time Limit");
  if (timeLimit > 0 && !context.elapsedSeconds)
    throw ParameterError("Status Test: \"Time Limit\" needs a clock in the SolverContext.");
  return ROL::makePtr<const RunLimits>(
      list.get<double>("Work Limit"), timeLimit, [work = hierarchy->work()] { return work->units(); },
      context.elapsedSeconds, context.interrupted);
}

// Where a run of one of ROL's own algorithms is resumed.
template <class Real>
RolProgress<Real> resumedProgress(const SolverContext<Real>& context) {
  RolProgress<Real> progress;
  if (context.checkpoints == ROL::nullPtr) return progress;
  if (StateArchive<Real>* resumed = context.checkpoints->resumed()) progress.visitState(*resumed);
  return progress;
}

// A value of 0 switches a test off; a tolerance of 0 still ends a run that can make no step at all.
// firstIteration is the number in the whole run of the iteration that ROL's state calls 0.
template <class Real>
ROL::Ptr<ROL::StatusTest<Real>>
combineTests(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy, const ROL::Ptr<const RunLimits>& limits,
             ParameterList& parameters, const SolverContext<Real>& context, int firstIteration = 0) {
  ParameterList& list = parameters.sublist("Status Test");
  const int iterationLimit = list.get<int>("Iteration Limit");
  const double target = list.get<double>("Target Value");
  // The limits come first: a run that they stop must not be taken for one that can make no step.
  auto combined = ROL::makePtr<ROL::CombinedStatusTest<Real>>();
  if (context.validation != ROL::nullPtr)
    combined->add(ROL::makePtr<EarlyStoppingTest<Real>>(context.validation, list.get<double>("Patience"),
                                                        hierarchy->work(), context.stopReason,
                                                        firstIteration));
  combined->add(ROL::makePtr<RunLimitsTest<Real>>(limits, context.stopReason));
  if (target != 0)
    combined->add(ROL::makePtr<TargetValueTest<Real>>(static_cast<Real>(target), context.stopReason));
  combined->add(ROL::makePtr<ROL::StatusTest<Real>>(static_cast<Real>(list.get<double>("Gradient Tolerance")),
                                                    static_cast<Real>(list.get<double>("Step Tolerance")),
                                                    iterationLimit > 0 ? iterationLimit - firstIteration
                                                                       : std::numeric_limits<int>::max(),
                                                    list.get("Use Relative Tolerances", false)));
  return combined;
}

template <class Real>
ROL::Ptr<ROL::TypeU::Algorithm<Real>> makeRolAlgorithm(ParameterList& parameters) {
  if (!wantsCompactSR1(parameters)) return ROL::TypeU::AlgorithmFactory<Real>(parameters);
  const std::string type = stepType(parameters);
  if (type != "Trust Region") rejectCompactSR1(type);
  const auto secant = ROL::makePtr<CompactSR1<Real>>(parameters.sublist("General").sublist("Secant"));
  return ROL::makePtr<ROL::TypeU::TrustRegionAlgorithm<Real>>(parameters, secant);
}

} // namespace

template <class Real>
ROL::Ptr<ROL::TypeU::Algorithm<Real>> makeAlgorithm(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy,
                                                    ParameterList& parameters,
                                                    const SolverContext<Real>& context) {
  prepare(parameters);
  const auto limits = makeLimits(hierarchy, parameters, context);
  ROL::Ptr<ROL::TypeU::Algorithm<Real>> algorithm;
  RolProgress<Real> start;
  auto tests = ROL::makePtr<ROL::CombinedStatusTest<Real>>();
  if (isMultilevel(parameters)) {
    requireCompactSR1(parameters);
    algorithm = ROL::makePtr<MultilevelTrustRegionAlgorithm<Real>>(hierarchy, parameters, context, limits);
  } else if (isStochastic(parameters)) {
    rejectSampling(parameters);
    algorithm = ROL::makePtr<StochasticAlgorithm<Real>>(hierarchy, parameters, context, limits);
  } else {
    rejectSampling(parameters);
    start = resumedProgress(context);
    if (start.radius > Real(0) && stepType(parameters) == "Trust Region")
      parameters.sublist("Step")
          .sublist("Trust Region")
          .set("Initial Radius", static_cast<double>(start.radius));
    algorithm = makeRolAlgorithm<Real>(parameters);
    tests->add(ROL::makePtr<ObserverTest<Real>>(hierarchy, context, start));
  }
  tests->add(combineTests(hierarchy, limits, parameters, context, start.iteration));
  algorithm->setStatusTest(tests);
  return algorithm;
}

template <class Real>
ROL::Ptr<ROL::Step<Real>> makeStep(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy, ParameterList& parameters,
                                   const SolverContext<Real>& context) {
  prepare(parameters);
  if (isMultilevel(parameters)) {
    requireCompactSR1(parameters);
    const auto limits = makeLimits(hierarchy, parameters, context);
    return ROL::makePtr<MultilevelTrustRegionStep<Real>>(hierarchy, parameters, context, limits);
  }
  const std::string type = stepType(parameters);
  if (isStochastic(parameters))
    throw ParameterError("Step: \"Type\" = \"" + type + "\" is no ROL::Step; make it with makeAlgorithm().");
  rejectSampling(parameters);
  if (wantsCompactSR1(parameters)) rejectCompactSR1(type);
  return ROL::StepFactory<Real>().getStep(type, parameters);
}

template <class Real>
ROL::Ptr<ROL::StatusTest<Real>> makeStatusTest(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy,
                                               ParameterList& parameters,
                                               const SolverContext<Real>& context) {
  prepare(parameters);
  return combineTests(hierarchy, makeLimits(hierarchy, parameters, context), parameters, context);
}

template ROL::Ptr<ROL::TypeU::Algorithm<double>> makeAlgorithm(const ROL::Ptr<LevelHierarchy<double>>&,
                                                               ParameterList&, const SolverContext<double>&);
template ROL::Ptr<ROL::Step<double>> makeStep(const ROL::Ptr<LevelHierarchy<double>>&, ParameterList&,
                                              const SolverContext<double>&);
template ROL::Ptr<ROL::StatusTest<double>> makeStatusTest(const ROL::Ptr<LevelHierarchy<double>>&,
                                                          ParameterList&, const SolverContext<double>&);

} // namespace terrace
