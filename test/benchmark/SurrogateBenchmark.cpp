// A surrogate's apply and adjoint. Arguments: width, blocks, samples, float.
#include "Problem.hpp"

#include <terrace/resnet/surrogate/Surrogate.hpp>

#include <benchmark/benchmark.h>

namespace terrace::benchmarks {
namespace {

class Batch {
public:
  explicit Batch(const benchmark::State& state)
      : network_(makeNetwork(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)))),
        space_(ROL::makePtr<resnet::ParameterSpace>(network_, Tpetra::getDefaultComm())),
        surrogate_(network_, space_->gatherToAll(*makePoint(*space_)),
                   resnet::DataScaling::identity(network_.features()),
                   resnet::DataScaling::identity(network_.outputs),
                   state.range(3) == 0 ? resnet::SweepScalar::Double : resnet::SweepScalar::Float),
        x_("terrace::benchmarks::x", samples(state), static_cast<std::size_t>(network_.features())),
        y_("terrace::benchmarks::y", samples(state), static_cast<std::size_t>(network_.outputs)),
        g_("terrace::benchmarks::g", samples(state), static_cast<std::size_t>(network_.features())) {
    for (std::size_t i = 0; i < x_.size(); ++i)
      x_.data()[i] = 2.0 * static_cast<double>(i * 37 % 101) / 101 - 1;
  }

  void apply() {
    surrogate_.apply(x_, y_);
    benchmark::DoNotOptimize(y_.data());
    benchmark::ClobberMemory();
  }
  void applyAdjoint() {
    surrogate_.applyAdjointJacobian(x_, y_, g_);
    benchmark::DoNotOptimize(g_.data());
    benchmark::ClobberMemory();
  }

private:
  using Rows = Kokkos::View<double**, Kokkos::LayoutRight, resnet::Device>;
  static std::size_t samples(const benchmark::State& state) {
    return static_cast<std::size_t>(state.range(2));
  }

  resnet::Network network_;
  ROL::Ptr<const resnet::ParameterSpace> space_;
  resnet::Surrogate surrogate_;
  Rows x_, y_, g_;
};

void surrogateApply(benchmark::State& state) {
  Batch batch(state);
  for (auto iteration : state) batch.apply();
}

void surrogateAdjoint(benchmark::State& state) {
  Batch batch(state);
  for (auto iteration : state) batch.applyAdjoint();
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"width", "blocks", "samples", "float"})->Unit(benchmark::kMicrosecond);
  for (const int scalar : {0, 1})
    for (const int samples : {1, 1000}) benchmark->Args({16, 32, samples, scalar});
}

BENCHMARK(surrogateApply)->Apply(sizes);
BENCHMARK(surrogateAdjoint)->Apply(sizes);

} // namespace
} // namespace terrace::benchmarks
