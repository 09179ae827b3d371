// Prints a hash of the bits of everything that the sweeps compute, for networks of all kinds: two builds
// whose lines are equal compute the same. One line a network and precision, and one of its surrogate.
// compare_builds.py reads it.
#include <terrace/multilevel/hierarchy/WorkCounter.hpp>
#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/objective/NetworkObjective.hpp>
#include <terrace/resnet/parameters/ParameterSpace.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>
#include <terrace/resnet/surrogate/Surrogate.hpp>

#include <Teuchos_Array.hpp>
#include <Tpetra_Core.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <iomanip>
#include <iostream>
#include <random>
#include <string>
#include <vector>

namespace terrace::benchmarks {
namespace {

using namespace resnet;

// FNV-1a of the bytes.
class Hash {
public:
  void add(double value) {
    unsigned char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    for (const unsigned char byte : bytes) hash_ = (hash_ ^ byte) * 1099511628211ULL;
  }
  void add(const std::vector<double>& values) {
    for (const double value : values) add(value);
  }
  std::uint64_t value() const { return hash_; }

private:
  std::uint64_t hash_ = 14695981039346656037ULL;
};

struct Case {
  int width, blocks, features, outputs, samples;
  const char *lift, *activation, *loss;
  bool labels;
  const char* outputLayer = "Trained";
  std::vector<int> widths = {}; ///< Of several stages, each with `blocks` blocks.
};

const std::vector<Case> cases{
    {1, 3, 2, 3, 300, "Linear", "Tanh", "Cross Entropy", true},
    {4, 5, 3, 2, 131, "Identity", "ReLU", "Least Squares", false},
    {8, 16, 2, 5, 500, "Activated", "Tanh", "Cross Entropy", true},
    {16, 7, 5, 4, 257, "Linear", "Sigmoid", "Least Squares", true},
    {17, 6, 4, 3, 200, "Activated", "Tanh", "Least Squares", false, "Solved"},
    {32, 4, 7, 10, 129, "Linear", "Tanh", "Cross Entropy", true},
    {33, 9, 3, 5, 515, "Activated", "SmoothReLU", "Cross Entropy", true},
    {50, 4, 60, 1, 1, "Linear", "Tanh", "Least Squares", false},
    {64, 3, 64, 10, 640, "Identity", "Identity", "Cross Entropy", true},
    {128, 3, 9, 5, 300, "Linear", "Tanh", "Cross Entropy", true},
    {130, 2, 131, 6, 150, "Activated", "Sigmoid", "Least Squares", true},
    {260, 2, 4, 3, 300, "Linear", "Tanh", "Cross Entropy", true},
    {9, 3, 2, 5, 257, "Activated", "Tanh", "Cross Entropy", true, "Trained", {9, 4}},
    {5, 2, 3, 2, 300, "Identity", "Sigmoid", "Least Squares", false, "Trained", {5, 12, 40}},
    {40, 2, 6, 4, 700, "Linear", "Tanh", "Least Squares", true, "Solved", {40, 8, 33}},
};

std::vector<double> normals(std::size_t count, unsigned seed, double deviation) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal(0.0, deviation);
  std::vector<double> values(count);
  for (double& value : values) value = normal(generator);
  return values;
}

Network makeNetwork(const Case& c) {
  Teuchos::ParameterList list("Network");
  list.set("Width", c.width);
  list.set("Blocks", c.blocks);
  list.set("Lift", std::string(c.lift));
  list.set("Activation", std::string(c.activation));
  list.set("Loss", std::string(c.loss));
  list.set("Final Time", 1.5);
  list.sublist("Stages").set("Widths", Teuchos::Array<int>(c.widths));
  return Network::fromParameters(list, c.features, c.outputs);
}

SampleSet makeSamples(const Case& c, SweepScalar scalar) {
  const auto comm = Tpetra::getDefaultComm();
  const auto count = static_cast<std::size_t>(c.samples);
  const auto inputs = normals(count * static_cast<std::size_t>(c.features), 7, 1.0);
  if (!c.labels)
    return SampleSet::regression(comm, c.samples, c.features, inputs, c.outputs,
                                 normals(count * static_cast<std::size_t>(c.outputs), 9, 1.0), scalar);
  std::mt19937 generator(8);
  std::uniform_int_distribution<int> label(0, c.outputs - 1);
  std::vector<int> labels(count);
  for (int& l : labels) l = label(generator);
  return SampleSet::classification(comm, c.samples, c.features, inputs, c.outputs, labels, scalar);
}

void print(const Case& c, SweepScalar scalar, const std::string& what, const Hash& hash) {
  std::cout << what << " width " << c.width;
  for (std::size_t s = 1; s < c.widths.size(); ++s) std::cout << '-' << c.widths[s];
  std::cout << ", " << c.blocks << " blocks, " << c.lift << ", " << c.activation << ", " << c.loss
            << (c.labels ? " of labels" : " of targets") << ", output layer " << c.outputLayer << ", "
            << (scalar == SweepScalar::Double ? "double" : "float") << ": " << std::hex << std::setw(16)
            << std::setfill('0') << hash.value() << std::dec << std::setfill(' ') << '\n';
}

void addProduct(Hash& hash, const Case& c, SweepScalar scalar, HessianKind kind,
                const std::vector<double>& point, const std::vector<double>& direction) {
  const auto space = ROL::makePtr<ParameterSpace>(makeNetwork(c), Tpetra::getDefaultComm());
  ObjectiveOptions options;
  options.hessian = kind;
  options.outputLayer = std::string(c.outputLayer) == "Solved" ? OutputLayer::Solved : OutputLayer::Trained;
  const auto made = makeObjective(space, makeSamples(c, scalar), ROL::makePtr<WorkCounter>(), 1.0, options);
  NetworkObjective& objective = *made;
  const auto x = space->createVector(), v = space->createVector();
  const auto product = space->createDualVector();
  space->assign(point, *x);
  space->assign(direction, *v);
  double tolerance = 0;
  objective.update(*x, ROL::UpdateType::Temp);
  hash.add(objective.value(*x, tolerance));
  objective.update(*x, ROL::UpdateType::Initial);
  hash.add(objective.value(*x, tolerance));
  objective.gradient(*product, *x, tolerance);
  hash.add(space->gatherToAll(*product));
  for (int repeat = 0; repeat < 2; ++repeat) { // the second may use what the first kept
    objective.hessVec(*product, *v, *x, tolerance);
    hash.add(space->gatherToAll(*product));
  }
  hash.add(objective.outputs(*x, objective.batch()));
}

void addSurrogate(Hash& hash, const Case& c, SweepScalar scalar, const std::vector<double>& point) {
  const auto network = makeNetwork(c);
  Surrogate surrogate(network, point, DataScaling::identity(c.features), DataScaling::identity(c.outputs),
                      scalar);
  using Rows = Kokkos::View<double**, Kokkos::LayoutRight, Surrogate::Batch::device_type>;
  for (const int samples : {1, 70, 300}) {
    const auto count = static_cast<std::size_t>(samples);
    const auto rows = [&](int columns, unsigned seed) {
      Rows view("rows", count, static_cast<std::size_t>(columns));
      const auto mirror = Kokkos::create_mirror_view(view);
      const auto values = normals(view.size(), seed, 1.0);
      std::memcpy(mirror.data(), values.data(), values.size() * sizeof(double));
      Kokkos::deep_copy(view, mirror);
      return view;
    };
    const auto addRows = [&](const Rows& view) {
      const auto mirror = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
      hash.add({mirror.data(), mirror.data() + mirror.size()});
    };
    const Rows x = rows(c.features, 1), v = rows(c.features, 2), u = rows(c.outputs, 3);
    const Rows y = rows(c.outputs, 4), g = rows(c.features, 5);
    surrogate.apply(x, y);
    addRows(y);
    surrogate.applyJacobian(x, v, y);
    addRows(y);
    surrogate.applyAdjointJacobian(x, u, g);
    addRows(g);
  }
}

void printAll() {
  for (const Case& c : cases) {
    const auto count = static_cast<std::size_t>(makeNetwork(c).parameterCount());
    const double deviation = 1 / std::sqrt(static_cast<double>(c.width));
    const auto point = normals(count, 3, deviation), direction = normals(count, 4, deviation);
    for (const auto scalar : {SweepScalar::Double, SweepScalar::Float}) {
      Hash sweep, surrogate;
      addProduct(sweep, c, scalar, HessianKind::Exact, point, direction);
      addProduct(sweep, c, scalar, HessianKind::GaussNewton, point, direction);
      print(c, scalar, "sweep", sweep);
      addSurrogate(surrogate, c, scalar, point);
      print(c, scalar, "surrogate", surrogate);
    }
  }
}

} // namespace
} // namespace terrace::benchmarks

int main(int argc, char** argv) {
  const Tpetra::ScopeGuard session(&argc, &argv);
  terrace::benchmarks::printAll();
}
