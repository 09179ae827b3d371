#include <terrace/resnet/parameters/NormalizationStatistics.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>

namespace terrace::resnet {
namespace {

using Numbers = std::vector<double>;

bool isGhostBatch(const Network& network, const ParameterRun& run) {
  return run.role == ParameterRole::Block &&
         network.stages[static_cast<std::size_t>(run.stage)].normalization == Normalization::GhostBatch;
}

void requireCount(const char* what, std::size_t found, long expected) {
  if (static_cast<long>(found) != expected)
    throw std::invalid_argument(std::string("Prediction: ") + what + " of " + std::to_string(found) +
                                " entries; expected " + std::to_string(expected) + ".");
}

void requireFit(const Network& network, const Numbers& parameters, const NormalizationStatistics& statistics,
                const std::vector<NormalizedLayer>& layers) {
  requireCount("parameters", parameters.size(), ParameterLayout(network).size());
  const long channels = layers.empty() ? 0 : layers.back().first + layers.back().channels;
  requireCount("means of a normalisation", statistics.means.size(), channels);
  requireCount("variances of a normalisation", statistics.variances.size(), channels);
  if (!std::all_of(statistics.variances.begin(), statistics.variances.end(), [](double v) { return v >= 0; }))
    throw std::invalid_argument("Prediction: a variance of a normalisation is negative; expected 0 or more.");
}

// Appends the weight and the bias of a layer with its normalisation in them.
void appendFolded(const NormalizedLayer& layer, const Numbers& parameters,
                  const NormalizationStatistics& statistics, Numbers& folded) {
  const long row = layer.weightSize / layer.channels;
  Numbers biases;
  for (long c = 0; c < layer.channels; ++c) {
    const auto channel = static_cast<std::size_t>(layer.first + c);
    const double r = parameters[static_cast<std::size_t>(layer.gainOffset + c)] /
                     std::sqrt(statistics.variances[channel] + varianceFloor);
    for (long i = 0; i < row; ++i)
      folded.push_back(r * parameters[static_cast<std::size_t>(layer.weightOffset + c * row + i)]);
    biases.push_back(parameters[static_cast<std::size_t>(layer.biasOffset + c)] -
                     r * statistics.means[channel]);
  }
  folded.insert(folded.end(), biases.begin(), biases.end());
}

} // namespace

std::vector<NormalizedLayer> normalizedLayers(const Network& network) {
  const ParameterLayout layout(network);
  std::vector<NormalizedLayer> layers;
  long first = 0;
  for (const ParameterRun& run : layout.runs()) {
    if (!isGhostBatch(network, run)) continue;
    for (int group = 0; group < run.count; ++group)
      for (std::size_t a = 0; a < run.arrays.size(); a += 3) { // weight, bias, gain
        const long begin = run.groupOffset(group);
        const ParameterArray &weight = run.arrays[a], &bias = run.arrays[a + 1], &gain = run.arrays[a + 2];
        layers.push_back({run.groupName(group), weight.name, begin + weight.offset, weight.size(),
                          begin + gain.offset, begin + bias.offset, first, weight.outputs()});
        first += weight.outputs();
      }
  }
  return layers;
}

PredictionNetwork predictionNetwork(const Network& network, const Numbers& parameters,
                                    const NormalizationStatistics& statistics) {
  const auto layers = normalizedLayers(network);
  requireFit(network, parameters, statistics, layers);
  PredictionNetwork folded{network, {}};
  for (Stage& stage : folded.network.stages)
    if (stage.normalization == Normalization::GhostBatch) stage.normalization = Normalization::None;
  const ParameterLayout layout(network);
  auto layer = layers.begin();
  for (const ParameterRun& run : layout.runs()) {
    const auto begin = parameters.begin() + run.offset;
    if (!isGhostBatch(network, run)) {
      folded.parameters.insert(folded.parameters.end(), begin, begin + run.count * run.size);
      continue;
    }
    for (; layer != layers.end() && layer->weightOffset < run.end(); ++layer)
      appendFolded(*layer, parameters, statistics, folded.parameters);
  }
  return folded;
}

} // namespace terrace::resnet
