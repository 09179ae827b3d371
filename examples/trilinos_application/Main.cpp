// An application that trains a surrogate of its own PDE and optimises with it:
//   application [cells a side, default 64] [samples, default 600]
// Finds the parameters whose quantities of interest match a target, by the PDE and by two surrogates: one
// trained on values, one on values and their derivatives, which the solver's adjoint gives.
#include "MatchTarget.hpp"

#include <terrace/resnet/surrogate/SurrogateTraining.hpp>

#include <Tpetra_Core.hpp>
#include <Tpetra_Vector.hpp>

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
struct Samples {
  Rows inputs, targets, jacobians;
  long solves = 0; // of values, and in all
  long allSolves = 0;
};

// A Jacobian is an adjoint solve for each quantity.
Samples makeSamples(HeatConduction& solver, int count, unsigned seed, const Comm& comm) {
  constexpr int p = HeatConduction::parameters, q = HeatConduction::quantities;
  const auto map = Teuchos::rcp(new Tpetra::Map<>(static_cast<Tpetra::global_size_t>(count), 0, comm));
  Samples samples{Rows(map, p), Rows(map, q), Rows(map, p * q)};
  const long before = solver.solves();
  const auto drawn = drawParameters(count, seed);
  for (std::size_t sample = 0; sample < drawn.size(); ++sample) {
    const auto values = solver.quantitiesOf(drawn[sample]);
    const auto row = static_cast<Tpetra::Map<>::global_ordinal_type>(sample);
    const auto set = [&](Rows& rows, std::size_t column, double value) {
      if (map->isNodeGlobalElement(row)) rows.replaceGlobalValue(row, column, value);
    };
    for (std::size_t j = 0; j < std::size_t(p); ++j) set(samples.inputs, j, drawn[sample][j]);
    for (std::size_t i = 0; i < std::size_t(q); ++i) {
      set(samples.targets, i, values[i]);
      HeatConduction::Quantities unit{};
      unit[i] = 1;
      const auto gradient = solver.gradientOf(unit);
      for (std::size_t j = 0; j < std::size_t(p); ++j) set(samples.jacobians, i * p + j, gradient[j]);
    }
  }
  samples.solves = count;
  samples.allSolves = solver.solves() - before;
  return samples;
}

// Without Jacobians where `jacobians` is null.
terrace::resnet::TrainedSurrogate train(const Samples& samples, const Rows* jacobians) {
  Teuchos::ParameterList parameters;
  parameters.sublist("Network").set("Width", 12).set("Blocks", 16).set("Final Time", 2.0);
  for (const char* weight : {"Tikhonov", "Smoothness", "Output Tikhonov"})
    parameters.sublist("Network").sublist("Regularization").set(weight, 1e-8);
  parameters.sublist("Levels").set("Number of Levels", 3);
  // As many sweeps of each: with derivatives along the four parameters a sweep is five units.
  const double work = jacobians == nullptr ? 400 : 400 * (1 + HeatConduction::parameters);
  parameters.sublist("Status Test").set("Work Limit", work).set("Iteration Limit", 0);
  parameters.sublist("General").set("Output Level", 0);
  return terrace::resnet::trainSurrogate(parameters, samples.inputs, samples.targets, std::cout, {}, nullptr,
                                         jacobians);
}

double relativeDifference(const Rows& found, const Rows& truth) {
  Rows difference(found, Teuchos::Copy);
  difference.update(-1.0, truth, 1.0);
  const auto columns = static_cast<int>(truth.getNumVectors());
  Teuchos::Array<double> errors(columns), norms(columns);
  difference.norm2(errors());
  truth.norm2(norms());
  double error = 0, norm = 0;
  for (int j = 0; j < columns; ++j) {
    error += errors[j] * errors[j];
    norm += norms[j] * norms[j];
  }
  return std::sqrt(error / norm);
}

struct Errors {
  double values;
  double jacobians;
};

