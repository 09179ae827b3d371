#include "commands/Import.hpp"

#include "exchange/PortableModel.hpp"
#include "io/OutputFile.hpp"

#include <terrace/model/ModelFile.hpp>

#include <iostream>
#include <memory>
#include <stdexcept>

namespace terrace::program {
namespace {

void changeTask(PortableModel& model, const ImportOptions& options) {
  auto& about = model.description;
  const auto task =
      options.task == "classification" ? dataset::Task::Classification : dataset::Task::Regression;
  if (about.task == task) return;
  if (task == dataset::Task::Regression && model.givesProbabilities())
    throw std::invalid_argument(options.input + ": ends with a softmax; expected --task classification.");
  if (task == dataset::Task::Classification && !about.targets.isIdentity())
    throw std::invalid_argument(options.input + ": scales its outputs; expected --task regression.");
  about.task = task;
  about.network.set("Loss",
                    task == dataset::Task::Classification ? std::string("Cross Entropy") : "Least Squares");
}

} // namespace

void addImport(CLI::App& parent, Action& chosen) {
  const auto options = std::make_shared<ImportOptions>();
  CLI::App* command = parent.add_subcommand("import", "Make a model file of a network in another format");
  command->add_option("FILE", options->input, "ONNX file or NumPy archive")->required();
  command->add_option("MODEL", options->model, "Model file to write")->required()->check(fileName());
  command
      ->add_option("-t,--task", options->task,
                   "What the outputs are: logits of classes, or values (default: what the file says; else "
                   "classification after a softmax, regression otherwise)")
      ->check(CLI::IsMember({"classification", "regression"}));
  command->footer(
      "Reads networks of the forms that Terrace trains: a first layer, residual blocks\n"
      "q + h sigma(W q + b) with one time step h a stage, an affine layer between stages, and an output\n"
      "layer; or the same with convolutions. doc/exchange.md lists the nodes of ONNX that are read, and\n"
      "what a NumPy archive holds. A training starts from such a file, or from a model, by\n"
      "Network/Initial Guess/Type = File.\n"
      "\nExamples:\n"
      "  terrace import trained-elsewhere.onnx model.h5\n"
      "  terrace import logits.onnx classifier.h5 --task classification\n"
      "  terrace predict model.h5 inputs.h5 outputs.csv");
  command->callback([options, &chosen] { chosen = onRoot([options] { importModel(*options); }); });
}

void importModel(const ImportOptions& options) {
  auto output = openOutput(options.model, {options.input});
  PortableModel model = readPortableModel(options.input);
  if (!options.task.empty()) changeTask(model, options);
  model::writeModel(output.path(), model.description, model.parameters, options.model);
  output.commit();
  const auto network = model.description.makeNetwork();
  std::cout << options.model << ": " << network.blocks() << " blocks, " << network.parameterCount()
            << " parameters, " << model.description.features << " inputs, " << model.description.outputs
            << (model.description.task == dataset::Task::Classification ? " classes" : " outputs") << '\n';
}

} // namespace terrace::program
