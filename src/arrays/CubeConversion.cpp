#include "arrays/CubeConversion.hpp"

#include "Version.hpp"
#include "arrays/ArrayFile.hpp"
#include "arrays/ClassValues.hpp"
#include "arrays/HyperspectralCube.hpp"

#include <terrace/dataset/DatasetWriter.hpp>
#include <terrace/dataset/SampleOrder.hpp>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace terrace::program {
namespace {

using dataset::Dataset;
using dataset::Split;

// The pixels that have a class.
struct Samples {
  std::vector<std::size_t> pixels;
  std::vector<int> labels;
  std::vector<bool> isTest; // empty: there is no test set
};

std::vector<int> shapeOf(const HyperspectralCube& cube, int patch) {
  const auto side = static_cast<std::size_t>(patch);
  if (patch < 1 || patch % 2 == 0)
    throw std::invalid_argument("data convert: --patch: " + std::to_string(patch) +
                                " is no side of a patch around a pixel; expected an odd number.");
  if (cube.bands > static_cast<std::size_t>(std::numeric_limits<int>::max()) / side / side)
    throw std::invalid_argument("data convert: --patch: a patch of " + std::to_string(patch) + " x " +
                                std::to_string(patch) + " pixels of " + std::to_string(cube.bands) +
                                " bands has too many numbers.");
  const int bands = static_cast<int>(cube.bands);
  return patch == 1 ? std::vector<int>{bands} : std::vector<int>{bands, patch, patch};
}

std::vector<std::string> namesOf(const CubeConversion& conversion, const ClassValues& classes,
                                 const std::string& map) {
  const auto& names = conversion.classNames;
  if (names.empty()) return classes.names();
  if (names.size() != static_cast<std::size_t>(classes.size()))
    throw std::invalid_argument("data convert: --class-names: " + std::to_string(names.size()) + " names; " +
                                map + " has " + std::to_string(classes.size()) + " classes.");
  return names;
}

Split splitOf(const std::vector<int>& shape) {
  Split split;
  split.features = 1;
  for (const int extent : shape) split.features *= extent;
  return split;
}

// Writes the samples in blocks: patches are many times as large as the cube.
void copy(dataset::DatasetWriter& writer, const HyperspectralCube& cube, const Samples& samples,
          const Dataset& about, std::size_t side, const RowProgress& progress) {
  constexpr std::size_t valuesTogether = std::size_t{1} << 21U; // 16 MiB
  const std::size_t count = samples.pixels.size(),
                    together = std::max<std::size_t>(1, valuesTogether / (cube.bands * side * side));
  for (std::size_t first = 0; first < count; first += together) {
    const std::size_t end = std::min(count, first + together);
    Split train = splitOf(about.inputShape), test = train;
    for (std::size_t s = first; s < end; ++s) {
      Split& to = !samples.isTest.empty() && samples.isTest[s] ? test : train;
      cube.appendPatch(samples.pixels[s], side, to.inputs);
      to.labels.push_back(samples.labels[s]);
      ++to.samples;
    }
    if (train.samples > 0) writer.append("train", train);
    if (test.samples > 0) writer.append("test", test);
    progress(end, count);
  }
}

} // namespace

void convertCube(const CubeConversion& conversion, const std::string& output, const std::string& description,
                 std::vector<std::string>& decisions, const RowProgress& progress) {
  const auto& table = conversion.table;
  const auto cube = HyperspectralCube::read(table);
  const auto map = readGroundTruth(conversion.groundTruth, table.label, cube);
  Samples samples;
  std::vector<double> values;
  for (std::size_t pixel = 0; pixel < cube.pixels(); ++pixel) {
    if (map.values[pixel] == 0) continue;
    samples.pixels.push_back(pixel);
    values.push_back(map.values[pixel]);
  }
  const ClassValues classes(values, map.name);
  samples.labels = classes.labelsOf(values, map.name);
  decisions.push_back("a cube of " + shapeText({cube.rows, cube.columns}) + " pixels of " +
                      std::to_string(cube.bands) + " bands; " + std::to_string(values.size()) +
                      " of them have one of " + std::to_string(classes.size()) + " classes");

  Dataset about;
  about.description = description;
  about.provenance["program"] = std::string("terrace ") + version;
  about.provenance["class_names"] = namesOf(conversion, classes, map.name);
  about.inputShape = shapeOf(cube, conversion.patch);
  about.classes = classes.size();
  about.train = about.test = splitOf(about.inputShape);
  about.train.samples = values.size();
  if (table.testShare > 0) {
    samples.isTest = dataset::drawTestSamples(values.size(), samples.labels, table.testShare, table.seed);
    about.test.samples =
        static_cast<std::size_t>(std::count(samples.isTest.begin(), samples.isTest.end(), true));
    about.train.samples -= about.test.samples;
  }
  dataset::DatasetWriter writer(output, about);
  copy(writer, cube, samples, about, static_cast<std::size_t>(conversion.patch), progress);
  writer.commit();
}

} // namespace terrace::program
