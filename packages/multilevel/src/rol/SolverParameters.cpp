#include "RolChoices.hpp"
#include "RolTables.hpp"

#include <terrace/multilevel/rol/SolverParameters.hpp>
#include <terrace/multilevel/stochastic/StochasticParameters.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <limits>

namespace terrace {
namespace {

using Teuchos::ParameterList;
using Teuchos::RCP;
using Teuchos::rcp;

constexpr int manyInts = std::numeric_limits<int>::max();
constexpr double infinity = std::numeric_limits<double>::infinity();

RCP<const ParameterList> validGeneralParameters() {
  auto table = rcp(new ParameterList("General"));
  declareInt(*table, "Output Level", 1,
             "What is printed. 0: nothing. 1: a line for each iteration. 2: also a header for "
             "each, and at the end the evaluations on each level.",
             0, 10);
  table->sublist("Secant") = *validSecantParameters();
  return table;
}

// Our entries replace or join ROL's in one table.
void overlay(ParameterList& table, const ParameterList& ours) {
  for (auto item = ours.begin(); item != ours.end(); ++item) {
    const std::string& name = ours.name(item);
    if (ours.entry(item).isList()) {
      overlay(table.sublist(name), ours.sublist(name));
    } else {
      table.setEntry(name, ours.entry(item));
    }
  }
}

} // namespace

RCP<const ParameterList> validCycleParameters() {
  auto table = rcp(new ParameterList("Multilevel Trust Region"));
  declareChoice(*table, "Cycle", "V", "Shape of a cycle.", {"V", "W", "F"});
  declareChoice(*table, "Recursion", "Adaptive",
                "Whether a cycle does a coarse correction. Adaptive: while corrections gain as "
                "much per work unit as smoothing; otherwise rarely, so that at most a twentieth "
                "of the work is lost.",
                {"Adaptive", "Always", "Never"});
  declareChoice(
      *table, "Smoother", "Secant",
      "Model of a trust-region step: the secant with its exact subproblem solver, or the objective's "
      "own Hessian products with truncated conjugate gradients.",
      {"Secant", "Newton"});
  declareChoice(*table, "Coarse Model", "First Order",
                "Agreement of the coarse model with the fine level: of the gradient, or of gradient and "
                "Hessian (one Hessian product on both levels for each coarse evaluation).",
                {"First Order", "Second Order"});
  declareBool(*table, "Nested Iteration", true,
              "Starts on the coarsest level, at the projected initial guess, and carries iterate, secant "
              "pairs and radius up when a level stagnates.");
  declareInt(*table, "Pre-Smoothing Steps", 1, "Trust-region steps before the coarse correction.", 0,
             manyInts);
  declareInt(*table, "Post-Smoothing Steps", 1, "Trust-region steps after the coarse correction.", 0,
             manyInts);
  declareInt(*table, "Coarse Steps", 20, "Most trust-region steps on the coarsest level in one correction.",
             1, manyInts);
  declareInt(*table, "Smoothing CG Iterations", 3,
             "Smoother Newton: most Hessian products of a step on any level but the coarsest.", 1, manyInts);
  declareInt(*table, "Coarse CG Iterations", 200,
             "Smoother Newton: most Hessian products of a step on the coarsest level, or on the only one.", 1,
             manyInts);
  declareDouble(
      *table, "CG Tolerance", 0.01,
      "Smoother Newton: a step's conjugate gradients stop when the model's gradient is at most this "
      "times the objective's.",
      0, 1);
  declareDouble(
      *table, "Criticality", 0.1,
      "kappa: recursion only if the restricted gradient's norm is at least kappa times the gradient's.", 0,
      1);
  declareDouble(*table, "Initial Radius", 1.0, "Trust-region radius at the start, in the metric.", 0,
                infinity, true);
  declareDouble(*table, "Maximum Radius", 1e3, "Largest radius.", 0, infinity, true);
  declareDouble(*table, "Step Acceptance Threshold", 0.1,
                "A trial step is accepted if its ratio is at least this.", 0, 1, true);
  declareDouble(*table, "Radius Shrinking Threshold", 0.1, "The radius shrinks if the ratio is below this.",
                0, 1, true);
  declareDouble(*table, "Radius Growing Threshold", 0.75,
                "The radius grows if the ratio is at least this and the step reached the boundary.", 0, 1,
                true);
  declareDouble(*table, "Radius Shrinking Rate", 0.5,
                "The radius shrinks to this times the smaller of radius and step length.", 0, 0.999, true);
  declareDouble(*table, "Radius Growing Rate", 2.0, "The radius grows by this factor.", 1, infinity);
  declareInt(*table, "Nested Cycles", 1000, "Most cycles of nested iteration on one level.", 1, manyInts);
  declareInt(*table, "Stagnation Window", 2,
             "Nested iteration judges a level's progress over at least this many cycles (and one work unit).",
             1, manyInts);
  declareDouble(*table, "Stagnation Tolerance", 0.01,
                "Nested iteration climbs when the level's decrease per work unit is less than a "
                "share of the mean decrease per work unit so far. The share is this times the "
                "cost of the level relative to the next finer one.",
                0, infinity);
  return table;
}

RCP<const ParameterList> validSecantParameters() {
  auto table = rcp(new ParameterList("Secant"));
  declareChoice(
      *table, "Type", "Compact SR1",
      "Compact SR1 is Terrace's, and the only one for Multilevel Trust Region. The "
      "others are ROL's, for ROL's steps.",
      {"Compact SR1", "Limited-Memory BFGS", "Limited-Memory DFP", "Limited-Memory SR1", "Barzilai-Borwein"});
  declareInt(*table, "Maximum Storage", 40, "Secant pairs kept, on each level.", 1, 1000);
  declareChoice(
      *table, "Initial Scaling", "Smallest Eigenvalue",
      "gamma of B_0 = gamma I: from the smallest eigenvalue of the pairs' curvature, or Fixed Scaling.",
      {"Smallest Eigenvalue", "Fixed"});
  declareDouble(*table, "Fixed Scaling", 0.03,
                "gamma if Initial Scaling is Fixed, and before there are pairs.", 0, infinity, true);
  return table;
}

RCP<const ParameterList> validStatusTestParameters() {
  auto table = rcp(new ParameterList("Status Test"));
  declareDouble(*table, "Gradient Tolerance", 1e-6,
                "Stops when the gradient's norm is at most this; 0: only at an exact zero; below 0: never.",
                -infinity, infinity);
  declareDouble(*table, "Step Tolerance", 1e-12,
                "Stops when the step's norm is at most this; 0: only when no step is left to try; below 0: "
                "never.",
                -infinity, infinity);
  declareInt(*table, "Iteration Limit", 1000,
             "Most iterations: cycles on the finest level, checks of dynamic sampling, epochs of mini-batch "
             "methods; "
             "0: no limit.",
             0, manyInts);
  declareDouble(*table, "Target Value", 0.0, "Stops when the objective's value is at most this; 0: never.",
                -infinity, infinity);
  declareDouble(*table, "Work Limit", 0.0,
                "Stops when this many work units are spent; one is a value-and-gradient sweep of the finest "
                "level; 0: no "
                "limit.",
                0, infinity);
  declareDouble(*table, "Time Limit", 0.0,
                "Stops after this many seconds of solving, without the time for metrics; 0: no "
                "limit.",
                0, infinity);
  declareDouble(*table, "Patience", 20.0,
                "Stops when the validation loss (Data/Validation Share) has not improved for "
                "this many work units; 0: never.",
                0, infinity);
  return table;
}

RCP<const ParameterList> validSamplingParameters() {
  auto table = rcp(new ParameterList("Sampling"));
  declareChoice(
      *table, "Type", "Full",
      "Full: the finest level has all training samples. Dynamic: steps on batches, which grow as far as "
      "the full loss requires.",
      {"Full", "Dynamic"});
  declareChoice(*table, "Coarse Samples", "Kept",
                "Samples of a coarse level that has fewer than the finest. Kept: the same in all "
                "corrections. Redrawn: others in each.",
                {"Kept", "Redrawn"});
  ParameterList& dynamic = table->sublist("Dynamic", false, "Read with Type = Dynamic.");
  declareChoice(dynamic, "Smoother", "Averaged",
                "Averaged: stochastic descent on every level, with a new batch at each step and "
                "averaged iterates. Its metric and step length adapt themselves. The "
                "deterministic method follows where it decreases the loss faster. Secant: L-SR1 "
                "cycles on batches that overlap.",
                {"Averaged", "Secant"});
  declareInt(dynamic, "Batch Size", 0,
             "Averaged: samples of a batch. 0: 64 to 256, chosen from the number of samples and "
             "the size of the network; at least a sample group with Normalization = Ghost Batch; no "
             "stochastic steps with fewer than 1024 samples.",
             0, manyInts);
  declareInt(dynamic, "Initial Samples", 500, "Secant: samples of the first batch.", 1, manyInts);
  declareDouble(dynamic, "Growth", 2.0,
                "Factor on the batch size when a batch is solved or no longer helps the full loss.", 1.0,
                infinity, true);
  declareDouble(dynamic, "Overlap", 0.5, "Secant: part of a batch that the next one shares.", 0.0, 1.0);
  declareInt(
      dynamic, "Steps per Check", 20,
      "Secant: cycles on a batch between two evaluations of the full loss. Averaged checks it when its "
      "work has doubled.",
      1, manyInts);
  declareDouble(dynamic, "Acceptance Threshold", 0.1,
                "Secant: least ratio of the decreases of the full loss and the batch's loss. "
                "Below it the iterate goes back to the last check and the batch grows. Averaged: "
                "the iterate goes back where the full loss has grown.",
                0.0, 1.0, true);
  return table;
}

RCP<const ParameterList> solverDefaults() {
  auto table = rcp(new ParameterList("Solver"));
  table->sublist("General") = *validGeneralParameters();
  declareChoice(
      table->sublist("Step"), "Type", "Multilevel Trust Region",
      "The solver. Multilevel Trust Region, Stochastic Gradient and Adam are Terrace's; "
      "the others are ROL's, each with ROL's own sublist.",
      {"Multilevel Trust Region", "Stochastic Gradient", "Adam", "Trust Region", "Line Search", "Bundle"});
  table->sublist("Step").sublist("Multilevel Trust Region") = *validCycleParameters();
  table->sublist("Sampling") = *validSamplingParameters();
  table->sublist("Step").sublist("Stochastic Gradient") = *validStochasticGradientParameters();
  table->sublist("Step").sublist("Adam") = *validAdamParameters();
  table->sublist("Status Test") = *validStatusTestParameters();
  return table;
}

void fillInSolverDefaults(ParameterList& parameters) {
  ParameterList defaults(*solverDefaults());
  ParameterList& step = defaults.sublist("Step");
  const auto multilevel = step.get<std::string>("Type");
  const auto type = parameters.sublist("Step").get("Type", multilevel);
  const ParameterList& secant = parameters.sublist("General").sublist("Secant");
  const bool ourSecant =
      secant.isType<std::string>("Type") && secant.get<std::string>("Type") == "Compact SR1";
  for (const auto* ours : {"Multilevel Trust Region", "Stochastic Gradient", "Adam"})
    if (type != ours) step.remove(ours);
  if (type != multilevel && !ourSecant) defaults.sublist("General").remove("Secant");
  fillInDefaults(parameters, defaults);
}

RCP<const ParameterList> validSolverParameters() {
  auto table = rcp(new ParameterList("Solver"));
  for (const std::string name : {"General", "Step", "Status Test"})
    table->sublist(name) = rolParameters().sublist(name);
  table->set("Sampling", *validSamplingParameters());
  restrictRolChoices(*table);
  overlay(*table, *solverDefaults());
  return table;
}

std::string stepType(const ParameterList& parameters) {
  return parameters.sublist("Step").get<std::string>("Type");
}

bool isMultilevel(const ParameterList& parameters) {
  return stepType(parameters) == "Multilevel Trust Region";
}

bool isStochastic(const ParameterList& parameters) {
  return stepType(parameters) == "Stochastic Gradient" || stepType(parameters) == "Adam";
}

} // namespace terrace
