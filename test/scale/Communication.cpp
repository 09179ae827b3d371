// What the ranks say to each other: calls and bytes of each kind of communication for one operation, one
// step, one cycle, one climb. doc/measurements/scale.md.
//
//     mpiexec -n RANKS terrace_communication [--callers]
//
// prints lines of "ranks, what, kind, calls, bytes", separated by tabs: means, of the rank that has most.
// --callers: the places in Terrace that a step's calls come from.
#include "Runs.hpp"

#include <terrace/resnet/surrogate/TrainingProblem.hpp>

#include <Teuchos_CommHelpers.hpp>
#include <Tpetra_Core.hpp>

#include <cstdio>
#include <functional>
#include <iostream>
#include <string>

namespace terrace::scale {
namespace {

using Teuchos::ParameterList;

constexpr long samples = 2048;

// Means: what happened over how often.
using Means = std::array<std::array<double, 2>, kinds>;

Means meansOf(const Counts& counts, double events) {
  Means means{};
  for (std::size_t k = 0; k < kinds; ++k)
    means[k] = {static_cast<double>(counts[k].calls) / events, counts[k].bytes / events};
  return means;
}

Means combination(const Means& a, double factor, const Means& b) {
  Means result = a;
  for (std::size_t k = 0; k < kinds; ++k)
    for (std::size_t i = 0; i < 2; ++i) result[k][i] += factor * b[k][i];
  return result;
}

void print(const std::string& what, const Means& mine) {
  const auto comm = Tpetra::getDefaultComm();
  Means most{};
  Teuchos::reduceAll(*comm, Teuchos::REDUCE_MAX, static_cast<int>(2 * kinds), mine.front().data(),
                     most.front().data());
  if (comm->getRank() != 0) return;
  for (std::size_t k = 0; k < kinds; ++k)
    if (most[k][0] > 0)
      std::printf("%d\t%s\t%s\t%.3g\t%.6g\n", comm->getSize(), what.c_str(), nameOf(static_cast<Kind>(k)),
                  most[k][0], most[k][1]);
  std::fflush(stdout);
}

void printCallers(const std::string& what, const std::vector<Caller>& callers, double events) {
  if (Tpetra::getDefaultComm()->getRank() != 0) return;
  for (const auto& caller : callers)
    std::fprintf(stderr, "%s: %.3g %s in %s\n", what.c_str(),
                 static_cast<double>(caller.count.calls) / events, nameOf(caller.kind), caller.place.c_str());
}

// The secant is full from row 60 on.
constexpr int settled = 60;

// A cycle of one step and one of five; a step is a fourth of the difference, the rest is the cycle's own.
void steps(const resnet::SampleSet& training, bool showCallers) {
  const auto meansOfCycles = [&](int stepsOfCycle) {
    const Run result = runOneLevel(training, stepsOfCycle, settled + 40, settled);
    const Sum sum = sumOf(result.rows, settled + 1);
    if (Tpetra::getDefaultComm()->getRank() == 0)
      std::fprintf(stderr, "cycles of %d steps end at the value %.17g\n", stepsOfCycle,
                   result.rows.back().value);
    if (showCallers && stepsOfCycle > 1)
      printCallers("a step", result.callers, static_cast<double>(sum.gradients));
    return meansOf(sum.counts, static_cast<double>(sum.rows));
  };
  const Means one = meansOfCycles(1), five = meansOfCycles(5);
  Means step{};
  step = combination(combination(step, 0.25, five), -0.25, one);
  print("a step of the finest level", step);
  print("a cycle beside its steps", combination(one, -1, step));
}

void cycles(const resnet::SampleSet& training, bool showCallers) {
  const auto parameters = makeParameters(4, [](ParameterList& list) {
    cycleOf(list).set("Nested Iteration", false).set("Recursion", "Always");
    list.sublist("Status Test").set("Iteration Limit", settled);
  });
  const Run result = run(training, parameters, settled / 2);
  const Sum sum = sumOf(result.rows, settled / 2 + 1);
  const auto rows = static_cast<double>(sum.rows);
  print("a V-cycle of 4 levels", meansOf(sum.counts, rows));
  if (Tpetra::getDefaultComm()->getRank() == 0)
    std::fprintf(stderr, "a V-cycle of 4 levels: %.3g evaluations\n",
                 static_cast<double>(sum.gradients) / rows);
  if (showCallers) printCallers("a V-cycle", result.callers, rows);
}

// What lies between the last row of a level and the first of the next finer one.
void climbs(const resnet::SampleSet& training) {
  const auto parameters =
      makeParameters(4, [](ParameterList& list) { list.sublist("Status Test").set("Work Limit", 30.0); });
  const Run result = run(training, parameters);
  const auto& rows = result.rows;
  const Sum sum = sumOf(rows, 1, [&](std::size_t i) { return rows[i].level < rows[i - 1].level; });
  print("a climb", meansOf(sum.counts, static_cast<double>(sum.rows)));
}

// Rows of stochastic steps: each row has some steps, and costs nothing else but a norm.
void stochasticSteps(const resnet::SampleSet& training, bool showCallers) {
  const auto parameters = makeParameters(1, [](ParameterList& list) {
    list.sublist("Sampling").set("Type", "Dynamic");
    list.sublist("Status Test").set("Work Limit", 20.0);
  });
  const Run result = run(training, parameters, 1);
  const auto& rows = result.rows;
  const Sum sum = sumOf(rows, 2, [&](std::size_t i) { return rows[i].isStochastic; });
  const auto gradients = static_cast<double>(sum.gradients);
  print("a stochastic step", meansOf(sum.counts, gradients));
  if (showCallers) printCallers("a stochastic step (of a run with others)", result.callers, gradients);
}

// Each operation by itself.
void operations(const resnet::SampleSet& training) {
  const auto parameters = makeParameters(2, [](ParameterList&) {});
  const auto network = resnet::Network::fromParameters(parameters.sublist("Network"), 2, training.outputs());
  resnet::TrainingProblem problem(network, training, std::nullopt, parameters);
  auto& objective = problem.objective();
  const auto& levels = *problem.hierarchy().levels;
  const auto x = problem.x().clone();
  const auto g = problem.x().dual().clone();
  const auto coarse = levels[1].vector->clone();
  x->set(problem.x());
  double tolerance = 0;
  const auto measure = [](const std::string& what, const std::function<void()>& operation) {
    constexpr int times = 4;
    operation();
    const Counts before = counts();
    for (int i = 0; i < times; ++i) operation();
    print(what, meansOf(difference(counts(), before), times));
  };
  measure("a value", [&] {
    x->scale(0.99);
    objective.update(*x, ROL::UpdateType::Temp);
    objective.value(*x, tolerance);
  });
  measure("value and gradient", [&] {
    x->scale(0.99);
    objective.update(*x, ROL::UpdateType::Trial);
    objective.value(*x, tolerance);
    objective.gradient(*g, *x, tolerance);
  });
  measure("a norm", [&] { x->norm(); });
  measure("a transfer", [&] { levels[0].toCoarser->project(*coarse, *x); });
}

void measure(bool showCallers) {
  const auto training = makeSamples(samples);
  operations(training);
  steps(training, showCallers);
  cycles(training, showCallers);
  climbs(training);
  stochasticSteps(training, showCallers);
}

} // namespace
} // namespace terrace::scale

int main(int argc, char** argv) {
  Tpetra::ScopeGuard scope(&argc, &argv);
  const bool showCallers = argc == 2 && argv[1] == std::string("--callers");
  if (argc > 1 && !showCallers) {
    std::cerr << "usage: terrace_communication [--callers]\n";
    return 2;
  }
  terrace::scale::measure(showCallers);
  return 0;
}
