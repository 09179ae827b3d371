#include "commands/data/Convert.hpp"

#include "Version.hpp"
#include "arrays/ArrayConversion.hpp"
#include "commands/data/ConvertCube.hpp"
#include "commands/data/ConvertImages.hpp"
#include "commands/data/Info.hpp"
#include "commands/data/InputsFile.hpp"
#include "io/OutputFile.hpp"
#include "io/Terminal.hpp"

#include <terrace/dataset/Checksum.hpp>
#include <terrace/dataset/DatasetFile.hpp>

#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <vector>

namespace terrace::program {
namespace {

dataset::TableConversion checked(const ConvertOptions& options) {
  dataset::TableConversion conversion = options.conversion;
  applyTo(conversion, options.text, "data convert");
  const auto require = [](bool holds, const std::string& complaint) {
    if (!holds) throw std::invalid_argument("data convert: " + complaint);
  };
  const bool hasLabel = !conversion.label.empty(), hasTargets = !conversion.targets.empty();
  require(!hasLabel || !hasTargets,
          "--label is for classification and --targets for regression; expected one.");
  require(conversion.testShare >= 0 && conversion.testShare < 1,
          "--test-share: " + std::to_string(conversion.testShare) + " is not in [0, 1).");
  require(conversion.testShare == 0 || conversion.testTable.empty(),
          "--test names the test samples and --test-share draws them; expected one.");
  require(options.classNames.empty(), "--class-names is for images in IDX files or arrays, and for cubes.");
  require(options.copies.count == 0, "--copies is for images.");
  const bool hasDerivatives = !conversion.jacobians.empty() || !conversion.directions.empty();
  require(!hasDerivatives || hasTargets, "derivatives are of targets; expected --targets.");
  require(conversion.jacobians.empty() || conversion.directions.empty(),
          "--jacobians and --directions: expected one of them.");
  require(conversion.directions.empty() == conversion.derivatives.empty(),
          "--directions and --derivatives belong together.");
  require(!hasDerivatives || hasArrays(conversion.table),
          "--jacobians, --directions and --derivatives are for files of arrays.");
  require(!conversion.channelsLast || hasArrays(conversion.table), "--channels-last is for files of arrays.");
  require(options.patch == 1, "--patch is for cubes, which have a map of classes; expected --ground-truth.");
  require(hasLabel || hasTargets || (conversion.testShare == 0 && conversion.testTable.empty()),
          "--test and --test-share need --label or --targets.");
  return conversion;
}

std::string describe(const dataset::TableConversion& conversion) {
  const auto source = [](const std::string& table) {
    return std::filesystem::path(table).filename().string() + " (checksum " + dataset::fileChecksum(table) +
           ")";
  };
  std::string text = "Converted from " + source(conversion.table);
  if (!conversion.testTable.empty()) text += ", test samples from " + source(conversion.testTable);
  if (conversion.testShare > 0) text += ", test samples drawn with seed " + std::to_string(conversion.seed);
  return text + ".";
}

void writeDataset(const dataset::TableConversion& conversion, const std::string& file) {
  std::vector<std::string> decisions;
  auto data = dataset::convertTable(conversion, &decisions);
  showDecisions(conversion.table, decisions);
  data.description = describe(conversion);
  data.provenance["program"] = std::string("terrace ") + version;
  dataset::write(file, data);
  showData(file, std::cout);
}

// Arrays are converted block by block.
void writeArrays(const dataset::TableConversion& conversion, const std::string& file) {
  std::vector<std::string> decisions;
  const std::string about = describe(conversion);
  convertArrays(conversion, file, about, decisions, showRows);
  eraseRows();
  showDecisions(conversion.table, decisions);
  showData(file, std::cout);
}

void writeArrayInputs(const dataset::TableConversion& conversion, const std::string& file) {
  std::vector<std::string> decisions;
  std::size_t features = 0;
  const auto inputs = arrayInputs(conversion, features, decisions);
  showDecisions(conversion.table, decisions);
  writeInputs(file, inputs, features);
}

void writeTableInputs(const dataset::TableConversion& conversion, const std::string& file) {
  std::vector<std::string> names, decisions;
  const auto split = dataset::convertInputs(conversion, names, &decisions);
  showDecisions(conversion.table, decisions);
  writeInputs(file, split.inputs, static_cast<std::size_t>(split.features), names);
}

void convert(const dataset::TableConversion& conversion, const std::string& file) {
  const bool hasTruth = !conversion.label.empty() || !conversion.targets.empty();
  if (hasArrays(conversion.table)) {
    (hasTruth ? writeArrays : writeArrayInputs)(conversion, file);
  } else {
    (hasTruth ? writeDataset : writeTableInputs)(conversion, file);
  }
}

} // namespace

void showDecisions(const std::string& table, const std::vector<std::string>& decisions) {
  std::string text;
  for (const auto& decision : decisions) text += (text.empty() ? "" : "; ") + decision;
  std::cout << "table:  " << table << ": " << text << '\n';
}

void showRows(std::size_t done, std::size_t all) {
  if (isTerminal()) std::cout << "\rConverting: row " << done << " of " << all << "   " << std::flush;
}

void eraseRows() {
  if (isTerminal()) std::cout << "\r                                                  \r" << std::flush;
}

void addConvert(CLI::App& parent, Action& chosen) {
  const auto options = std::make_shared<ConvertOptions>();
  auto& conversion = options->conversion;
  CLI::App* command = parent.add_subcommand(
      "convert",
      "Make a data set from a table (CSV, TSV), arrays (NPY, NPZ, MATLAB, HDF5), images (IDX, CIFAR, PNG) or "
      "a hyperspectral cube");
  command
      ->add_option("TABLE", conversion.table,
                   "Text table with a line for each sample, file of arrays, images, or cube")
      ->required();
  command->add_option("FILE", options->file, "Data set to write (HDF5); replaced if it exists")->required();
  command->add_option("--label", conversion.label, "Column of the classes: integers or any text")
      ->type_name("COLUMN");
  command->add_option("--targets", conversion.targets, "Columns of the targets of a regression")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("COLUMNS");
  addInputsOption(*command, conversion);
  command
      ->add_option("--jacobians", conversion.jacobians,
                   "Array of the derivatives of the targets, samples x outputs x inputs")
      ->type_name("ARRAY");
  command
      ->add_option("--directions", conversion.directions,
                   "Array of directions of each sample, samples x directions x inputs")
      ->type_name("ARRAY");
  command
      ->add_option("--derivatives", conversion.derivatives,
                   "Array of the derivatives of the targets along them, samples x directions x outputs")
      ->type_name("ARRAY");
  command->add_option("--test", conversion.testTable, "Table of the test samples, with the same columns")
      ->type_name("TABLE");
  command
      ->add_option("--test-share", conversion.testShare,
                   "Share of the samples that become test samples, drawn at random")
      ->capture_default_str();
  command->add_option("--seed", conversion.seed, "Seed of the random choice of test samples, and of --copies")
      ->check(wholeNumber())
      ->capture_default_str();
  addTableOptions(*command, options->text);
  command
      ->add_option("--class-names", options->classNames,
                   "Names of the classes of images in IDX files or arrays, and of cubes, in their order")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("NAMES");
  command->add_flag("--channels-last", conversion.channelsLast,
                    "Arrays of images are samples x height x width x channels");
  command
      ->add_option("--ground-truth", options->groundTruth,
                   "File with the map of the classes of a hyperspectral cube, rows x columns")
      ->type_name("MAP");
  command
      ->add_option("--patch", options->patch,
                   "Side of the patches around a cube's pixels, odd; 1: pixels alone")
      ->capture_default_str();
  command->add_option("--copies", options->copies.count, "Shifted copies to add of each training image");
  command->add_option("--shift", options->copies.shift, "Most pixels that a copy is shifted")
      ->capture_default_str();
  command->add_flag("--mirror", options->copies.mirror, "Mirror half of the copies, left and right");
  command->footer(
      "Tables: COLUMN is a name of the header, or a number from 1; COLUMNS are several, with commas "
      "between.\n"
      "With --header auto the first line is a header if none of its fields is a number; 0,1,2,... may be\n"
      "either and needs --header. A column without a name that numbers the rows is no input. Fields may "
      "stand\n"
      "in quotation marks; text is UTF-8. Inputs and targets must be finite numbers; an error names the "
      "line\n"
      "and column of one that is not. Classes are numbered from 0, in numerical order if all are numbers, "
      "else\n"
      "in alphabetical order; models, predictions and reports use their names. What was decided is printed.\n"
      "\n"
      "Arrays: .npy, .npz, .mat (MATLAB 5 to 7.3) or any HDF5 file with plain matrices, samples x columns.\n"
      "--inputs, --label and --targets name arrays of the file, columns of its matrix by number from 1, or "
      "a\n"
      ".npy file. Inputs of three or four dimensions are images, samples x height x width or samples x "
      "channels\n"
      "x height x width; unsigned bytes stay bytes, and are divided by 255 when they are read.\n"
      "\n"
      "Cubes: an array rows x columns x bands (--inputs names it) with --ground-truth, an array rows x "
      "columns\n"
      "(--label names it) of classes from 1; pixels with 0 are left out. A sample is a pixel, or with "
      "--patch P\n"
      "the P x P pixels around it, an image of bands x P x P; outside of the cube they are as its nearest "
      "pixel.\n"
      "\n"
      "Images: a file in the IDX format (MNIST), plain or compressed, with labels in --label, or in the "
      "file\n"
      "beside it whose name has labels-idx1 in place of images-idx3; the unpacked folder\n"
      "cifar-10-batches-bin or cifar-100-binary; or a folder with a folder of PNG files for each class, or\n"
      "with such folders train and test. They are kept as bytes, and divided by 255 when they are read.\n"
      "\n"
      "Tables and arrays without --label and --targets, and a folder of PNG files without classes, become a\n"
      "file of inputs alone, for predict. Missing folders are made.\n"
      "\nExamples:\n"
      "  terrace data convert iris.csv iris.h5 --label species --test-share 0.2\n"
      "  terrace data convert digits.npz digits.h5 --inputs X --label y --test-share 0.2\n"
      "  terrace data convert X.npy digits.h5 --label y.npy\n"
      "  terrace data convert solves.npz solves.h5 --inputs p --targets q --jacobians dq_dp\n"
      "  terrace data convert train.tsv sine.h5 --targets 3,4 --test test.tsv\n"
      "  terrace data convert new.csv new.h5 --inputs length,width\n"
      "  terrace data convert train-images-idx3-ubyte.gz f.h5 --test t10k-images-idx3-ubyte.gz\n"
      "  terrace data convert cifar-10-batches-bin cifar-10.h5\n"
      "  terrace data convert pines.mat pines.h5 --ground-truth pines_gt.mat --patch 9 --test-share 0.9\n"
      "  terrace data convert leaves leaves.h5 --test-share 0.2 --copies 3 --mirror\n"
      "  terrace data convert new-leaves new-leaves.h5");
  command->callback(
      [options, &chosen] { chosen = [options](const Communicator& comm) { convertData(*options, *comm); }; });
}

void convertData(const ConvertOptions& options, const Teuchos::Comm<int>& comm) {
  dataset::runOnRoot(comm, [&] {
    if (!options.groundTruth.empty()) return convertCube(options);
    if (holdsImages(options)) return convertImages(options);
    const auto conversion = checked(options);
    std::vector<std::string> inputs{conversion.table};
    if (!conversion.testTable.empty()) inputs.push_back(conversion.testTable);
    requireNoInput(options.file, inputs);
    OutputPlace place(options.file);
    convert(conversion, options.file);
    place.keep();
  });
}

} // namespace terrace::program
