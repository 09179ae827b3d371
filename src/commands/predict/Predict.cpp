#include "commands/predict/Predict.hpp"

#include "commands/predict/Prediction.hpp"
#include "io/OutputFile.hpp"
#include "models/DataSet.hpp"
#include "models/TrainedModel.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <memory>
#include <utility>

namespace terrace::program {
namespace {

constexpr std::size_t together = sampleDealing.together;

// Gathers rows on rank 0 that were dealt to the ranks as MatrixShare.hpp says.
std::vector<double> gatherRows(const std::vector<double>& local, std::size_t rows, std::size_t columns,
                               const Teuchos::Comm<int>& comm) {
  const auto ranks = static_cast<std::size_t>(comm.getSize());
  const std::size_t groups = (rows + together - 1) / together;
  const std::size_t share = (groups + ranks - 1) / ranks * together * columns;
  std::vector<double> mine(local);
  mine.resize(share);
  std::vector<double> dealt(comm.getRank() == 0 ? share * ranks : 0);
  Teuchos::gather(mine.data(), static_cast<int>(share), dealt.data(), static_cast<int>(share), 0, comm);
  if (comm.getRank() != 0) return {};
  std::vector<double> gathered(rows * columns);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t dealtRow = row / together / ranks * together + row % together;
    const auto from = dealt.begin() + static_cast<std::ptrdiff_t>(sampleDealing.ownerOf(row, ranks) * share +
                                                                  dealtRow * columns);
    std::copy(from, from + static_cast<std::ptrdiff_t>(columns),
              gathered.begin() + static_cast<std::ptrdiff_t>(row * columns));
  }
  return gathered;
}

// This rank's rows of a block that rank 0 has, dealt as MatrixShare.hpp says.
std::vector<double> dealRows(std::vector<double> block, std::size_t rows, std::size_t columns,
                             const Teuchos::Comm<int>& comm) {
  if (comm.getSize() == 1) return block;
  block.resize(rows * columns);
  Teuchos::broadcast(comm, 0, static_cast<int>(block.size()), block.data());
  std::vector<double> mine;
  for (std::size_t row = 0; row < rows; ++row) {
    if (sampleDealing.ownerOf(row, static_cast<std::size_t>(comm.getSize())) !=
        static_cast<std::size_t>(comm.getRank()))
      continue;
    const auto first = block.begin() + static_cast<std::ptrdiff_t>(row * columns);
    mine.insert(mine.end(), first, first + static_cast<std::ptrdiff_t>(columns));
  }
  return mine;
}

// Samples that are evaluated at once: of about 32 MiB, and a group of each rank at least.
std::size_t rowsTogether(std::size_t features, const Teuchos::Comm<int>& comm) {
  constexpr std::size_t most = std::size_t{1} << 22U;
  const std::size_t least = together * static_cast<std::size_t>(comm.getSize());
  return std::max<std::size_t>(1, most / features / least) * least;
}

void append(std::vector<double>& to, const std::vector<double>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

// Outputs of the network for all inputs, and their distances from the training data; on rank 0.
struct Outputs {
  std::vector<double> values;
  std::vector<double> distances;
};

Outputs evaluate(const PredictionInputs& inputs, const TrainedModel& model, const Communicator& comm) {
  const model::ModelDescription& about = model.description;
  const auto features = static_cast<std::size_t>(about.features),
             columns = static_cast<std::size_t>(about.outputs), atOnce = rowsTogether(features, *comm);
  Outputs outputs;
  for (std::size_t first = 0; first < inputs.rows; first += atOnce) {
    const std::size_t count = std::min(atOnce, inputs.rows - first);
    std::vector<double> block;
    dataset::runOnRoot(*comm, [&] { block = inputs.read(first, count); });
    auto rows = dealRows(std::move(block), count, features, *comm);
    if (about.distance.isKnown())
      append(outputs.distances, gatherRows(about.distance.atRows(rows), count, 1, *comm));
    about.inputs.apply(rows);
    append(outputs.values, gatherRows(model.outputs(rows, static_cast<long>(count)), count, columns, *comm));
  }
  return outputs;
}

constexpr const char* footer =
    "Inputs: a data set, a file of inputs, or what terrace data convert takes (its help says how it is "
    "read):\n"
    "a text table, whose columns are found by the names of the model's inputs, or by --inputs; arrays;\n"
    "images (IDX, the folder of CIFAR, a folder of PNG files, one PNG file, bytes in arrays), divided by\n"
    "255; a hyperspectral cube, all pixels row by row. The true classes stand beside the predictions where\n"
    "they are known: from --label, --ground-truth, the names of folders, IDX labels beside the images.\n"
    "\n"
    "HDF5: `outputs` (samples x outputs: probabilities for classification, values for regression);\n"
    "`labels` for classification; `expected`, the true ones, -1 where they are unknown; `distances` of the\n"
    "inputs from the training data, if the model has what they need. Text: a line for each sample, with\n"
    "its inputs, outputs and label. With more than 8 inputs the line has the row of the sample instead,\n"
    "counted from 0. With more than 20 classes it has the probability of the label alone. Columns and\n"
    "classes have the names of the data set that the model was trained on.\n"
    "\nExamples:\n"
    "  terrace predict runs/quickstart/model.h5 data/spiral.h5 predictions.h5\n"
    "  terrace data make grid grid.h5 --lower -1,-1 --upper 1,1 --points 200\n"
    "  terrace predict runs/quickstart/model.h5 grid.h5 regions.csv\n"
    "  terrace predict runs/iris new.csv classes.csv --label species\n"
    "  terrace predict runs/leaves new-leaves kinds.csv\n"
    "  terrace predict runs/pines pines.mat map.h5 --ground-truth pines_gt.mat";

} // namespace

void addPredict(CLI::App& parent, Action& chosen) {
  const auto options = std::make_shared<PredictOptions>();
  CLI::App* command = parent.add_subcommand("predict", "Write a model's outputs for new inputs");
  command->add_option("MODEL", options->model, "Model file or run directory")->required();
  auto& table = options->source.table;
  command
      ->add_option(
          "INPUTS", table.table,
          "HDF5 file with `inputs`, or else `test/inputs` (samples x features); or what data convert takes: "
          "a text table, arrays, images, a cube")
      ->required();
  command->add_option("OUTPUTS", options->outputs, "File to write: HDF5, or text if its name ends in .csv")
      ->required();
  command
      ->add_option("--label", table.label,
                   "The true classes: column of a table, array, or file of IDX labels")
      ->type_name("COLUMN");
  addInputsOption(*command, table);
  addTableOptions(*command, options->text);
  command->add_flag("--channels-last", table.channelsLast,
                    "Arrays of images are samples x height x width x channels");
  command
      ->add_option("--ground-truth", options->source.groundTruth,
                   "File with the map of the true classes of a hyperspectral cube")
      ->type_name("MAP");
  command->add_flag("--all", options->all, "Text: all inputs and all probabilities, however many");
  command->footer(footer);
  command->callback(
      [options, &chosen] { chosen = [options](const Communicator& comm) { predict(*options, comm); }; });
}

void predict(const PredictOptions& options, const Communicator& comm) {
  PredictionSource source = options.source;
  dataset::runOnRoot(*comm, [&] {
    applyTo(source.table, options.text, "predict");
    auto read = source.files();
    read.push_back(options.model);
    openOutput(options.outputs, read);
  });
  const TrainedModel model = TrainedModel::read(options.model, comm);
  PredictionInputs inputs;
  dataset::runOnRoot(*comm, [&] { inputs = PredictionInputs::open(source, model.description); });
  auto rows = static_cast<std::int64_t>(inputs.rows);
  Teuchos::broadcast(*comm, 0, Teuchos::outArg(rows));
  inputs.rows = static_cast<std::size_t>(rows);
  Outputs outputs = evaluate(inputs, model, comm);
  dataset::runOnRoot(*comm, [&] {
    auto prediction = Prediction::of(std::move(outputs.values), model.description);
    prediction.distances = std::move(outputs.distances);
    std::string omission;
    if (std::filesystem::path(options.outputs).extension() == ".csv") {
      omission = writeCsv(options.outputs, prediction, inputs, model.description, options.all);
    } else {
      writeHdf5(options.outputs, prediction, inputs, model.description);
    }
    const std::string right = hits(prediction, inputs);
    std::cout << options.outputs << ": " << inputs.rows << " predictions for " << inputs.shown
              << (right.empty() ? "" : "; " + right) << '\n'
              << (omission.empty() ? "" : omission + '\n');
  });
}

} // namespace terrace::program
