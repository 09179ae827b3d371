// Processor times of the parts of a step on one rank, for three networks: what cost_model.py needs.
// doc/measurements/scale.md.
//
//     terrace_step_times [REPETITIONS]
//
// prints lines of "network, parameters, group, replicated, vectors, small", separated by tabs: seconds of a
// sweep over a group of 128 samples, of what an evaluation does on each rank whatever its samples, of the
// vectors of a step's secant, and of the secant's small matrices. The least of the repetitions counts.
#include <terrace/multilevel/secant/CompactSR1.hpp>
#include <terrace/resnet/network/NetworkParameters.hpp>
#include <terrace/resnet/objective/ResNetObjective.hpp>
#include <terrace/resnet/parameters/InitialGuess.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <Teuchos_Array.hpp>
#include <Tpetra_Core.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <limits>
#include <random>
#include <string>

namespace terrace::scale {
namespace {

using resnet::Network;
using resnet::ParameterSpace;
using resnet::Shape;
using Teuchos::ParameterList;

constexpr int pairs = 40;

ParameterList complete(ParameterList network) {
  network.setParametersNotAlreadySet(*resnet::validNetworkParameters());
  return network;
}

Network denseNetwork(int features, int width, int blocks, int outputs) {
  ParameterList list;
  list.set("Width", width).set("Blocks", blocks);
  return Network::fromParameters(complete(list), features, outputs);
}

// The network of data/decks/resnet-20.xml.
Network imageNetwork() {
  ParameterList list;
  list.set("Type", "Convolutional").set("Block", "Basic").set("Normalization", "Group");
  list.set("Normalization Groups", 4).set("Activation", "ReLU").set("Lift", "Activated");
  ParameterList& stages = list.sublist("Stages");
  stages.set("Channels", Teuchos::Array<int>(Teuchos::tuple(16, 32, 64)));
  stages.set("Blocks", Teuchos::Array<int>(3, 3));
  stages.set("Final Times", Teuchos::Array<double>(3, 3.0));
  return Network::fromParameters(complete(list), Shape{3, 32, 32}, 10);
}

double processorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// The least of so many times.
double leastSeconds(int repetitions, const std::function<void()>& work) {
  work();
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < repetitions; ++i) {
    const double start = processorSeconds();
    work();
    least = std::min(least, processorSeconds() - start);
  }
  return least;
}

ROL::Ptr<resnet::ParameterVector> makePoint(const ParameterSpace& space, int seed) {
  ParameterList guess(resnet::validNetworkParameters()->sublist("Initial Guess"));
  guess.set("Seed", seed).set("Type", "Random");
  auto x = space.createVector();
  resnet::fillInitialGuess(*x, space, guess);
  return x;
}

resnet::SampleSet makeSamples(const Network& network, int groups, resnet::SweepScalar scalar) {
  const int count = groups * resnet::samplesOfGroup;
  std::mt19937_64 generator(1);
  std::uniform_real_distribution<double> coordinate(-1, 1);
  std::uniform_int_distribution<int> label(0, network.outputs - 1);
  std::vector<double> inputs(static_cast<std::size_t>(count) * static_cast<std::size_t>(network.features()));
  std::vector<int> labels(static_cast<std::size_t>(count));
  for (double& x : inputs) x = coordinate(generator);
  for (int& c : labels) c = label(generator);
  return resnet::SampleSet::classification(Tpetra::getDefaultComm(), count, network.features(), inputs,
                                           network.outputs, labels, scalar);
}

// Of a value with its gradient on so many groups of samples.
double evaluationSeconds(const Network& network, resnet::SweepScalar scalar, int groups, int repetitions) {
  const auto space = ROL::makePtr<ParameterSpace>(network, Tpetra::getDefaultComm());
  resnet::ResNetObjective objective(space, makeSamples(network, groups, scalar), ROL::makePtr<WorkCounter>());
  const auto x = makePoint(*space, 1);
  const auto g = space->createDualVector();
  double tolerance = 0;
  return leastSeconds(repetitions, [&] {
    x->scale(1 - 1e-9); // a point of its own each time
    objective.update(*x, ROL::UpdateType::Trial);
    objective.valueWithGradient(*g, *x, tolerance);
  });
}

// Of a subproblem and a new pair, where the secant is full.
double secantSeconds(const Network& network, int repetitions) {
  const ParameterSpace space(network, Tpetra::getDefaultComm());
  CompactSR1<double> secant(pairs, CompactSR1<double>::InitialScaling::SmallestEigenvalue, 1.0);
  const auto step = space.createVector();
  const auto dual = space.createDualVector();
  PairedGradient<double> gradient(space.createDualVector());
  int seed = 0;
  const auto addPair = [&] {
    const auto s = makePoint(space, ++seed);
    const auto y = makePoint(space, ++seed);
    y->axpy(3.0, *s);
    dual->set(y->dual());
    secant.addPair(*s, *dual, gradient);
  };
  gradient.overwrite().set(makePoint(space, ++seed)->dual());
  for (int pair = 0; pair <= pairs; ++pair) addPair();
  const auto s = makePoint(space, ++seed);
  double times = std::numeric_limits<double>::infinity();
  for (int i = 0; i < repetitions; ++i) {
    const double start = processorSeconds();
    secant.solveTrustRegion(*step, gradient, 0.1);
    secant.addPair(*s, *dual, gradient);
    times = std::min(times, processorSeconds() - start);
    addPair(); // so that no pair is there twice
  }
  return times;
}

void measure(const std::string& name, const Network& network, resnet::SweepScalar scalar, int repetitions) {
  constexpr int few = 1, many = 9;
  const double least = evaluationSeconds(network, scalar, few, repetitions);
  const double most = evaluationSeconds(network, scalar, many, repetitions);
  const double group = (most - least) / (many - few);
  const double small = secantSeconds(denseNetwork(2, 4, 1, 2), repetitions);
  const double vectors = secantSeconds(network, repetitions) - small;
  std::printf("%s\t%ld\t%.4g\t%.4g\t%.4g\t%.4g\n", name.c_str(), network.parameterCount(), group,
              std::max(least - few * group, 0.0), std::max(vectors, 0.0), small);
  std::fflush(stdout);
}

} // namespace
} // namespace terrace::scale

int main(int argc, char** argv) {
  using namespace terrace::scale;
  Tpetra::ScopeGuard scope(&argc, &argv);
  const int repetitions = argc > 1 ? std::atoi(argv[1]) : 20;
  const auto doubles = terrace::resnet::SweepScalar::Double;
  measure("small", denseNetwork(2, 8, 32, 5), doubles, repetitions);
  measure("wide", denseNetwork(784, 128, 16, 10), doubles, repetitions);
  measure("images", imageNetwork(), terrace::resnet::SweepScalar::Float, repetitions);
  return 0;
}
