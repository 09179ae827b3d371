// Vector work of the solver: secant, its update, subproblem, transfers. Arguments: width, blocks, pairs.
#include "Problem.hpp"

#include <terrace/multilevel/secant/CompactSR1.hpp>
#include <terrace/resnet/levels/StageTransfer.hpp>

#include <benchmark/benchmark.h>

#include <vector>

namespace terrace::benchmarks {
namespace {

class Model {
public:
  explicit Model(const benchmark::State& state)
      : space_(makeNetwork(static_cast<int>(state.range(0)), static_cast<int>(state.range(1))),
               Tpetra::getDefaultComm()),
        product_(space_.createDualVector()),
        secant_(static_cast<int>(state.range(2)), CompactSR1<double>::InitialScaling::SmallestEigenvalue,
                1.0) {
    // One more than the secant stores, so that the pairs it has are always different ones.
    for (int pair = 0; pair <= static_cast<int>(state.range(2)); ++pair) {
      steps_.push_back(makePoint(space_, 2 * pair + 1));
      const auto y = makePoint(space_, 2 * pair + 2);
      y->axpy(3.0, *steps_.back());
      differences_.push_back(y->dual().clone());
      differences_.back()->set(y->dual());
    }
    for (int pair = 0; pair < static_cast<int>(state.range(2)); ++pair) addPair();
  }

  void addPair() {
    secant_.addPair(*steps_[next_], *differences_[next_]);
    next_ = (next_ + 1) % steps_.size();
  }
  void apply() { secant_.applyB(*product_, *steps_[next_]); }
  void solve() {
    benchmark::DoNotOptimize(secant_.solveTrustRegion(*trial_, *differences_[next_], 0.1).stepNorm);
  }

private:
  resnet::ParameterSpace space_;
  std::vector<ROL::Ptr<ROL::Vector<double>>> steps_, differences_;
  ROL::Ptr<ROL::Vector<double>> product_, trial_ = space_.createVector();
  CompactSR1<double> secant_;
  std::size_t next_ = 0;
};

void secantApplication(benchmark::State& state) {
  Model model(state);
  model.solve();
  for (auto iteration : state) model.apply();
}

// A pair that replaces the oldest.
void secantUpdate(benchmark::State& state) {
  Model model(state);
  for (auto iteration : state) model.addPair();
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
  const auto coarse = ROL::makePtr<resnet::ParameterSpace>(network.coarsened(2), comm);
  resnet::StageTransfer transfer(fine, coarse, resnet::Prolongation::PiecewiseLinear);
  const auto from = makePoint(*coarse), to = fine->createVector();
  for (auto iteration : state) transfer.prolong(*to, *from);
}

void restriction(benchmark::State& state) {
  const auto network = makeNetwork(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  const auto comm = Tpetra::getDefaultComm();
  const auto fine = ROL::makePtr<resnet::ParameterSpace>(network, comm);
  const auto coarse = ROL::makePtr<resnet::ParameterSpace>(network.coarsened(2), comm);
  resnet::StageTransfer transfer(fine, coarse, resnet::Prolongation::PiecewiseLinear);
  const auto from = fine->createDualVector(), to = coarse->createDualVector();
  for (auto iteration : state) transfer.restrictDual(*to, *from);
}

void sizes(benchmark::internal::Benchmark* work) {
  work->ArgNames({"width", "blocks", "pairs"})->Unit(benchmark::kMicrosecond);
  work->Args({8, 4, 40})->Args({8, 32, 40})->Args({8, 64, 40})->Args({8, 128, 40})->Args({64, 16, 40});
}

BENCHMARK(secantApplication)->Apply(sizes);
BENCHMARK(secantUpdate)->Apply(sizes);
BENCHMARK(subproblem)->Apply(sizes);
BENCHMARK(innerProduct)->Apply(sizes);
BENCHMARK(prolongation)->Apply(sizes);
BENCHMARK(restriction)->Apply(sizes);

} // namespace
} // namespace terrace::benchmarks
