#include "commands/data/ConvertCube.hpp"

#include "arrays/CubeConversion.hpp"
#include "commands/data/Info.hpp"
#include "io/OutputFile.hpp"

#include <terrace/dataset/Checksum.hpp>

#include <filesystem>
#include <iostream>
#include <stdexcept>

namespace terrace::program {
namespace {

CubeConversion checked(const ConvertOptions& options) {
  const auto& table = options.conversion;
  const auto require = [&](bool holds, const std::string& complaint) {
    if (!holds) throw std::invalid_argument("data convert: " + table.table + " is a cube: " + complaint);
  };
  require(table.targets.empty() && table.jacobians.empty() && table.directions.empty() &&
              table.derivatives.empty(),
          "--targets and derivatives are for regression.");
  require(table.testTable.empty(), "--test-share draws test samples of it; --test is for other files.");
  require(table.testShare >= 0 && table.testShare < 1,
          "--test-share: " + std::to_string(table.testShare) + " is not in [0, 1).");
  require(table.inputs.size() < 2, "--inputs names one array of the file.");
  require(options.text.delimiter.empty() && !table.channelsLast && options.copies.count == 0,
          "--delimiter, --channels-last and --copies are for tables and images.");
  return {table, options.groundTruth, options.patch, options.classNames};
}

std::string describe(const ConvertOptions& options) {
  const auto source = [](const std::string& file) {
    return std::filesystem::path(file).filename().string() + " (checksum " + dataset::fileChecksum(file) +
           ")";
  };
  const auto& table = options.conversion;
  std::string text =
      "Converted from " + source(table.table) + ", classes from " + source(options.groundTruth);
  if (options.patch > 1)
    text +=
        ", patches of " + std::to_string(options.patch) + " x " + std::to_string(options.patch) + " pixels";
  if (table.testShare > 0) text += ", test samples drawn with seed " + std::to_string(table.seed);
  return text + ".";
}

} // namespace

void convertCube(const ConvertOptions& options) {
  const auto conversion = checked(options);
  requireNoInput(options.file, {options.conversion.table, options.groundTruth});
  OutputPlace place(options.file);
  std::vector<std::string> decisions;
  convertCube(conversion, options.file, describe(options), decisions, showRows);
  eraseRows();
  place.keep();
  showDecisions(options.conversion.table, decisions);
  showData(options.file, std::cout);
}

} // namespace terrace::program
