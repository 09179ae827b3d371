#include "commands/data/Info.hpp"

#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/parameters/ParameterText.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

namespace terrace::program {
namespace {

void printSplit(const std::string& name, std::size_t samples, const dataset::SplitSummary& split,
                const dataset::DerivativeShape& derivatives, std::ostream& out) {
  out << name << ":  " << samples << " samples, inputs in [" << shortestText(split.smallestInput) << ", "
      << shortestText(split.largestInput) << "]";
  if (split.classCounts.empty()) {
    out << ", targets in [" << shortestText(split.smallestTarget) << ", " << shortestText(split.largestTarget)
        << "]";
    if (derivatives.jacobians) out << ", Jacobians";
    if (derivatives.directions > 0) out << ", derivatives along " << derivatives.directions << " directions";
    if (derivatives.jacobians || derivatives.directions > 0)
      out << " in [" << shortestText(split.smallestDerivative) << ", "
          << shortestText(split.largestDerivative) << "]";
  } else {
    constexpr std::size_t most = 50;
    out << ", per class:";
    for (std::size_t c = 0; c < std::min(split.classCounts.size(), most); ++c)
      out << ' ' << split.classCounts[c];
    if (split.classCounts.size() > most) out << " and " << split.classCounts.size() - most << " more";
  }
  out << '\n';
}

std::string shapeText(const std::vector<int>& shape) {
  std::string text;
  for (const int extent : shape) text += (text.empty() ? "" : " x ") + std::to_string(extent);
  return text;
}

// Prints the names of columns if they are known.
void printNames(const std::string& label, const std::vector<std::string>& names, std::ostream& out) {
  constexpr std::size_t most = 20;
  if (names.empty()) return;
  out << label;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i) out << (i == 0 ? "" : "; ") << names[i];
  if (names.size() > most) out << "; and " << names.size() - most << " more";
  out << '\n';
}

} // namespace

void addInfo(CLI::App& parent, Action& chosen) {
  const auto file = std::make_shared<std::string>();
  CLI::App* info = parent.add_subcommand("info", "Check a data set and print what is in it");
  info->add_option("FILE", *file, "Data set (HDF5)")->required();
  info->footer(
      "A data set is an HDF5 file with\n"
      "  train/inputs   float32 or float64, samples x features\n"
      "  train/labels   integers from 0, one a sample; for classification\n"
      "  train/targets  float32 or float64, samples x outputs; for regression\n"
      "  train/jacobians    samples x outputs x features, derivatives of the targets; may be missing\n"
      "  train/directions   samples x k x features, and train/derivatives, samples x k x outputs:\n"
      "                     derivatives along k directions of each sample, in place of jacobians\n"
      "  test           a group of the same datasets; may be missing\n"
      "and the attributes of the file\n"
      "  task           \"classification\" or \"regression\"\n"
      "  input_shape    integers, whose product is the number of features: [4], or [1, 28, 28]\n"
      "  classes        an integer; for classification\n"
      "  description, input_names, target_names, class_names   text; may be missing\n"
      "With h5py: file[\"train/inputs\"] = x; file.attrs[\"task\"] = \"classification\"; ... More in\n"
      "doc/data-format.md; tables and arrays become data sets by terrace data convert.\n"
      "\nExample:\n  terrace data info data/spiral.h5");
  info->callback([file, &chosen] { chosen = onRoot([file] { showData(*file, std::cout); }); });
}

void showData(const std::string& file, std::ostream& out) {
  const auto info = dataset::readInfo(file);
  const auto& about = info.description;
  const bool classification = about.task == dataset::Task::Classification;
  out << "file:   " << file << '\n';
  if (!about.description.empty()) out << "about:  " << about.description << '\n';
  out << "task:   " << (classification ? "classification" : "regression") << ", " << about.features
      << " inputs (" << shapeText(about.inputShape) << "), " << about.outputs
      << (classification ? " classes" : " outputs") << '\n';
  printNames("inputs: ", about.inputNames, out);
  printNames("targets: ", about.targetNames, out);
  printNames("classes: ", about.classNames, out);
  printSplit("train", about.trainSamples, info.train, about.trainDerivatives, out);
  if (info.test) {
    printSplit("test ", about.testSamples, *info.test, about.testDerivatives, out);
  } else {
    out << "test :  none\n";
  }
}

} // namespace terrace::program
