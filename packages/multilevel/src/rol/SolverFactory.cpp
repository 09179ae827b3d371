#include <terrace/multilevel/rol/EarlyStoppingTest.hpp>
#include <terrace/multilevel/rol/GuardedAlgorithm.hpp>
#include <terrace/multilevel/rol/MultilevelTrustRegionAlgorithm.hpp>
#include <terrace/multilevel/rol/MultilevelTrustRegionStep.hpp>
#include <terrace/multilevel/rol/ObserverTest.hpp>
#include <terrace/multilevel/rol/RunLimitsTest.hpp>
#include <terrace/multilevel/rol/SolverCheck.hpp>
#include <terrace/multilevel/rol/SolverFactory.hpp>
#include <terrace/multilevel/rol/SolverParameters.hpp>
#include <terrace/multilevel/rol/TargetValueTest.hpp>
#include <terrace/multilevel/run/RunLimits.hpp>
#include <terrace/multilevel/secant/CompactSR1.hpp>
#include <terrace/multilevel/stochastic/StochasticAlgorithm.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <ROL_BundleStatusTest.hpp>
#include <ROL_CombinedStatusTest.hpp>
#include <ROL_StepFactory.hpp>
#include <ROL_TypeU_AlgorithmFactory.hpp>

#include <exception>
#include <limits>
#include <string>
#include <vector>

