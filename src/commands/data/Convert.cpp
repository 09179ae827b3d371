#include "commands/data/Convert.hpp"

#include "Version.hpp"
#include "commands/data/Info.hpp"
#include "commands/data/MakeGenerated.hpp"
#include "io/OutputFile.hpp"

#include <terrace/dataset/Checksum.hpp>
#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/dataset/DatasetFile.hpp>

#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <vector>

namespace terrace::program {
namespace {

char delimiterFrom(const std::string& text) {
  if (text.empty()) return 0;
  if (text == "tab" || text == "\\t") return '\t';
  if (text.size() == 1 && text != "\"") return text[0];
  throw std::invalid_argument("data convert: --delimiter: \"" + text +
                              "\" is no delimiter; expected one character, or tab.");
}

dataset::TextTable::Header headerFrom(const std::string& text) {
  using Header = dataset::TextTable::Header;
  return text == "yes" ? Header::Yes : text == "no" ? Header::No : Header::Auto;
}

dataset::TableConversion checked(const ConvertOptions& options) {
  dataset::TableConversion conversion = options.conversion;
  conversion.delimiter = delimiterFrom(options.delimiter);
  conversion.header = headerFrom(options.header);
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
  auto data = dataset::convertTable(conversion);
  requireWritable(file);
  data.description = describe(conversion);
  data.provenance["program"] = std::string("terrace ") + version;
  dataset::write(file, data);
  showData(file, std::cout);
}

} // namespace

void convertData(const ConvertOptions& options, const Teuchos::Comm<int>& comm) {
  dataset::runOnRoot(comm, [&] {
    const auto conversion = checked(options);
    std::vector<std::string> inputs{conversion.table};
    if (!conversion.testTable.empty()) inputs.push_back(conversion.testTable);
    requireNoInput(options.file, inputs);
    if (!conversion.label.empty() || !conversion.targets.empty())
      return writeDataset(conversion, options.file);
    std::vector<std::string> names;
    const auto split = dataset::convertInputs(conversion, names);
    writeInputs(options.file, split.inputs, static_cast<std::size_t>(split.features), names);
  });
}

} // namespace terrace::program
