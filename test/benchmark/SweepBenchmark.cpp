// Sweeps: value and gradient, value alone, exact Hessian products: the first at a point, the following ones
// there. Arguments: width, blocks, samples, float.
#include "Problem.hpp"

#include <benchmark/benchmark.h>

namespace terrace::benchmarks {
namespace {

class Sweeps {
public:
  explicit Sweeps(const benchmark::State& state)
      : network_(makeNetwork(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)))),
        space_(ROL::makePtr<resnet::ParameterSpace>(network_, Tpetra::getDefaultComm())),
        x_(makePoint(*space_)), direction_(makePoint(*space_, 2)), product_(space_->createDualVector()),
        objective_(
            space_,
            makeSamples(network_, static_cast<int>(state.range(2)),
                        state.range(3) == 0 ? resnet::SweepScalar::Double : resnet::SweepScalar::Float),
            ROL::makePtr<WorkCounter>()) {}

  // At a point of its own each time: the objective keeps what it knows of the last ones.
  void evaluate(ROL::UpdateType type) {
    x_->scale(1 - 1e-9);
    objective_.update(*x_, type);
    benchmark::DoNotOptimize(objective_.value(*x_, tolerance_));
  }
  void hessianProduct() { objective_.hessVec(*product_, *direction_, *x_, tolerance_); }
  void firstHessianProduct() {
    x_->scale(1 - 1e-9);
    hessianProduct();
  }

  void count(benchmark::State& state) const {
    const double layers = static_cast<double>(state.range(1) * state.range(2));
    state.counters["sample_layers"] =
        benchmark::Counter(layers, benchmark::Counter::kIsIterationInvariantRate);
    state.counters["flops"] =
        benchmark::Counter(network_.flopsPerSample() * static_cast<double>(state.range(2)),
                           benchmark::Counter::kIsIterationInvariantRate);
  }

private:
  resnet::Network network_;
  ROL::Ptr<const resnet::ParameterSpace> space_;
  ROL::Ptr<resnet::ParameterVector> x_, direction_, product_;
  resnet::ResNetObjective objective_;
  double tolerance_ = 0;
};

void valueAndGradient(benchmark::State& state) {
  Sweeps sweeps(state);
  for (auto iteration : state) sweeps.evaluate(ROL::UpdateType::Trial);
  sweeps.count(state);
}

void valueAlone(benchmark::State& state) {
  Sweeps sweeps(state);
  for (auto iteration : state) sweeps.evaluate(ROL::UpdateType::Temp);
  sweeps.count(state);
}

void hessianProduct(benchmark::State& state) {
  Sweeps sweeps(state);
  sweeps.firstHessianProduct(); // allocates
  for (auto iteration : state) sweeps.firstHessianProduct();
}

void nextHessianProduct(benchmark::State& state) {
  Sweeps sweeps(state);
  sweeps.hessianProduct();
  for (auto iteration : state) sweeps.hessianProduct();
}

void sizes(benchmark::internal::Benchmark* sweep) {
  sweep->ArgNames({"width", "blocks", "samples", "float"})->Unit(benchmark::kMillisecond);
  for (const int scalar : {0, 1}) {
    for (const int width : {4, 8, 16}) sweep->Args({width, 64, 5000, scalar});
    for (const int width : {32, 50}) sweep->Args({width, 32, 5000, scalar});
    for (const int width : {64, 128}) sweep->Args({width, 32, 4096, scalar});
    for (const int width : {256, 512}) sweep->Args({width, 8, 4096, scalar});
  }
}

BENCHMARK(valueAndGradient)->Apply(sizes);
BENCHMARK(valueAlone)->Apply(sizes);
BENCHMARK(hessianProduct)->Apply(sizes);
BENCHMARK(nextHessianProduct)->Apply(sizes);

} // namespace
} // namespace terrace::benchmarks
