// Value-and-gradient sweeps of a loss that compares derivatives along some directions of each sample, 0 for
// values alone; in work units a sweep costs 1 + directions. Arguments: width, blocks,
// samples, directions, float.
#include "Problem.hpp"

#include <benchmark/benchmark.h>

#include <cmath>

namespace terrace::benchmarks {
namespace {

constexpr int features = 12, outputs = 14;

std::vector<double> numbers(int count) {
  std::vector<double> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::sin(1.7 * static_cast<double>(i));
  return values;
}

// Samples with derivatives along directions of their own, as random ones of Jacobians are.
resnet::SampleSet makeSamplesWithDerivatives(int count, int directions, resnet::SweepScalar scalar) {
  const auto samples =
      resnet::SampleSet::regression(Tpetra::getDefaultComm(), count, features, numbers(count * features),
                                    outputs, numbers(count * outputs), scalar);
  if (directions == 0) return samples;
  resnet::SampleDerivatives derivatives;
  derivatives.directions = directions;
  derivatives.alongUnitVectors = false;
  derivatives.along = numbers(count * directions * features);
  derivatives.values = numbers(count * directions * outputs);
  return samples.withDerivatives(derivatives, 0.1);
}

void valueAndGradientWithDerivatives(benchmark::State& state) {
  const auto argument = [&](std::size_t index) { return static_cast<int>(state.range(index)); };
  auto network = resnet::Network::dense(features, outputs, argument(0), argument(1));
  network.loss = resnet::LossType::LeastSquares;
  const auto space = ROL::makePtr<resnet::ParameterSpace>(network, Tpetra::getDefaultComm());
  const auto x = makePoint(*space);
  resnet::ResNetObjective objective(
      space,
      makeSamplesWithDerivatives(argument(2), argument(3),
                                 argument(4) == 0 ? resnet::SweepScalar::Double : resnet::SweepScalar::Float),
      ROL::makePtr<WorkCounter>());
  double tolerance = 0;
  for (auto iteration : state) {
    x->scale(1 - 1e-9); // the objective keeps what it knows of the last points
    objective.update(*x, ROL::UpdateType::Trial);
    benchmark::DoNotOptimize(objective.value(*x, tolerance));
  }
}

void sizes(benchmark::internal::Benchmark* sweep) {
  sweep->ArgNames({"width", "blocks", "samples", "directions", "float"})->Unit(benchmark::kMillisecond);
  for (const int scalar : {0, 1})
    for (const int width : {8, 24, 64})
      for (const int directions : {0, 1, 2, 4, 12}) sweep->Args({width, 16, 1024, directions, scalar});
}

BENCHMARK(valueAndGradientWithDerivatives)->Apply(sizes);

} // namespace
} // namespace terrace::benchmarks
