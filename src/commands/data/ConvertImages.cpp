#include "commands/data/ConvertImages.hpp"

#include "Version.hpp"
#include "arrays/ArrayConversion.hpp"
#include "arrays/ArrayImages.hpp"
#include "arrays/ClassValues.hpp"
#include "commands/data/Info.hpp"
#include "commands/data/InputsFile.hpp"
#include "images/PngFolder.hpp"
#include "io/OutputFile.hpp"

#include <terrace/dataset/Checksum.hpp>
#include <terrace/dataset/CifarImages.hpp>
#include <terrace/dataset/IdxFile.hpp>
#include <terrace/dataset/IdxImages.hpp>

#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <utility>
#include <vector>

namespace terrace::program {
namespace {

namespace fs = std::filesystem;

struct Splits {
  dataset::LabelledImages train;
  dataset::LabelledImages test;
  std::vector<std::string> classNames;
};

// Whether images come with the class of each.
bool hasClasses(const dataset::TableConversion& table) {
  const std::string& source = table.table;
  if (fs::is_directory(source)) return dataset::isCifarFolder(source) || isPngFolder(source);
  return !table.label.empty() || dataset::IdxFile::recognizes(source);
}

void checkOptions(const ConvertOptions& options) {
  const auto& table = options.conversion;
  if (fs::is_directory(table.table) && !hasClasses(table) && !hasPngFiles(table.table))
    throw std::invalid_argument(
        "data convert: " + table.table +
        ": is a folder without images; expected a folder of PNG files for each class, PNG "
        "files, or the batches of CIFAR.");
  const auto require = [&](bool holds, const std::string& complaint) {
    if (!holds) throw std::invalid_argument("data convert: " + table.table + " holds images: " + complaint);
  };
  const bool areArrays = !fs::is_directory(table.table) && hasArrays(table.table);
  require(table.targets.empty() && (areArrays || table.inputs.empty()) && options.text.delimiter.empty(),
          "--targets, --inputs and --delimiter are for tables.");
  require(areArrays || !table.channelsLast, "--channels-last is for files of arrays.");
  require(options.patch == 1, "--patch is for cubes.");
  require(table.testShare >= 0 && table.testShare < 1,
          "--test-share: " + std::to_string(table.testShare) + " is not in [0, 1).");
  require(table.testShare == 0 || table.testTable.empty(),
          "--test names the test images and --test-share draws them; expected one.");
  if (!fs::is_directory(table.table)) return;
  require(table.label.empty() && options.classNames.empty(), "a folder names its classes itself.");
  require(table.testTable.empty(), "a folder has its test images in it; --test is for IDX files.");
}

// Images in arrays, with their labels.
Splits readArrays(const ConvertOptions& options) {
  const auto& table = options.conversion;
  const auto read = [](ColumnSource inputs, const ArrayChoice& choice, std::string& name) {
    auto label = choice.label(inputs);
    name = label.name();
    return std::pair(readImages(std::move(inputs)), label.next(label.rows()));
  };
  const ArrayChoice choice(table.table, table);
  std::string name;
  auto [train, values] = read(choice.inputs(), choice, name);
  const ClassValues classes(values, name);
  train.labels = classes.labelsOf(values, name);
  Splits splits{std::move(train), {}, options.classNames.empty() ? classes.names() : options.classNames};
  if (table.testTable.empty()) return splits;
  const ArrayChoice other(table.testTable, table);
  auto inputs = other.inputs();
  if (!hasImages(inputs))
    throw std::invalid_argument(inputs.name() + ": holds no images as bytes, as " + table.table + " does.");
  auto [test, testValues] = read(std::move(inputs), other, name);
  test.labels = classes.labelsOf(testValues, name);
  splits.test = std::move(test);
  return splits;
}

Splits readSplits(const ConvertOptions& options) {
  const auto& table = options.conversion;
  if (dataset::isCifarFolder(table.table)) {
    auto images = dataset::readCifarImages(table.table);
    return {std::move(images.train), std::move(images.test), std::move(images.classNames)};
  }
  if (isPngFolder(table.table)) {
    auto images = readPngFolder(table.table);
    return {std::move(images.train), std::move(images.test), std::move(images.classNames)};
  }
  if (!dataset::IdxFile::recognizes(table.table)) return readArrays(options);
  Splits splits{dataset::readIdxImages(table.table, table.label), {}, options.classNames};
  if (!table.testTable.empty()) splits.test = dataset::readIdxImages(table.testTable);
  return splits;
}

std::string describe(const ConvertOptions& options) {
  const auto& table = options.conversion;
  const auto source = [](const std::string& file) {
    const fs::path path = fs::path(file) / "";
    if (fs::is_directory(path)) return "the folder " + path.parent_path().filename().string();
    return fs::path(file).filename().string() + " (checksum " + dataset::fileChecksum(file) + ")";
  };
  std::string text = "Converted from " + source(table.table);
  if (!table.testTable.empty()) text += ", test images from " + source(table.testTable);
  if (table.testShare > 0) text += ", test images drawn with seed " + std::to_string(table.seed);
  if (options.copies.count > 0)
    text += ", " + std::to_string(options.copies.count) + " copies of each training image shifted by up to " +
            std::to_string(options.copies.shift) + " pixels" +
            (options.copies.mirror ? " and mirrored" : "") + " with seed " + std::to_string(table.seed);
  return text + ".";
}

// Images without classes, PNG files or arrays: inputs alone, as bytes / 255.
void convertUnlabelled(const ConvertOptions& options) {
  const auto& table = options.conversion;
  if (table.testShare > 0 || options.copies.count > 0)
    throw std::invalid_argument(
        "data convert: " + table.table +
        ": --test-share and --copies need images with classes (PNG files: a folder for each class; arrays: "
        "--label); these have none.");
  const auto images = fs::is_directory(table.table) ? readPngFiles(table.table)
                                                    : readImages(ArrayChoice(table.table, table).inputs());
  writeInputs(options.file, images.values(0, images.samples()), images.pixels.size() / images.samples());
}

// Files that must not be replaced.
std::vector<std::string> sourcesOf(const dataset::TableConversion& table) {
  std::vector<std::string> sources;
  for (const auto& file : {table.table, table.label, table.testTable})
    if (fs::is_regular_file(file)) sources.push_back(file); // a label may be an array
  return sources;
}

} // namespace

bool holdsImages(const ConvertOptions& options) {
  const auto& table = options.conversion;
  return fs::is_directory(table.table) || dataset::IdxFile::recognizes(table.table) ||
         (table.targets.empty() && holdsArrayImages(table));
}

void convertImages(const ConvertOptions& options) {
  const auto& table = options.conversion;
  checkOptions(options);
  requireNoInput(options.file, sourcesOf(table));
  OutputPlace place(options.file);
  if (!hasClasses(table)) {
    convertUnlabelled(options);
    place.keep();
    return;
  }
  Splits splits = readSplits(options);
  if (table.testShare > 0) {
    if (splits.test.samples() > 0)
      throw std::invalid_argument("data convert: " + table.table +
                                  ": has test images; --test-share would draw others.");
    splits.test = dataset::drawTestImages(splits.train, table.testShare, table.seed);
  }
  dataset::ImageCopies copies = options.copies;
  copies.seed = table.seed;
  dataset::appendCopies(splits.train, copies);
  const dataset::ImagesAbout about{
      describe(options), splits.classNames, {{"program", std::string("terrace ") + version}}};
  dataset::writeImages(options.file, splits.train, splits.test, about);
  place.keep();
  showData(options.file, std::cout);
}

} // namespace terrace::program
