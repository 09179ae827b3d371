#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/model/ModelArrays.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

namespace terrace::model {
namespace {

using dataset::Hdf5File;
using resnet::PlacedArray;

std::string pathOf(const PlacedArray& array) {
  return "layers/" + array.group + "/" + array.name;
}

std::string pathOf(const resnet::NormalizedLayer& layer, const char* name) {
  return "statistics/" + layer.group + "/" + layer.weight + "_" + name;
}

std::vector<std::size_t> shapeOf(const PlacedArray& array) {
  return {array.shape.begin(), array.shape.end()};
}

std::string shapeText(const std::vector<std::size_t>& shape) {
  std::string text;
  for (const auto extent : shape) text += (text.empty() ? "" : " x ") + std::to_string(extent);
  return text.empty() ? "a scalar" : text;
}

[[noreturn]] void reject(const std::string& file, const std::string& complaint) {
  throw std::invalid_argument(file + ": " + complaint);
}

// A file with more layers than its network is of another network; reading a part of it would hide that.
// `place` is a group between "layers" and the groups of the arrays; "": "layers" itself.
void rejectSurplusLayers(const Hdf5File& file, const std::string& place,
                         const std::set<std::string>& groups) {
  for (const auto& member : file.members("layers/" + place)) {
    const std::string name = place + member;
    if (groups.count(name) > 0) continue;
    const bool holdsGroups = std::any_of(groups.begin(), groups.end(), [&](const std::string& group) {
      return group.rfind(name + "/", 0) == 0;
    });
    if (!holdsGroups)
      reject(file.path(), "layers/" + name + " is not a layer of the network that the file describes.");
    rejectSurplusLayers(file, name + "/", groups);
  }
}

void rejectSurplusLayers(const Hdf5File& file, const std::vector<PlacedArray>& arrays) {
  std::set<std::string> groups;
  for (const auto& array : arrays) groups.insert(array.group);
  rejectSurplusLayers(file, "", groups);
}

void requireArray(const Hdf5File& file, const std::string& name, const std::vector<std::size_t>& expected) {
  if (!file.isDataset(name)) reject(file.path(), name + " is missing.");
  if (file.shape(name) != expected)
    reject(file.path(),
           name + " is " + shapeText(file.shape(name)) + "; expected " + shapeText(expected) + ".");
}

// Layers of a network with one stage are in groups, with several in groups of them.
std::size_t groupsOfLayers(const Hdf5File& file) {
  std::size_t found = 0;
  for (const auto& member : file.members("layers")) {
    const std::string path = "layers/" + member;
    found += file.isGroup(path) && !file.exists(path + "/W") ? file.members(path).size() : 1;
  }
  return found;
}

// Before there is room for a network whose size the file only announces.
void requireAsManyLayers(const Hdf5File& file, const resnet::Network& network) {
  if (!file.isGroup("layers")) reject(file.path(), "group layers is missing.");
  if (const auto found = groupsOfLayers(file); found < static_cast<std::size_t>(network.blocks()))
    reject(file.path(), "has " + std::to_string(found) + " layers; its network has " +
                            std::to_string(network.blocks()) + " blocks.");
}

std::vector<double> readArray(const Hdf5File& file, const std::string& name,
                              const std::vector<std::size_t>& expected) {
  requireArray(file, name, expected);
  auto values = file.read<double>(name).values;
  const auto bad =
      std::find_if(values.begin(), values.end(), [](double value) { return !std::isfinite(value); });
  if (bad != values.end())
    reject(file.path(), name + " has an entry that is not finite (number " +
                            std::to_string(bad - values.begin()) + " in C order).");
  return values;
}

} // namespace

void writeLayers(Hdf5File& file, const resnet::Network& network, const std::vector<double>& values) {
  for (const auto& array : resnet::ParameterLayout(network).arrays()) {
    const auto first = values.begin() + array.offset;
    file.write(pathOf(array), shapeOf(array), std::vector<double>(first, first + array.size));
  }
}

std::vector<double> readLayers(const Hdf5File& file, const resnet::Network& network) {
  requireAsManyLayers(file, network);
  const resnet::ParameterLayout layout(network);
  const auto arrays = layout.arrays();
  rejectSurplusLayers(file, arrays);
  for (const auto& array : arrays) requireArray(file, pathOf(array), shapeOf(array));
  std::vector<double> values(static_cast<std::size_t>(layout.size()));
  for (const auto& array : arrays) {
    const auto part = readArray(file, pathOf(array), shapeOf(array));
    std::copy(part.begin(), part.end(), values.begin() + array.offset);
  }
  return values;
}

void writeStatistics(Hdf5File& file, const resnet::Network& network,
                     const resnet::NormalizationStatistics& statistics) {
  if (!statistics.isKnown()) return;
  for (const auto& layer : resnet::normalizedLayers(network)) {
    const auto write = [&](const char* name, const std::vector<double>& values) {
      const auto first = values.begin() + layer.first;
      file.write(pathOf(layer, name), {static_cast<std::size_t>(layer.channels)},
                 std::vector<double>(first, first + layer.channels));
    };
    write("mean", statistics.means);
    write("variance", statistics.variances);
  }
}

resnet::NormalizationStatistics readStatistics(const Hdf5File& file, const resnet::Network& network) {
  resnet::NormalizationStatistics statistics;
  if (!file.isGroup("statistics")) return statistics;
  for (const auto& layer : resnet::normalizedLayers(network)) {
    const auto append = [&](const char* name, std::vector<double>& to) {
      const auto part = readArray(file, pathOf(layer, name), {static_cast<std::size_t>(layer.channels)});
      to.insert(to.end(), part.begin(), part.end());
    };
    append("mean", statistics.means);
    append("variance", statistics.variances);
    if (*std::min_element(statistics.variances.end() - layer.channels, statistics.variances.end()) < 0)
      reject(file.path(), pathOf(layer, "variance") + " has a negative entry.");
  }
  return statistics;
}

} // namespace terrace::model