namespace terrace {
namespace {

using Teuchos::ParameterList;

// Checks the lists that concern the solver and fills in our defaults; other lists of the deck are left alone.
template <class Real>
void prepare(ParameterList& parameters, const SolverContext<Real>& context,
             RolInterface interface = RolInterface::Algorithm) {
  std::vector<std::string> warnings;
  checkSolverLists(parameters, warnings, interface);
  passWarnings(warnings, "Parameters of the solver", context.warn);
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

// What ends a run whatever its status test says. Early stopping comes first, so that it sees the last iterate
// too, and the limits before any other test: a run that they stop must not be taken for one that can make no
// step. firstIteration is the number in the whole run of the iteration that ROL's state calls 0.
template <class Real>
ROL::Ptr<ROL::CombinedStatusTest<Real>>
makeGuard(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy, const ROL::Ptr<const RunLimits>& limits,
          ParameterList& parameters, const SolverContext<Real>& context, int firstIteration = 0) {
  auto guard = ROL::makePtr<ROL::CombinedStatusTest<Real>>();
  if (context.validation != ROL::nullPtr)
    guard->add(ROL::makePtr<EarlyStoppingTest<Real>>(
        context.validation, parameters.sublist("Status Test").get<double>("Patience"), hierarchy->work(),
        context.stopReason, firstIteration));
  guard->add(ROL::makePtr<RunLimitsTest<Real>>(limits, context.stopReason));
  return guard;
}

// Null: the deck has no target.
template <class Real>
ROL::Ptr<ROL::StatusTest<Real>> makeTarget(ParameterList& parameters, const SolverContext<Real>& context) {
  const double target = parameters.sublist("Status Test").get<double>("Target Value");
  if (target == 0) return ROL::nullPtr;
  return ROL::makePtr<TargetValueTest<Real>>(static_cast<Real>(target), context.stopReason);
}

// The list Status Test as ROL reads it, from the iteration that its state calls 0. Our limit of 0 is none.
ParameterList testsOfRol(const ParameterList& parameters, int firstIteration = 0) {
  ParameterList lists;
  lists.sublist("Step") = parameters.sublist("Step");
  ParameterList& test = lists.sublist("Status Test");
  test = parameters.sublist("Status Test");
  const int limit = test.get<int>("Iteration Limit");
  test.set("Iteration Limit", limit > 0 ? limit - firstIteration : std::numeric_limits<int>::max());
  return lists;
}

// ROL's own tests of tolerances and iterations. A tolerance of 0 still ends a run that can make no step.
template <class Real>
ROL::Ptr<ROL::StatusTest<Real>> makeTests(ParameterList& parameters, const SolverContext<Real>& context) {
  auto tests = ROL::makePtr<ROL::CombinedStatusTest<Real>>();
  if (const auto target = makeTarget(parameters, context); target != ROL::nullPtr) tests->add(target);
  ParameterList lists = testsOfRol(parameters);
  if (stepType(parameters) == "Bundle") {
    tests->add(ROL::makePtr<ROL::BundleStatusTest<Real>>(lists));
  } else {
    tests->add(ROL::makePtr<ROL::StatusTest<Real>>(lists));
  }
  return tests;
}

template <class Real>
ROL::Ptr<ROL::TypeU::Algorithm<Real>> makeRolAlgorithm(ParameterList& parameters) {
  if (!wantsCompactSR1(parameters)) return ROL::TypeU::AlgorithmFactory<Real>(parameters);
  const std::string type = stepType(parameters);
  if (type != "Trust Region") rejectCompactSR1(type);
  const auto secant = ROL::makePtr<CompactSR1<Real>>(parameters.sublist("General").sublist("Secant"));
  return ROL::makePtr<ROL::TypeU::TrustRegionAlgorithm<Real>>(parameters, secant);
}

// ROL's base class throws at once; what it throws depends on the version.
template <class Real>
bool hasInverseHessian(const Level<Real>& level) {
  const auto x = level.vector->clone(), v = level.vector->dual().clone();
  x->zero();
  v->zero();
  const auto product = x->clone();
  Real tolerance = 0;
  try {
    level.objective->invHessVec(*product, *v, *x, tolerance);
  } catch (const std::exception& error) {
    return std::string(error.what()).find("not implemented") == std::string::npos;
  }
  return true;
}

template <class Real>
void requireInverseHessian(const ParameterList& parameters, const LevelHierarchy<Real>& hierarchy) {
  if (stepType(parameters) != "Line Search") return;
  ParameterList lists(parameters);
  const auto method = lists.sublist("Step")
                          .sublist("Line Search")
                          .sublist("Descent Method")
                          .get("Type", "Quasi-Newton Method");
  if (ROL::StringToEDescentU(method) != ROL::DESCENT_U_NEWTON || hasInverseHessian(hierarchy[0])) return;
  throw ParameterError("Step > Line Search > Descent Method: \"Type\" = \"" + method +
                       "\" needs products with the inverse Hessian, which this objective does not have; "
                       "expected one of Steepest "
                       "Descent, Nonlinear CG, Quasi-Newton Method, Newton-Krylov.");
}

// ROL's algorithm with the deck's status test of ROL; it is resumed after iterations that ROL does not know.
template <class Real>
ROL::Ptr<ROL::TypeU::Algorithm<Real>> resumeRolAlgorithm(const ParameterList& parameters,
                                                         const RolProgress<Real>& start) {
  ParameterList lists(parameters);
  lists.sublist("Status Test") = testsOfRol(parameters, start.iteration).sublist("Status Test");
  if (start.radius > Real(0) && stepType(parameters) == "Trust Region")
    lists.sublist("Step").sublist("Trust Region").set("Initial Radius", static_cast<double>(start.radius));
  return makeRolAlgorithm<Real>(lists);
}

} // namespace

template <class Real>
ROL::Ptr<ROL::TypeU::Algorithm<Real>> makeAlgorithm(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy,
                                                    ParameterList& parameters,
                                                    const SolverContext<Real>& context) {
  prepare(parameters, context);
  const auto limits = makeLimits(hierarchy, parameters, context);
  if (isMultilevel(parameters)) {
    requireCompactSR1(parameters);
    auto algorithm =
        ROL::makePtr<MultilevelTrustRegionAlgorithm<Real>>(hierarchy, parameters, context, limits);
    algorithm->setGuard(makeGuard(hierarchy, limits, parameters, context));
    algorithm->setStatusTest(makeTests(parameters, context));
    return algorithm;
  }
  rejectSampling(parameters);
  if (isStochastic(parameters)) {
    auto algorithm = ROL::makePtr<GuardedAlgorithm<Real>>(
        ROL::makePtr<StochasticAlgorithm<Real>>(hierarchy, parameters, context, limits),
        makeGuard(hierarchy, limits, parameters, context));
    algorithm->setStatusTest(makeTests(parameters, context));
    return algorithm;
  }
  requireInverseHessian(parameters, *hierarchy);
  const auto start = resumedProgress(context);
  auto guard = ROL::makePtr<ROL::CombinedStatusTest<Real>>();
  guard->add(ROL::makePtr<ObserverTest<Real>>(hierarchy, context, start));
  guard->add(makeGuard(hierarchy, limits, parameters, context, start.iteration));
  auto algorithm = ROL::makePtr<GuardedAlgorithm<Real>>(resumeRolAlgorithm<Real>(parameters, start), guard);
  if (const auto target = makeTarget(parameters, context); target != ROL::nullPtr)
    algorithm->setStatusTest(target, true);
  return algorithm;
}

template <class Real>
ROL::Ptr<ROL::Step<Real>> makeStep(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy, ParameterList& parameters,
                                   const SolverContext<Real>& context) {
  prepare(parameters, context, RolInterface::Step);
  if (isMultilevel(parameters)) {
    requireCompactSR1(parameters);
    const auto limits = makeLimits(hierarchy, parameters, context);
    return ROL::makePtr<MultilevelTrustRegionStep<Real>>(hierarchy, parameters, context, limits);
  }
  const std::string type = stepType(parameters);
  if (isStochastic(parameters))
    throw ParameterError("Step: \"Type\" = \"" + type +
                         "\" is not a ROL::Step; make it with makeAlgorithm().");
  rejectSampling(parameters);
  if (wantsCompactSR1(parameters)) rejectCompactSR1(type);
  requireInverseHessian(parameters, *hierarchy);
  return ROL::StepFactory<Real>().getStep(type, parameters);
}

template <class Real>
ROL::Ptr<ROL::StatusTest<Real>> makeStatusTest(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy,
                                               ParameterList& parameters,
                                               const SolverContext<Real>& context) {
  prepare(parameters, context, RolInterface::Step);
  auto tests = makeGuard(hierarchy, makeLimits(hierarchy, parameters, context), parameters, context);
  tests->add(makeTests(parameters, context));
  return tests;
}

template ROL::Ptr<ROL::TypeU::Algorithm<double>> makeAlgorithm(const ROL::Ptr<LevelHierarchy<double>>&,
                                                               ParameterList&, const SolverContext<double>&);
template ROL::Ptr<ROL::Step<double>> makeStep(const ROL::Ptr<LevelHierarchy<double>>&, ParameterList&,
                                              const SolverContext<double>&);
template ROL::Ptr<ROL::StatusTest<double>> makeStatusTest(const ROL::Ptr<LevelHierarchy<double>>&,
                                                          ParameterList&, const SolverContext<double>&);

} // namespace terrace
