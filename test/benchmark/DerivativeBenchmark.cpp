// Training with and without derivatives on data from PDEs: the tables of doc/measurements/derivatives.md.
//   derivative_benchmark PROBLEM SAMPLES WORK SEED DIRECTIONS WEIGHT [CELLS]
// PROBLEM: diffusion or neutrons. WORK: work units, several with commas. DIRECTIONS: of each sample, 0 for
// all. WEIGHT: Network/Derivative Weight; 0 trains on values alone. Several of DIRECTIONS:WEIGHT with commas.
// Prints a line for each run: errors of values and of Jacobians on 300 test samples.
#include <terrace/pde/DiffusionConvectionReaction.hpp>
#include <terrace/pde/NeutronDiffusion.hpp>
#include <terrace/resnet/surrogate/SurrogateTraining.hpp>

#include <Tpetra_Core.hpp>
#include <Tpetra_MultiVector.hpp>
#include <Tpetra_Vector.hpp>

#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace {

using Rows = Tpetra::MultiVector<double>;

struct Samples {
  Rows inputs, targets, jacobians;
};

Samples solve(terrace::pde::ParametricProblem& problem, int count, unsigned seed) {
  const auto n = problem.inputs().size(), m = problem.quantities().size();
  const auto map =
      Teuchos::rcp(new Tpetra::Map<>(static_cast<Tpetra::global_size_t>(count), 0, Tpetra::getDefaultComm()));
  Samples samples{Rows(map, n), Rows(map, m), Rows(map, n * m)};
  std::mt19937_64 generator(seed);
  for (int s = 0; s < count; ++s) {
    std::vector<double> x;
    for (const auto& input : problem.inputs())
      x.push_back(input.lowest +
                  (input.highest - input.lowest) * static_cast<double>(generator() >> 11) * 0x1p-53);
    const auto y = problem.solve(x), jacobian = problem.jacobian();
    for (std::size_t j = 0; j < n; ++j) samples.inputs.replaceLocalValue(s, j, x[j]);
    for (std::size_t i = 0; i < m; ++i) samples.targets.replaceLocalValue(s, i, y[i]);
    for (std::size_t k = 0; k < n * m; ++k) samples.jacobians.replaceLocalValue(s, k, jacobian[k]);
  }
  return samples;
}

// Relative L2 errors of values and Jacobians, those along the scale of each input.
std::pair<double, double> errors(terrace::resnet::Surrogate& surrogate, const Samples& test) {
  const auto n = test.inputs.getNumVectors(), m = test.targets.getNumVectors();
  const auto map = test.inputs.getMap();
  Rows y(map, m), direction(map, n), dy(map, m);
  double error = 0, square = 0, slopeError = 0, slopeSquare = 0;
  const auto add = [](const Rows& found, const Rows& truth, std::size_t a, std::size_t b, double scale,
                      double& errors, double& squares) {
    const auto f = found.getLocalViewHost(Tpetra::Access::ReadOnly),
               t = truth.getLocalViewHost(Tpetra::Access::ReadOnly);
    for (std::size_t s = 0; s < f.extent(0); ++s) {
      errors += std::pow(scale * (f(s, a) - t(s, b)), 2);
      squares += std::pow(scale * t(s, b), 2);
    }
  };
  surrogate.apply(test.inputs, y);
  for (std::size_t i = 0; i < m; ++i) add(y, test.targets, i, i, 1.0, error, square);
  for (std::size_t j = 0; j < n; ++j) {
    direction.putScalar(0);
    direction.getVectorNonConst(j)->putScalar(1);
    surrogate.applyJacobian(test.inputs, direction, dy);
    for (std::size_t i = 0; i < m; ++i)
      add(dy, test.jacobians, i, i * n + j, surrogate.inputScaling().scale[j], slopeError, slopeSquare);
  }
  return {std::sqrt(error / square), std::sqrt(slopeError / slopeSquare)};
}

terrace::resnet::TrainedSurrogate train(const Samples& samples, double work, int seed, bool logarithm,
                                        int directions, double weight) {
  Teuchos::ParameterList parameters;
  auto& network = parameters.sublist("Network");
  network.set("Width", 24).set("Blocks", 16).set("Final Time", 2.0).set("Output Layer", "Solved");
  network.set("Derivative Weight", weight).set("Derivative Directions", directions);
  network.sublist("Initial Guess").set("Scale", 0.5).set("Seed", seed);
  network.sublist("Regularization")
      .set("Tikhonov", 1e-6)
      .set("Smoothness", 1e-6)
      .set("Output Tikhonov", 1e-5);
  parameters.sublist("Data")
      .set("Seed", seed)
      .set("Validation Share", 0.1)
      .set("Target Normalization", logarithm ? "Logarithm" : "Standard");
  parameters.sublist("Levels").set("Number of Levels", 3);
  parameters.sublist("Levels").set("Sample Fractions", Teuchos::Array<double>(Teuchos::tuple(1.0, 0.3, 0.1)));
  parameters.sublist("General").set("Output Level", 0).sublist("Secant").set("Maximum Storage", 100);
  parameters.sublist("Status Test").set("Work Limit", work).set("Iteration Limit", 0);
  return terrace::resnet::trainSurrogate(parameters, samples.inputs, samples.targets, std::cout, {}, nullptr,
                                         weight > 0 ? &samples.jacobians : nullptr);
}

std::vector<std::string> splitAtCommas(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

template <class Problem, class Options>
std::unique_ptr<terrace::pde::ParametricProblem> make(int cells) {
  Options options;
  options.cells = cells;
  return std::make_unique<Problem>(options);
}

void run(int argc, char** argv) {
  if (argc < 6)
    throw std::invalid_argument("expected PROBLEM SAMPLES WORK SEED DIRECTIONS:WEIGHT,... [CELLS]");
  const std::string name = argv[1];
  const int cells = argc > 6 ? std::stoi(argv[6]) : 64;
  const bool diffusion = name == "diffusion";
  const auto problem =
      diffusion
          ? make<terrace::pde::DiffusionConvectionReaction, terrace::pde::DiffusionConvectionReactionOptions>(
                cells)
          : make<terrace::pde::NeutronDiffusion, terrace::pde::NeutronDiffusionOptions>(cells);
  const auto test = solve(*problem, 300, 99);
  for (const auto& count : splitAtCommas(argv[2])) {
    const auto samples = solve(*problem, std::stoi(count), 1);
    for (const auto& work : splitAtCommas(argv[3]))
      for (const auto& seed : splitAtCommas(argv[4]))
        for (const auto& variant : splitAtCommas(argv[5])) {
          const auto colon = variant.find(':');
          const double weight = std::stod(variant.substr(colon + 1));
          auto trained = train(samples, std::stod(work), std::stoi(seed), diffusion,
                               std::stoi(variant.substr(0, colon)), weight);
          const auto [values, slopes] = errors(trained.surrogate, test);
          std::printf("%s %s samples, %s units, seed %s, %s: values %.4f Jacobians %.4f (training %.4f, %.0f "
                      "units)\n",
                      name.c_str(), count.c_str(), work.c_str(), seed.c_str(), variant.c_str(), values,
                      slopes, trained.trainError, trained.workUnits);
          std::fflush(stdout);
        }
  }
}

} // namespace

int main(int argc, char** argv) {
  Tpetra::ScopeGuard scope(&argc, &argv);
  try {
    run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "derivative_benchmark: " << error.what() << '\n';
    return 1;
  }
}
