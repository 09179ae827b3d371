#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/levels/LevelOptions.hpp>

#include <Teuchos_Array.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <string>

namespace terrace::resnet {
namespace {

using Teuchos::ParameterList;

constexpr int largestInt = std::numeric_limits<int>::max();

template <class Number>
std::string text(Number value) {
  std::ostringstream stream;
  stream << value;
  return stream.str();
}

std::vector<double> checkedFractions(const Teuchos::Array<double>& fractions, int levels) {
  if (fractions.empty()) return std::vector<double>(static_cast<std::size_t>(levels), 1.0);
  const std::string name = "Levels: \"Sample Fractions\" ";
  if (static_cast<int>(fractions.size()) < levels)
    throw ParameterError(name + "has " + text(fractions.size()) + " entries; expected one for each of the " +
                         text(levels) + " levels.");
  for (int level = 0; level < levels; ++level) {
    const double fraction = fractions[level];
    if (!(fraction > 0.0 && fraction <= 1.0))
      throw ParameterError(name + "has the entry " + text(fraction) + "; expected values in (0, 1].");
    if (level == 0 && fraction != 1.0)
      throw ParameterError(name + "begins with " + text(fraction) +
                           "; expected 1.0, the finest level has all samples.");
    if (level > 0 && fraction > fractions[level - 1])
      throw ParameterError(name + "grows from " + text(fractions[level - 1]) + " to " + text(fraction) +
                           "; expected values that do not grow, finest level first.");
  }
  return {fractions.begin(), fractions.begin() + levels};
}

// The blocks of a stage, as an error begins with them.
std::string blocksOf(const Network& network, std::size_t stage) {
  const std::string blocks = text(network.stages[stage].blocks);
  if (network.stages.size() == 1) return "Network: \"Blocks\" = " + blocks;
  return "Network: stage " + text(stage + 1) + " has " + blocks + " blocks, which";
}

// Of "Depth Coarsening".
std::vector<int> uniformCoarsenings(int factor, int levels, const Network& network) {
  std::vector<int> coarsenings{1};
  for (int level = 1; level < levels; ++level) {
    const long divisor = static_cast<long>(coarsenings.back()) * factor;
    for (std::size_t stage = 0; stage < network.stages.size(); ++stage) {
      const int blocks = network.stages[stage].blocks;
      if (divisor <= blocks && blocks % divisor == 0) continue;
      throw ParameterError(blocksOf(network, stage) + " cannot be divided by Depth Coarsening^" +
                           text(level) + " = " + text(divisor) +
                           "; expected a multiple of it, or \"Number of Levels\" <= " + text(level) +
                           ", or another \"Depth Coarsening\" (1: all levels have all blocks).");
    }
    coarsenings.push_back(static_cast<int>(divisor));
  }
  return coarsenings;
}

// Of "Depths".
std::vector<int> listedCoarsenings(const Teuchos::Array<int>& depths, int levels, const Network& network) {
  const std::string name = "Levels: \"Depths\" ";
  if (static_cast<int>(depths.size()) < levels)
    throw ParameterError(name + "has " + text(depths.size()) + " entries; expected one for each of the " +
                         text(levels) + " levels.");
  const int finest = network.stages.front().blocks;
  if (depths[0] != finest)
    throw ParameterError(name + "begins with " + text(depths[0]) + "; expected the " + text(finest) +
                         " blocks of the network's first stage.");
  std::vector<int> coarsenings{1};
  for (int level = 1; level < levels; ++level) {
    const int depth = depths[level];
    if (depth < 1 || depths[level - 1] % depth != 0)
      throw ParameterError(name + "goes from " + text(depths[level - 1]) + " to " + text(depth) +
                           "; expected a divisor.");
    coarsenings.push_back(finest / depth);
    for (std::size_t stage = 0; stage < network.stages.size(); ++stage)
      if (network.stages[stage].blocks % coarsenings.back() != 0)
        throw ParameterError(blocksOf(network, stage) + " cannot be divided by " + text(coarsenings.back()) +
                             ", the first stage's blocks over the " + text(depth) +
                             " of \"Depths\"; expected a multiple of it.");
  }
  return coarsenings;
}

std::vector<int> readCoarsenings(const ParameterList& list, int levels, const Network& network) {
  const auto& depths = list.get<Teuchos::Array<int>>("Depths");
  return depths.empty() ? uniformCoarsenings(list.get<int>("Depth Coarsening"), levels, network)
                        : listedCoarsenings(depths, levels, network);
}

Prolongation readProlongation(const ParameterList& list) {
  const auto& name = list.get<std::string>("Prolongation");
  if (name == "Trajectory") return Prolongation::Trajectory;
  return name == "Piecewise Constant" ? Prolongation::PiecewiseConstant : Prolongation::PiecewiseLinear;
}

} // namespace

Teuchos::RCP<const ParameterList> validLevelParameters() {
  auto table = Teuchos::rcp(new ParameterList("Levels"));
  declareInt(*table, "Number of Levels", 1, "Levels of the hierarchy, the given network included.", 1, 64);
  declareInt(*table, "Depth Coarsening", 2,
             "A level has this many times fewer blocks than the next finer one; 1: all levels "
             "have all blocks.",
             1, largestInt);
  table->set("Depths", Teuchos::Array<int>(),
             "Blocks of the first stage on each level, finest first, each a divisor of the one before; other "
             "stages are coarsened likewise. Empty: by \"Depth Coarsening\".");
  table->set(
      "Sample Fractions", Teuchos::Array<double>(),
      "Fraction of the samples on each level, finest (1.0) first; nested subsets. Empty: all levels use all "
      "samples. With Normalization = Ghost Batch rounded up to whole sample groups.");
  declareInt(
      *table, "Least Samples", 150,
      "A coarse level has at least this many samples, or all if there are fewer, whatever its fraction "
      "says. With fewer samples a coarse level overfits, and its result is a poor start for the next. "
      "With dynamic sampling this holds once the batch has all samples; before, a level has the same share "
      "of the batch.",
      1, largestInt);
  declareChoice(
      *table, "Prolongation", "Piecewise Linear",
      "How a level's parameters become the start of the next finer one: by interpolation in time. "
      "Trajectory: they are then fitted, so that samples take the coarse network's way; for long time "
      "steps.",
      {"Piecewise Linear", "Piecewise Constant", "Trajectory"});
  return table;
}

// The tolerance keeps 0.05 * 100 = 5.000000000000001 from becoming 6 samples.
long LevelOptions::samples(int level, long count) const {
  const double wanted = sampleFractions[static_cast<std::size_t>(level)] * static_cast<double>(count);
  const auto share = static_cast<long>(std::ceil(wanted - 1e-9 * wanted));
  const long least = std::max<long>(share, leastSamples);
  return std::min((least + samplesTogether - 1) / samplesTogether * samplesTogether, count);
}

LevelOptions LevelOptions::fromParameters(const ParameterList& levelList, const Network& network) {
  ParameterList list(levelList);
  validateParameters(list, *validLevelParameters(), "Levels");
  LevelOptions options;
  options.levels = list.get<int>("Number of Levels");
  options.coarsenings = readCoarsenings(list, options.levels, network);
  options.sampleFractions =
      checkedFractions(list.get<Teuchos::Array<double>>("Sample Fractions"), options.levels);
  options.leastSamples = list.get<int>("Least Samples");
  options.samplesTogether = network.samplesTogether();
  options.prolongation = readProlongation(list);
  return options;
}

} // namespace terrace::resnet
