// Vector work of the solver: secant, subproblem, transfers. Arguments: width, blocks, pairs.
#include "Problem.hpp"

#include <terrace/multilevel/CompactSR1.hpp>
#include <terrace/resnet/DepthTransfer.hpp>

#include <benchmark/benchmark.h>

namespace terrace::benchmarks {
namespace {

class Model {
public:
  explicit Model(const benchmark::State& state)
      : space_(makeNetwork(static_cast<int>(state.range(0)), static_cast<int>(state.range(1))),
               Tpetra::getDefaultComm()),
        step_(space_.createVector()), gradient_(space_.createDualVector()),
        secant_(static_cast<int>(state.range(2)), CompactSR1<double>::InitialScaling::SmallestEigenvalue,
                1.0) {
    for (int pair = 0; pair < static_cast<int>(state.range(2)); ++pair) addPair(pair);
  }

  void addPair(int seed) {
    const auto s = makePoint(space_, 2 * seed + 1);
    const auto y = makePoint(space_, 2 * seed + 2);
    y->axpy(3.0, *s);
    secant_.addPair(*s, y->dual());
    gradient_->set(y->dual());
  }
  void apply() { secant_.applyB(*gradient_, *step_); }
  void solve() { benchmark::DoNotOptimize(secant_.solveTrustRegion(*step_, *gradient_, 0.1).stepNorm); }

private:
  resnet::ParameterSpace space_;
  ROL::Ptr<resnet::ParameterVector> step_, gradient_;
  CompactSR1<double> secant_;
};

void secantApplication(benchmark::State& state) {
  Model model(state);
  model.solve();
  for (auto iteration : state) model.apply();
}

void subproblem(benchmark::State& state) {
  Model model(state);
  for (auto iteration : state) model.solve();
}

void innerProduct(benchmark::State& state) {
  const resnet::ParameterSpace space(
      makeNetwork(static_cast<int>(state.range(0)), static_cast<int>(state.range(1))),
      Tpetra::getDefaultComm());
  const auto x = makePoint(space), y = makePoint(space, 2);
  for (auto iteration : state) benchmark::DoNotOptimize(x->dot(*y));
}

void prolongation(benchmark::State& state) {
  const auto network = makeNetwork(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  const auto comm = Tpetra::getDefaultComm();
  const auto fine = ROL::makePtr<resnet::ParameterSpace>(network, comm);
  const auto coarse = ROL::makePtr<resnet::ParameterSpace>(network.withBlocks(network.blocks / 2), comm);
  resnet::DepthTransfer transfer(fine, coarse, resnet::Prolongation::PiecewiseLinear);
  const auto from = makePoint(*coarse), to = fine->createVector();
  for (auto iteration : state) transfer.prolong(*to, *from);
}

void restriction(benchmark::State& state) {
  const auto network = makeNetwork(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  const auto comm = Tpetra::getDefaultComm();
  const auto fine = ROL::makePtr<resnet::ParameterSpace>(network, comm);
  const auto coarse = ROL::makePtr<resnet::ParameterSpace>(network.withBlocks(network.blocks / 2), comm);
  resnet::DepthTransfer transfer(fine, coarse, resnet::Prolongation::PiecewiseLinear);
  const auto from = fine->createDualVector(), to = coarse->createDualVector();
  for (auto iteration : state) transfer.restrictDual(*to, *from);
}

void sizes(benchmark::internal::Benchmark* work) {
  work->ArgNames({"width", "blocks", "pairs"})->Unit(benchmark::kMicrosecond);
  work->Args({8, 4, 40})->Args({8, 32, 40})->Args({8, 64, 40})->Args({64, 16, 20});
}

BENCHMARK(secantApplication)->Apply(sizes);
BENCHMARK(subproblem)->Apply(sizes);
BENCHMARK(innerProduct)->Apply(sizes);
BENCHMARK(prolongation)->Apply(sizes);
BENCHMARK(restriction)->Apply(sizes);

} // namespace
} // namespace terrace::benchmarks
