#include "commands/Export.hpp"

#include "exchange/CHeader.hpp"
#include "exchange/NpzFile.hpp"
#include "exchange/OnnxFile.hpp"
#include "exchange/TorchModule.hpp"
#include "io/OutputFile.hpp"
#include "io/TextFile.hpp"

#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>

namespace terrace::program {
namespace {

using std::filesystem::path;

std::string digits(Precision precision) {
  return precision == Precision::Double ? "double precision" : "single precision";
}

void exportOnnx(const ExportOptions& options, const PortableModel& model, Precision precision) {
  auto output = openOutput(options.output, {options.model});
  writeOnnx(output.path(), model, precision, options.output);
  output.commit();
  std::cout << options.output << ": ONNX, opset " << onnxOpset << ", IR version " << onnxIrVersion << ", "
            << digits(precision) << '\n';
}

// The archive and, beside it, the module that reads it.
void exportNpz(const ExportOptions& options, const PortableModel& model, Precision precision) {
  const std::string module = path(options.output).replace_extension(".py").string();
  auto archive = openOutput(options.output, {options.model});
  auto text = openOutput(module, {options.model});
  writeNpz(archive.path(), model, precision, options.output);
  writeTextFile(text.path(), torchModule(model, path(options.output).filename().string()), module);
  archive.commit();
  text.commit();
  std::cout << options.output << ": NumPy arrays, " << digits(precision) << '\n'
            << module << ": a PyTorch module that reads them\n";
}

void exportHeader(const ExportOptions& options, const PortableModel& model, Precision precision) {
  const std::string name = cName(options.output);
  auto output = openOutput(options.output, {options.model});
  writeTextFile(output.path(), cHeader(model, name, precision), options.output);
  output.commit();
  const char* real = precision == Precision::Double ? "double" : "float";
  std::cout << options.output << ": void " << name << "(const " << real << " x[" << model.description.features
            << "], " << real << " y[" << model.description.outputs << "])\n";
}

} // namespace

void addExport(CLI::App& parent, Action& chosen) {
  const auto options = std::make_shared<ExportOptions>();
  CLI::App* command =
      parent.add_subcommand("export", "Write a network as ONNX, NumPy arrays with a PyTorch module, or C");
  command->add_option("MODEL", options->model, "Model file or run directory; also ONNX or NumPy archive")
      ->required();
  command->add_option("FILE", options->output, "File to write: its name ends in .onnx, .npz or .h")
      ->required()
      ->check(fileName());
  command->add_option("-p,--precision", options->precision, "Numbers in the file: double or single")
      ->check(CLI::IsMember({"double", "single"}))
      ->capture_default_str();
  command->footer(
      "What is written takes inputs in the units of the data and gives what `terrace predict` gives:\n"
      "probabilities of classes, or values in the units of the data.\n"
      "  .onnx  for onnxruntime and others; names of classes and columns are metadata\n"
      "  .npz   arrays named as in a model file, and beside it a .py of the same name, a PyTorch module\n"
      "  .h     a C header with one function and no dependency\n"
      "\nExamples:\n"
      "  terrace export runs/quickstart spiral.onnx\n"
      "  terrace export runs/quickstart/model.h5 spiral.npz\n"
      "  terrace export runs/quickstart spiral.h --precision single");
  command->callback([options, &chosen] { chosen = onRoot([options] { exportModel(*options); }); });
}

// The network that predicts. Batch normalisations with fixed statistics are a part of the convolutions before
// them.
PortableModel predicting(PortableModel model) {
  if (model.description.makeNetwork().samplesTogether() == 1) return model;
  model.parameters = model.description.predictionNetwork(model.parameters).parameters;
  model.description.network.set("Normalization", "None");
  model.description.statistics = {};
  return model;
}

void exportModel(const ExportOptions& options) {
  const auto precision = options.precision == "double" ? Precision::Double : Precision::Single;
  const auto extension = path(options.output).extension();
  if (extension != ".onnx" && extension != ".npz" && extension != ".h")
    throw std::invalid_argument(options.output +
                                ": the ending of its name is not a format; expected .onnx, .npz or .h.");
  requireNoInput(options.output, {options.model});
  const PortableModel model = predicting(readPortableModel(options.model));
  if (extension == ".onnx") {
    exportOnnx(options, model, precision);
  } else if (extension == ".npz") {
    exportNpz(options, model, precision);
  } else {
    exportHeader(options, model, precision);
  }
}

} // namespace terrace::program
