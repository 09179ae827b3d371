#include "commands/Benchmark.hpp"

#include <terrace/multilevel/hierarchy/WorkCounter.hpp>
#include <terrace/resnet/network/NetworkParameters.hpp>
#include <terrace/resnet/objective/ResNetObjective.hpp>
#include <terrace/resnet/parameters/InitialGuess.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

namespace terrace::program {
namespace {

constexpr int classes = 5;
constexpr int fewestCalls = 7;
constexpr int mostCalls = 1000;
constexpr double enoughSeconds = 0.5;

void checkPositive(const char* option, long value) {
  if (value < 1)
    throw std::invalid_argument(std::string("--") + option + ": " + std::to_string(value) +
                                "; expected a positive number.");
}

resnet::SweepScalar scalarOf(const std::string& name) {
  if (name == "double") return resnet::SweepScalar::Double;
  if (name == "float") return resnet::SweepScalar::Float;
  throw std::invalid_argument("--scalar: \"" + name + "\"; expected double or float.");
}

resnet::Network networkOf(const BenchmarkSweepOptions& options) {
  if (options.image == 0) return resnet::Network::dense(2, classes, options.width, options.blocks);
  Teuchos::ParameterList list;
  list.set("Type", "Convolutional").set("Block", options.block);
  list.set("Width", options.width).set("Blocks", options.blocks);
  return resnet::Network::fromParameters(list, resnet::Shape{1, options.image, options.image}, classes);
}

resnet::SampleSet randomSamples(long count, int features, resnet::SweepScalar scalar,
                                const Communicator& comm) {
  const auto local =
      static_cast<std::size_t>(resnet::SampleSet::localCount(count, comm->getRank(), comm->getSize()));
  std::mt19937_64 generator(static_cast<unsigned>(comm->getRank()));
  std::uniform_real_distribution<double> coordinate(-1, 1);
  std::uniform_int_distribution<int> label(0, classes - 1);
  std::vector<double> inputs(local * static_cast<std::size_t>(features));
  std::vector<int> labels(local);
  for (double& x : inputs) x = coordinate(generator);
  for (int& c : labels) c = label(generator);
  return resnet::SampleSet::classification(comm, count, features, inputs, classes, labels, scalar);
}

// Median of the slowest rank's seconds; every rank makes the same number of calls.
template <class Call>
double medianSeconds(Call call, const Communicator& comm) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> times;
  double total = 0;
  call();
  while (times.size() < fewestCalls || (total < enoughSeconds && times.size() < mostCalls)) {
    comm->barrier();
    const auto start = Clock::now();
    call();
    const double mine = std::chrono::duration<double>(Clock::now() - start).count();
    double slowest = 0;
    Teuchos::reduceAll(*comm, Teuchos::REDUCE_MAX, 1, &mine, &slowest);
    times.push_back(slowest);
    total += slowest;
  }
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

} // namespace

void addBenchmark(CLI::App& parent, Action& chosen) {
  const auto options = std::make_shared<BenchmarkSweepOptions>();
  CLI::App* benchmark = parent.add_subcommand("benchmark", "Measure the speed of this machine");
  benchmark->require_subcommand(1);
  const std::string example =
      "Example:\n  mpiexec -n 2 terrace benchmark sweep --width 8 --blocks 64 --samples 5000";
  benchmark->footer(example);
  CLI::App* sweep =
      benchmark->add_subcommand("sweep", "Time sweeps of a network of one stage on random samples");
  sweep->add_option("--width", options->width, "Neurons of a layer, or channels")->required();
  sweep->add_option("--blocks", options->blocks, "Residual blocks")->required();
  sweep->add_option("--samples", options->samples, "Samples of all ranks together")->required();
  sweep->add_option("--scalar", options->scalar, "Precision of the states: double or float")
      ->capture_default_str();
  sweep->add_option("--image", options->image,
                    "Pixels of a side of images, for a convolutional network (default: a dense one)");
  sweep->add_option("--block", options->block, "Block of a convolutional network")
      ->check(CLI::IsMember({"Single", "Symmetric", "Basic", "Bottleneck"}))
      ->capture_default_str();
  sweep->footer("Prints one line of JSON: seconds of a value-and-gradient sweep (median of at least 7),\n"
                "sample_layers_per_second, gflops, ranks, value_seconds (value alone),\n"
                "hessian_product_seconds (exact, the first at a point) and\n"
                "next_hessian_product_seconds (those that follow at the same point).\n\n" +
                example);
  sweep->callback([options, &chosen] {
    chosen = [options](const Communicator& comm) { benchmarkSweep(*options, comm, std::cout); };
  });
}

void benchmarkSweep(const BenchmarkSweepOptions& options, const Communicator& comm, std::ostream& out) {
  checkPositive("width", options.width);
  checkPositive("blocks", options.blocks);
  checkPositive("samples", options.samples);
  const auto scalar = scalarOf(options.scalar);
  if (options.image != 0) checkPositive("image", options.image);
  const auto network = networkOf(options);
  const auto space = ROL::makePtr<resnet::ParameterSpace>(network, comm);
  const auto x = space->createVector(), direction = space->createVector();
  const auto product = space->createDualVector();
  resnet::fillInitialGuess(*x, *space, resnet::validNetworkParameters()->sublist("Initial Guess"));
  direction->set(*x);
  resnet::ResNetObjective objective(space, randomSamples(options.samples, network.features(), scalar, comm),
                                    ROL::makePtr<WorkCounter>());
  double tolerance = 0;
  // Each call has a point of its own, because the objective keeps the results of the last points.
  const auto moveOn = [&] { x->scale(1 - 1e-9); };
  const auto evaluateNext = [&] {
    moveOn();
    objective.value(*x, tolerance);
  };
  objective.update(*x, ROL::UpdateType::Trial);
  const double sweep = medianSeconds(evaluateNext, comm);
  objective.update(*x, ROL::UpdateType::Temp);
  const double value = medianSeconds(evaluateNext, comm);
  const auto multiply = [&] { objective.hessVec(*product, *direction, *x, tolerance); };
  const double firstProduct = medianSeconds(
      [&] {
        moveOn();
        multiply();
      },
      comm);
  const double nextProduct = medianSeconds(multiply, comm);
  if (!dataset::isRoot(*comm)) return;
  nlohmann::ordered_json json;
  json["width"] = options.width;
  json["blocks"] = options.blocks;
  if (options.image != 0) {
    json["image"] = options.image;
    json["block"] = options.block;
  }
  json["samples"] = options.samples;
  json["scalar"] = options.scalar;
  json["ranks"] = comm->getSize();
  json["seconds"] = sweep;
  json["sample_layers_per_second"] =
      static_cast<double>(options.samples) * static_cast<double>(options.blocks) / sweep;
  json["gflops"] = network.flopsPerSample() * static_cast<double>(options.samples) / sweep * 1e-9;
  json["value_seconds"] = value;
  json["hessian_product_seconds"] = firstProduct;
  json["next_hessian_product_seconds"] = nextProduct;
  out << json.dump() << '\n';
}

} // namespace terrace::program