// The relative L2 errors on fresh samples; the surrogate reads and writes the multivectors in place.
Errors errorsOn(const Samples& samples, terrace::resnet::Surrogate& surrogate) {
  constexpr std::size_t p = HeatConduction::parameters, q = HeatConduction::quantities;
  const auto map = samples.inputs.getMap();
  Rows values(map, q), jacobians(map, p * q), direction(map, p), derivatives(map, q);
  surrogate.apply(samples.inputs, values);
  for (std::size_t j = 0; j < p; ++j) {
    direction.putScalar(0);
    direction.getVectorNonConst(j)->putScalar(1);
    surrogate.applyJacobian(samples.inputs, direction, derivatives);
    for (std::size_t i = 0; i < q; ++i)
      jacobians.getVectorNonConst(i * p + j)->assign(*derivatives.getVector(i));
  }
  return {relativeDifference(values, samples.targets), relativeDifference(jacobians, samples.jacobians)};
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

// An optimisation by a surrogate, and what the PDE says of its result.
struct Trial {
  terrace::resnet::TrainedSurrogate trained;
  double trainingSeconds;
  Errors errors;
  Match match;
  double offTarget;
};

void print(const char* name, const Trial& trial, long sampleSolves, double samplingSeconds,
           const Match& exact, long solves, const HeatConduction::Parameters& truth) {
  const auto& trained = trial.trained;
  std::printf("\nSurrogate trained on %s\n", name);
  std::printf("Training:            %d iterations, %.1f work units, %.2f s (%s)\n", trained.iterations,
              trained.workUnits, trial.trainingSeconds, trained.status.c_str());
  std::printf("Relative error:      training samples %.2e, 100 fresh samples %.2e, their Jacobians %.2e\n",
              trained.trainError, trial.errors.values, trial.errors.jacobians);
  std::printf("Match by surrogate:  %d iterations, %.6f s, parameters off by %.2e\n", trial.match.iterations,
              trial.match.seconds, relativeDistance(trial.match.found, truth));
  std::printf("Quantities there:    off the target by %.2e, solved by the PDE\n", trial.offTarget);
  std::printf("Speed-up:            %.0f; with samples and training it pays from %.0f optimisations on\n",
              exact.seconds / trial.match.seconds,
              std::ceil((samplingSeconds + trial.trainingSeconds) / (exact.seconds - trial.match.seconds)));
  std::printf("Solves saved:        %ld an optimisation; the samples took %ld, those of %.0f optimisations\n",
              solves, sampleSolves,
              std::ceil(static_cast<double>(sampleSolves) / static_cast<double>(solves)));
}

void run(int cells, int count, const Comm& comm) {
  const bool prints = comm->getRank() == 0;
  HeatConduction solver(cells, comm);
  const Clock sampling;
  const auto samples = makeSamples(solver, count, 1, comm);
  const double samplingSeconds = sampling.seconds();
  const auto fresh = makeSamples(solver, 100, 2, comm);

  const HeatConduction::Parameters truth{0.6, -0.5, 0.2, -0.3};
  const auto target = solver.quantitiesOf(truth);
  const long before = solver.solves();
  const Match exact = match(pde(solver), target);
  const long solves = solver.solves() - before;
  const auto attempt = [&](const Rows* jacobians) {
    const Clock training;
    Trial trial{train(samples, jacobians), 0, {}, {}, 0};
    trial.trainingSeconds = training.seconds();
    trial.errors = errorsOn(fresh, trial.trained.surrogate);
    trial.match = match(surrogate(trial.trained.surrogate), target);
    trial.offTarget = relativeDistance(solver.quantitiesOf(trial.match.found), target);
    return trial;
  };
  const Trial values = attempt(nullptr), both = attempt(&samples.jacobians);
  if (!prints) return;
  std::printf("Samples:             %d with their Jacobians, %ld solves on %d x %d cells, %.2f s\n", count,
              samples.allSolves, cells, cells, samplingSeconds);
  std::printf("Match by the PDE:    %d iterations, %ld solves, %.4f s, parameters off by %.2e\n",
              exact.iterations, solves, exact.seconds, relativeDistance(exact.found, truth));
  // Values alone would have taken their share of the solves.
  const double share = static_cast<double>(samples.solves) / static_cast<double>(samples.allSolves);
  print("values", values, samples.solves, share * samplingSeconds, exact, solves, truth);
  print("values and derivatives", both, samples.allSolves, samplingSeconds, exact, solves, truth);
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
