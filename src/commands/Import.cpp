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
    throw std::invalid_argument(options.input + ": maps its outputs; expected --task regression.");
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
      ->add_option(
          "-t,--task", options->task,
          "What the outputs are: classification (logits) or regression. Without it: as the file says; a "
          "file that says nothing is of regression, unless it ends with a softmax")
      ->check(CLI::IsMember({"classification", "regression"}));
  command->footer(
      "Networks that Terrace has: a first layer, residual blocks q + h sigma(W q + b) of one time step a\n"
      "stage, an affine layer between stages, an output layer; or the convolutional ones. doc/exchange.md\n"
      "lists the nodes of ONNX that are read, and what a NumPy archive holds. A deck starts from such a\n"
      "file, or from a model, by Network/Initial Guess/Type = File.\n"
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
