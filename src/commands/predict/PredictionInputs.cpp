#include "commands/predict/PredictionInputs.hpp"

#include "arrays/ArrayImages.hpp"
#include "arrays/HyperspectralCube.hpp"
#include "commands/predict/ModelClasses.hpp"
#include "images/PngFolder.hpp"

#include <terrace/dataset/CifarImages.hpp>
#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/dataset/IdxFile.hpp>
#include <terrace/dataset/IdxImages.hpp>
#include <terrace/dataset/MatrixShare.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace terrace::program {
namespace {

namespace fs = std::filesystem;
using dataset::Hdf5File;
using dataset::LabelledImages;
using model::ModelDescription;
using Extents = std::vector<std::size_t>;

// Samples that are images have the model's height and width; rows of numbers have its number of inputs.
void requireShape(const std::string& name, const Extents& found, const ModelDescription& model) {
  std::size_t features = 1;
  for (const std::size_t extent : found) features *= extent;
  const auto expected = resnet::Shape::ofInput(model.inputShape);
  const bool isPlain = found.size() == 1 || expected.pixels() == 1;
  const bool fits = isPlain ? features == static_cast<std::size_t>(model.features)
                            : resnet::Shape::ofInput({found.begin(), found.end()}) == expected;
  if (fits) return;
  throw std::invalid_argument(name + ": has samples of " + shapeText(found) +
                              (found.size() == 1 ? " numbers" : "") + "; the model is for " +
                              shapeText({model.inputShape.begin(), model.inputShape.end()}) +
                              (model.inputShape.size() == 1 ? " numbers." : "."));
}

PredictionInputs ofValues(std::string shown, std::vector<double> values, std::size_t features) {
  const auto kept = std::make_shared<std::vector<double>>(std::move(values));
  PredictionInputs inputs;
  inputs.shown = std::move(shown);
  inputs.rows = kept->size() / features;
  inputs.read = [kept, features](std::size_t first, std::size_t count) {
    const auto begin = kept->begin() + static_cast<std::ptrdiff_t>(first * features);
    return std::vector<double>(begin, begin + static_cast<std::ptrdiff_t>(count * features));
  };
  return inputs;
}

PredictionInputs ofImages(const std::string& name, LabelledImages images, const ModelDescription& model) {
  if (images.samples() == 0) throw std::invalid_argument(name + ": has no images.");
  requireShape(name, {images.shape.begin(), images.shape.end()}, model);
  const auto kept = std::make_shared<LabelledImages>(std::move(images));
  PredictionInputs inputs;
  inputs.shown = "images of " + name;
  inputs.rows = kept->samples();
  inputs.read = [kept](std::size_t first, std::size_t count) { return kept->values(first, count); };
  return inputs;
}

// A data set, or a file of inputs alone.
std::string datasetOf(const Hdf5File& file) {
  for (const char* name : {"inputs", "test/inputs"})
    if (file.isDataset(name)) return name;
  return "";
}

PredictionInputs ofDataset(const std::string& path, const std::string& name, const ModelDescription& model) {
  const auto file = std::make_shared<Hdf5File>(Hdf5File::open(path));
  const auto shape = file->shape(name);
  if (shape.size() != 2 || shape[1] != static_cast<std::size_t>(model.features))
    throw std::invalid_argument(path + ": " + name + " is " +
                                (shape.empty() ? "a scalar" : shapeText(shape)) + "; expected samples x " +
                                std::to_string(model.features) + ", the model's features.");
  if (shape[0] == 0) throw std::invalid_argument(path + ": " + name + " has no rows.");
  PredictionInputs inputs;
  inputs.shown = name + " of " + path;
  inputs.rows = shape[0];
  inputs.read = [file, name](std::size_t first, std::size_t count) {
    return dataset::readMatrixRows(*file, name, first, count);
  };
  if (name != "test/inputs" || !file->isDataset("test/labels")) return inputs;
  auto labels = file->read<int>("test/labels").values;
  if (labels.size() == inputs.rows) inputs.expected = std::move(labels);
  return inputs;
}

PredictionInputs ofCifar(const std::string& folder, const ModelDescription& model) {
  auto images = dataset::readCifarImages(folder);
  auto& chosen = images.test.samples() > 0 ? images.test : images.train;
  auto labels = chosen.labels;
  PredictionInputs inputs = ofImages(folder, std::move(chosen), model);
  if (model.task == dataset::Task::Classification)
    inputs.expected = ModelClasses(model).ofNumbers(labels, folder);
  return inputs;
}

PredictionInputs ofPngFiles(const std::string& path, const ModelDescription& model) {
  const int channels = resnet::Shape::ofInput(model.inputShape).channels;
  // Grey images are images in colour, too; of other numbers of channels there are none.
  const std::optional<int> wanted = channels == 3 ? std::optional(3) : std::nullopt;
  if (!isPngFolder(path)) return ofImages(path, readPngFiles(path, wanted), model);
  auto images = readPngFolder(path, wanted);
  auto& chosen = images.test.samples() > 0 ? images.test : images.train;
  std::vector<std::string> names;
  for (const int label : chosen.labels) names.push_back(images.classNames[static_cast<std::size_t>(label)]);
  PredictionInputs inputs = ofImages(path, std::move(chosen), model);
  if (model.task == dataset::Task::Classification) inputs.expected = ModelClasses(model).ofNames(names, path);
  return inputs;
}

bool hasLabelsBeside(const std::string& images) {
  const auto name = fs::path(images).filename().string();
  return name.find("images") != std::string::npos && fs::is_regular_file(dataset::labelsBeside(images));
}

PredictionInputs ofIdx(const dataset::TableConversion& table, const ModelDescription& model) {
  if (table.label.empty() && !hasLabelsBeside(table.table))
    return ofImages(table.table, dataset::readUnlabelledIdxImages(table.table), model);
  auto images = dataset::readIdxImages(table.table, table.label);
  const auto labels = images.labels;
  PredictionInputs inputs = ofImages(table.table, std::move(images), model);
  if (model.task == dataset::Task::Classification)
    inputs.expected = ModelClasses(model).ofNumbers(labels, table.table);
  return inputs;
}

// Side of the patches that a model was trained on; 0: it is for no patches of so many bands.
std::size_t patchOf(const ModelDescription& model, std::size_t bands) {
  const auto shape = resnet::Shape::ofInput(model.inputShape);
  const bool isSquare = shape.height == shape.width && shape.height % 2 == 1;
  return isSquare && static_cast<std::size_t>(shape.channels) == bands
             ? static_cast<std::size_t>(shape.height)
             : 0;
}

// An array of three dimensions that are not those of images of the model's shape.
bool isCube(const ColumnSource& array, const ModelDescription& model) {
  const auto& row = array.rowShape();
  if (row.size() != 2) return false;
  const resnet::Shape image{1, static_cast<int>(row[0]), static_cast<int>(row[1])};
  return image != resnet::Shape::ofInput(model.inputShape) && patchOf(model, row[1]) > 0;
}

// All pixels, row by row.
PredictionInputs ofCube(const PredictionSource& source, const ModelDescription& model) {
  const auto cube = std::make_shared<HyperspectralCube>(HyperspectralCube::read(source.table));
  const std::size_t side = patchOf(model, cube->bands);
  if (side == 0)
    throw std::invalid_argument(cube->name + ": has " + std::to_string(cube->bands) +
                                " bands; the model is for " +
                                shapeText({model.inputShape.begin(), model.inputShape.end()}) +
                                ", and not for pixels or patches of as many bands.");
  PredictionInputs inputs;
  inputs.shown = shapeText({cube->rows, cube->columns}) + " pixels of " + cube->name;
  inputs.rows = cube->pixels();
  inputs.read = [cube, side](std::size_t first, std::size_t count) {
    std::vector<double> values;
    values.reserve(count * cube->bands * side * side);
    for (std::size_t pixel = first; pixel < first + count; ++pixel) cube->appendPatch(pixel, side, values);
    return values;
  };
  if (source.groundTruth.empty() && !source.table.label.empty())
    throw std::invalid_argument(cube->name + ": is a cube, whose --label is the array of --ground-truth.");
  if (source.groundTruth.empty()) return inputs;
  const auto truth = readGroundTruth(source.groundTruth, source.table.label, *cube);
  inputs.expected = ModelClasses(model).ofMap(truth.values, truth.name);
  return inputs;
}

PredictionInputs ofArrays(const PredictionSource& source, const ModelDescription& model) {
  const auto& table = source.table;
  const ArrayChoice choice(table.table, table);
  auto array = choice.inputs();
  if (isCube(array, model)) return ofCube(source, model);
  requireShape(array.name(), array.rowShape(), model);
  std::vector<int> expected;
  if (!table.label.empty()) {
    auto label = choice.label(array);
    expected = ModelClasses(model).ofValues(label.next(label.rows()), label.name());
  }
  const std::string name = array.name();
  PredictionInputs inputs;
  if (hasImages(array)) {
    inputs = ofImages(name, readImages(std::move(array)), model);
  } else {
    const std::size_t features = array.columns();
    inputs = ofValues(name, array.next(array.rows()), features);
  }
  inputs.expected = std::move(expected);
  return inputs;
}

// Columns with the names of the model's inputs, where a table has them; else all but the label.
std::vector<std::string> columnsOf(const dataset::TableConversion& table, const ModelDescription& model) {
  if (!table.inputs.empty() || model.inputNames.empty()) return table.inputs;
  const auto names = dataset::TextTable(table.table, table.delimiter, table.header).names();
  const bool hasAll =
      std::all_of(model.inputNames.begin(), model.inputNames.end(),
                  [&](const std::string& name) { return std::count(names.begin(), names.end(), name) == 1; });
  return hasAll ? model.inputNames : table.inputs;
}

PredictionInputs ofText(dataset::TableConversion table, const ModelDescription& model) {
  table.inputs = columnsOf(table, model);
  std::vector<std::string> names, labels;
  auto split = dataset::convertInputs(table, names, nullptr, &labels);
  requireShape(table.table, {static_cast<std::size_t>(split.features)}, model);
  PredictionInputs inputs =
      ofValues("rows of " + table.table, std::move(split.inputs), static_cast<std::size_t>(split.features));
  if (!labels.empty()) inputs.expected = ModelClasses(model).ofNames(labels, table.table);
  return inputs;
}

// A folder or a picture.
PredictionInputs ofFolder(const PredictionSource& source, const ModelDescription& model) {
  const std::string& path = source.table.table;
  if (!source.table.label.empty() || !source.groundTruth.empty())
    throw std::invalid_argument(
        path + ": --label and --ground-truth are for tables, arrays and IDX files; a folder has a folder for "
               "each class.");
  if (dataset::isCifarFolder(path)) return ofCifar(path, model);
  if (isPngFolder(path) || hasPngFiles(path)) return ofPngFiles(path, model);
  throw std::invalid_argument(path +
                              ": is a folder without images; expected PNG files, a folder of PNG files for "
                              "each class, or the batches of CIFAR.");
}

PredictionInputs ofFile(const PredictionSource& source, const ModelDescription& model) {
  const auto& table = source.table;
  if (!source.groundTruth.empty()) return ofCube(source, model);
  if (dataset::IdxFile::recognizes(table.table)) return ofIdx(table, model);
  const auto arrays = ArrayFile::open(table.table);
  if (arrays == nullptr) return ofText(table, model);
  if (isHdf5(table.table) && table.inputs.empty() && table.label.empty()) {
    const auto name = datasetOf(Hdf5File::open(table.table));
    if (!name.empty()) return ofDataset(table.table, name, model);
    if (arrays->names().size() != 1)
      throw std::invalid_argument(table.table +
                                  ": has neither inputs nor test/inputs; --inputs names an array of inputs.");
  }
  return ofArrays(source, model);
}

void requireOptions(const PredictionSource& source, const ModelDescription& model) {
  const bool wantsLabels = !source.table.label.empty() || !source.groundTruth.empty();
  if (wantsLabels && model.task == dataset::Task::Regression)
    throw std::invalid_argument(
        "predict: --label and --ground-truth are for classification; the model is for "
        "regression.");
}

} // namespace

std::vector<std::string> PredictionSource::files() const {
  std::vector<std::string> all;
  for (const auto& file : {table.table, table.label, groundTruth})
    if (fs::is_regular_file(file)) all.push_back(file); // a label may be a column, and a table a folder
  return all;
}

PredictionInputs PredictionInputs::open(const PredictionSource& source, const ModelDescription& model) {
  requireOptions(source, model);
  const std::string& path = source.table.table;
  return fs::is_directory(path) || hasPngFiles(path) ? ofFolder(source, model) : ofFile(source, model);
}

} // namespace terrace::program
