// An application that trains a surrogate of its own PDE and optimises with it:
//   application [cells a side, default 64] [samples, default 600]
// Finds the parameters whose quantities of interest match a target, by the PDE and by the surrogate.
#include "MatchTarget.hpp"

#include <terrace/resnet/surrogate/SurrogateTraining.hpp>

#include <Tpetra_Core.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <random>
#include <string>

namespace {

using namespace application;
using Rows = Tpetra::MultiVector<double>;
using Comm = Teuchos::RCP<const Teuchos::Comm<int>>;

class Clock {
public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// The parameters of the samples: uniform in [-1, 1]^4, the same on all ranks.
std::vector<HeatConduction::Parameters> drawParameters(int count, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::vector<HeatConduction::Parameters> drawn(static_cast<std::size_t>(count));
  for (auto& p : drawn)
    for (double& value : p) value = static_cast<double>(generator() >> 11) * 0x1p-52 - 1;
  return drawn;
}

// One sample a row, distributed over the ranks; each solve is parallel.
std::pair<Rows, Rows> makeSamples(HeatConduction& solver, int count, unsigned seed, const Comm& comm) {
  const auto map = Teuchos::rcp(new Tpetra::Map<>(static_cast<Tpetra::global_size_t>(count), 0, comm));
  Rows inputs(map, HeatConduction::parameters), targets(map, HeatConduction::quantities);
  const auto drawn = drawParameters(count, seed);
  for (std::size_t sample = 0; sample < drawn.size(); ++sample) {
    const auto q = solver.quantitiesOf(drawn[sample]);
    const auto row = static_cast<Tpetra::Map<>::global_ordinal_type>(sample);
    if (!map->isNodeGlobalElement(row)) continue;
    for (std::size_t j = 0; j < drawn[sample].size(); ++j)
      inputs.replaceGlobalValue(row, j, drawn[sample][j]);
    for (std::size_t j = 0; j < q.size(); ++j) targets.replaceGlobalValue(row, j, q[j]);
  }
  return {inputs, targets};
}

terrace::resnet::TrainedSurrogate train(const Rows& inputs, const Rows& targets) {
  Teuchos::ParameterList parameters;
  parameters.sublist("Network").set("Width", 12).set("Blocks", 16).set("Final Time", 2.0);
  for (const char* weight : {"Tikhonov", "Smoothness", "Output Tikhonov"})
    parameters.sublist("Network").sublist("Regularization").set(weight, 1e-8);
  parameters.sublist("Levels").set("Number of Levels", 3);
  parameters.sublist("Status Test").set("Work Limit", 400.0).set("Iteration Limit", 0);
  parameters.sublist("General").set("Output Level", 0);
  return terrace::resnet::trainSurrogate(parameters, inputs, targets, std::cout);
}

// The relative L2 error on fresh samples; the surrogate reads and writes the multivectors in place.
double errorOn(const std::pair<Rows, Rows>& samples, terrace::resnet::Surrogate& surrogate) {
  Rows difference(samples.second.getMap(), HeatConduction::quantities);
  surrogate.apply(samples.first, difference);
  difference.update(-1.0, samples.second, 1.0);
  Teuchos::Array<double> errors(HeatConduction::quantities), norms(HeatConduction::quantities);
  difference.norm2(errors());
  samples.second.norm2(norms());
  double error = 0, norm = 0;
  for (int j = 0; j < HeatConduction::quantities; ++j) {
    error += errors[j] * errors[j];
    norm += norms[j] * norms[j];
  }
  return std::sqrt(error / norm);
}

struct Match {
  HeatConduction::Parameters found{};
  double seconds = 0;
  int iterations = 0;
};

// ROL's line search with L-BFGS, from the middle of the parameters' range.
Match match(const Model& model, const HeatConduction::Quantities& target) {
  Teuchos::ParameterList parameters;
  parameters.sublist("Step").set("Type", "Line Search");
  parameters.sublist("Step")
      .sublist("Line Search")
      .sublist("Descent Method")
      .set("Type", "Quasi-Newton Method");
  parameters.sublist("General").sublist("Secant").set("Type", "Limited-Memory BFGS");
  parameters.sublist("Status Test").set("Gradient Tolerance", 1e-8).set("Iteration Limit", 100);
  const auto objective = ROL::makePtr<MatchTarget>(model, target);
  const auto x = ROL::makePtr<ROL::StdVector<double>>(
      ROL::makePtr<std::vector<double>>(std::size_t(HeatConduction::parameters), 0.0));
  const auto hierarchy = ROL::makePtr<terrace::LevelHierarchy<double>>(ROL::makePtr<terrace::WorkCounter>());
  terrace::Level<double> level;
  level.objective = objective;
  level.vector = x->clone();
  hierarchy->add(level);
  std::ostream silent(nullptr);
  const Clock clock;
  const auto algorithm = terrace::makeAlgorithm(hierarchy, parameters);
  algorithm->run(*x, *objective, silent);
  Match result;
  result.seconds = clock.seconds();
  result.iterations = algorithm->getState()->iter;
  std::copy_n(MatchTarget::entries(*x).begin(), result.found.size(), result.found.begin());
  return result;
}

template <std::size_t n>
double relativeDistance(const std::array<double, n>& a, const std::array<double, n>& b) {
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < n; ++i) {
    difference += (a[i] - b[i]) * (a[i] - b[i]);
    norm += b[i] * b[i];
  }
  return std::sqrt(difference / norm);
}

void run(int cells, int count, const Comm& comm) {
  const bool prints = comm->getRank() == 0;
  HeatConduction solver(cells, comm);
  const Clock sampling;
  const auto samples = makeSamples(solver, count, 1, comm);
  const double samplingSeconds = sampling.seconds();
  const Clock training;
  auto trained = train(samples.first, samples.second);
  const double trainingSeconds = training.seconds();
  const double testError = errorOn(makeSamples(solver, 100, 2, comm), trained.surrogate);

  const HeatConduction::Parameters truth{0.6, -0.5, 0.2, -0.3};
  const auto target = solver.quantitiesOf(truth);
  const long before = solver.solves();
  const Match exact = match(pde(solver), target);
  const long solves = solver.solves() - before;
  const Match fast = match(surrogate(trained.surrogate), target);
  const auto reached = solver.quantitiesOf(fast.found); // by the PDE
  if (!prints) return;
  std::printf("Samples:             %d solves on %d x %d cells, %.2f s\n", count, cells, cells,
              samplingSeconds);
  std::printf("Training:            %d iterations, %.1f work units, %.2f s (%s)\n", trained.iterations,
              trained.workUnits, trainingSeconds, trained.status.c_str());
  std::printf("Relative error:      training samples %.2e, 100 fresh samples %.2e\n", trained.trainError,
              testError);
  std::printf("Match by the PDE:    %d iterations, %ld solves, %.4f s, parameters off by %.2e\n",
              exact.iterations, solves, exact.seconds, relativeDistance(exact.found, truth));
  std::printf("Match by surrogate:  %d iterations, %.6f s, parameters off by %.2e\n", fast.iterations,
              fast.seconds, relativeDistance(fast.found, truth));
  std::printf("Quantities there:    off the target by %.2e, solved by the PDE\n",
              relativeDistance(reached, target));
  std::printf("Speed-up:            %.0f; with samples and training it pays from %.0f optimisations on\n",
              exact.seconds / fast.seconds,
              std::ceil((samplingSeconds + trainingSeconds) / (exact.seconds - fast.seconds)));
}

} // namespace

int main(int argc, char** argv) {
  Tpetra::ScopeGuard scope(&argc, &argv);
  const auto comm = Tpetra::getDefaultComm();
  try {
    run(argc > 1 ? std::stoi(argv[1]) : 64, argc > 2 ? std::stoi(argv[2]) : 600, comm);
  } catch (const std::exception& error) {
    if (comm->getRank() == 0) std::cerr << "application: " << error.what() << '\n';
    return 1;
  }
}
