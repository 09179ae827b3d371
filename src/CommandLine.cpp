#include "CommandLine.hpp"

#include "Version.hpp"
#include "commands/Benchmark.hpp"
#include "commands/Compare.hpp"
#include "commands/Evaluate.hpp"
#include "commands/History.hpp"
#include "commands/Parameters.hpp"
#include "commands/Predict.hpp"
#include "commands/Report.hpp"
#include "commands/Train.hpp"
#include "commands/data/Convert.hpp"
#include "commands/data/Info.hpp"
#include "commands/data/MakeGenerated.hpp"
#include "commands/data/MakeSolved.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/dataset/Generators.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <Teuchos_Comm.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <functional>
#include <iostream>
#include <stdexcept>

namespace terrace::program {
namespace {

using Communicator = Teuchos::RCP<const Teuchos::Comm<int>>;
using Action = std::function<void(const Communicator&)>;

/// The command line as CLI11 sees it. Parsing chooses the action; options live as long as this object.
class Commands {
public:
  Commands();

  /// \throws std::invalid_argument, with the nearest name, if the leading arguments name no command.
  void requireKnown(const std::vector<std::string>& arguments);

  /// \throws CLI::ParseError
  Action parse(std::vector<std::string> arguments);

  std::string help() const { return app_.help(); }

  /// What was asked so far, for messages: "terrace data make".
  std::string commandInProgress() const;

private:
  void addTrain();
  void addCompare();
  void addEvaluate();
  void addPredict();
  void addHistory();
  void addReport();
  void addParameters();
  void addBenchmark();
  void addData();
  void addConvert(CLI::App& data);
  void addGenerators(CLI::App& make);
  void addDiffusionConvectionReaction(CLI::App& make);
  void addNeutronDiffusion(CLI::App& make);
  CLI::App* addProblem(CLI::App& make, const std::string& name, const std::string& about,
                       pde::ProblemOptions& options);
  void addGrid(CLI::App& make);
  CLI::App* addGenerator(CLI::App& make, const std::string& name, const std::string& about,
                         dataset::GeneratorOptions& options);

  CLI::App app_{
      "Trains deep residual networks with a multilevel trust-region method, as a plug-in of Trilinos/ROL."};
  Action action_;
  TrainOptions train_;
  CompareOptions compare_;
  EvaluateOptions evaluate_;
  PredictOptions predict_;
  ReportOptions report_;
  ParametersOptions parameters_;
  BenchmarkSweepOptions benchmark_;
  ConvertOptions convert_;
  std::string history_;
  std::string dataFile_;
  dataset::SpiralOptions spiral_;
  dataset::SmileyOptions smiley_;
  dataset::PeaksOptions peaks_;
  SamplingOptions sampling_;
  pde::DiffusionConvectionReactionOptions diffusionConvectionReaction_;
  pde::NeutronDiffusionOptions neutronDiffusion_;
  GridOptions grid_;
};

// CLI11's own checks of ranges name the largest double in full.
CLI::Validator wholeNumber() {
  return CLI::Validator(
      [](const std::string& text) {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        return error == std::errc() && end == text.data() + text.size()
                   ? std::string()
                   : '"' + text + "\" is not a whole number of 0 or more";
      },
      "");
}

CLI::Validator fileName() {
  return CLI::Validator(
      [](const std::string& text) {
        return text.empty() ? std::string("the name of the file is empty") : std::string();
      },
      "");
}

// An action for rank 0 alone.
template <class Work>
Action onRoot(Work work) {
  return [work](const Communicator& comm) { dataset::runOnRoot(*comm, work); };
}

Commands::Commands() {
  app_.name("terrace");
  app_.set_version_flag("--version", std::string("terrace ") + version);
  app_.set_help_flag("-h,--help", "Print this help and exit");
  app_.require_subcommand(1);
  app_.get_formatter()->label("SUBCOMMAND", "COMMAND");
  app_.footer("Run in parallel: mpiexec -n 4 terrace train deck.xml\n"
              "Help for a command: terrace train --help\n"
              "Exit status: 0 success, 1 failure at run time, 2 wrong command line, deck or file.");
  addTrain();
  addCompare();
  addEvaluate();
  addPredict();
  addHistory();
  addReport();
  addData();
  addParameters();
  addBenchmark();
}

void Commands::addTrain() {
  CLI::App* command = app_.add_subcommand("train", "Train the network of an input deck");
  command->add_option("DECK", train_.deck, "Input deck, XML or YAML (.yaml, .yml)")->required();
  command->add_option("-o,--output", train_.output, "Run directory (default: runs/<name of the deck>)")
      ->check(fileName())
      ->type_name("DIR");
  command->add_option("-s,--set", train_.assignments, "Change a parameter of the deck; may be repeated")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  command->add_flag("-f,--force", train_.force, "Replace the run directory if it exists");
  command->add_flag("-r,--resume", train_.resume,
                    "Go on with the run in the run directory from its checkpoint");
  command->footer(
      "Leaves deck.xml (as used), model.h5, history.h5 and summary.json in the run directory, or nothing.\n"
      "A Data/File set here is relative to the current directory, one in the deck to the deck.\n"
      "An interrupted run (Ctrl-C) ends after the current step, keeps what it reached and exits with status "
      "1.\n"
      "\nAn interrupted run and, every Output/Checkpoint Every seconds (60), any other leaves checkpoint.h5 "
      "in the\n"
      "run directory. --resume goes on from it: to the same bits as if the run had not been killed, or from "
      "the\n"
      "last step where Ctrl-C or a limit ended it within an iteration; ROL's own solvers from their iterate "
      "with\n"
      "an empty secant. The deck must be the same but for Status Test, Output, Data/File and Network/Sweep "
      "Precision;\n"
      "the number of ranks may change (doc/resume.md).\n"
      "\nExamples:\n"
      "  terrace train data/decks/quickstart.xml\n"
      "  terrace train deck.xml --resume --set \"Status Test/Work Limit=200\"\n"
      "  mpiexec -n 4 terrace train deck.yaml --output runs/wide --set Network/Width=16\n"
      "  terrace train deck.xml --set \"Step/Multilevel Trust Region/Cycle=F\" \\\n"
      "                         --set \"Levels/Sample Fractions={1.0, 0.2}\"");
  command->callback([this] { action_ = [this](const Communicator& comm) { train(train_, comm); }; });
}

void Commands::addCompare() {
  CLI::App* command =
      app_.add_subcommand("compare", "Run several solvers on the same problems, side by side");
  command->add_option("STUDY", compare_.study, "Study, XML or YAML (.yaml, .yml)")->required();
  command->add_option("-o,--output", compare_.output, "Study directory (default: runs/<name of the study>)")
      ->check(fileName())
      ->type_name("DIR");
  command
      ->add_option(
          "-s,--set", compare_.assignments,
          "Change a parameter of what all runs share, or of a list in Problems or Solvers; may be repeated")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  command->add_flag("-f,--force", compare_.force, "Make all runs anew");
  command->footer(
      "A study is a deck (what all runs share) with more lists and parameters:\n"
      "  Solvers   a list for each solver, with its changes to the deck; required\n"
      "  Targets   Array(double): values of the full loss; work and seconds to reach each are compared; "
      "required\n"
      "  Seeds     Array(int): every run is made with each, as Network/Initial Guess/Seed and Data/Seed; "
      "{1}\n"
      "  Problems  a list for each problem, with its changes to the deck, and Targets of its own if it "
      "likes\n"
      "Leaves study.xml, comparison.json and runs/<problem>/<solver>/seed-<n>/ (run directories as of "
      "train).\n"
      "Runs that are there and have the same deck are kept: an interrupted study goes on, a changed one is\n"
      "completed. A solver that fails is a row with its reason. A change by --set of what a problem or "
      "solver\n"
      "sets itself is refused: name the list.\n"
      "\nExamples:\n"
      "  terrace compare examples/solver_comparison/spiral-and-peaks.xml\n"
      "  terrace compare study.xml --set \"Solvers/Adam/Step/Adam/Learning Rate=0.01\"\n"
      "  mpiexec -n 2 terrace compare study.xml --output runs/study --set \"Status Test/Work Limit=50\"");
  command->callback([this] { action_ = [this](const Communicator& comm) { compare(compare_, comm); }; });
}

void Commands::addEvaluate() {
  CLI::App* command = app_.add_subcommand("evaluate", "Print loss and accuracy of a model on a data set");
  command->add_option("MODEL", evaluate_.model, "Model file or run directory")->required();
  command->add_option("DATA", evaluate_.data, "Data set (HDF5)")->required();
  command
      ->add_option("-g,--gradient", evaluate_.gradient,
                   "Write the gradient of the regularised loss over the training samples")
      ->check(fileName())
      ->type_name("FILE");
  command->add_flag("--json", evaluate_.json, "Print one JSON object instead of a table");
  command->footer(
      "All training samples of the data set count, also if the model was trained on a part of them.\n"
      "Loss, value and gradient are of inputs and targets normalised as in the training; errors are in the\n"
      "data's units. The gradient file has the groups of a model file (Euclidean derivatives by W and b) and "
      "the\n"
      "attributes value and loss.\n"
      "\nExamples:\n"
      "  terrace evaluate runs/quickstart/model.h5 data/spiral.h5\n"
      "  mpiexec -n 2 terrace evaluate runs/quickstart data/spiral.h5 --gradient gradient.h5");
  command->callback([this] { action_ = [this](const Communicator& comm) { evaluate(evaluate_, comm); }; });
}

void Commands::addPredict() {
  CLI::App* command = app_.add_subcommand("predict", "Write a model's outputs for new inputs");
  command->add_option("MODEL", predict_.model, "Model file or run directory")->required();
  command
      ->add_option("INPUTS", predict_.inputs,
                   "HDF5 file with `inputs`, or else `test/inputs` (samples x features)")
      ->required();
  command->add_option("OUTPUTS", predict_.outputs, "File to write: HDF5, or text if its name ends in .csv")
      ->required();
  command->footer(
      "HDF5: `outputs` (samples x outputs: probabilities for classification, values for regression) and,\n"
      "for classification, `labels`. Text: inputs, outputs and label of a sample on a line.\n"
      "\nExamples:\n"
      "  terrace predict runs/quickstart/model.h5 data/spiral.h5 predictions.h5\n"
      "  terrace data make grid grid.h5 --lower -1,-1 --upper 1,1 --points 200\n"
      "  terrace predict runs/quickstart/model.h5 grid.h5 regions.csv");
  command->callback([this] { action_ = [this](const Communicator& comm) { predict(predict_, comm); }; });
}

void Commands::addHistory() {
  CLI::App* command = app_.add_subcommand("history", "Print the history of a run as a table of text");
  command->add_option("RUN", history_, "Run directory or history file")->required();
  command->footer("A line of column names, then a line an iteration, separated by tabs; nan: not computed. "
                  "An iteration is a\n"
                  "cycle of several trial steps: value, gradient_norm and radius are those at its end, "
                  "step_norm that of the\n"
                  "whole step, ratio that of its last trial step alone, which may have been rejected in an "
                  "accepted cycle.\n"
                  "Runs that hold samples out have a column validation_loss.\n"
                  "\nExample:\n"
                  "  terrace history runs/quickstart > history.tsv");
  command->callback([this] { action_ = onRoot([this] { showHistory(history_, std::cout); }); });
}

void Commands::addReport() {
  CLI::App* command =
      app_.add_subcommand("report", "Write a page with figures of runs and studies of solvers");
  command->add_option("DIR", report_.directories, "Run directories, studies, or both")
      ->required()
      ->type_name("DIR...");
  command->add_option("-o,--output", report_.output, "The page, HTML; replaced if it exists")
      ->capture_default_str()
      ->type_name("FILE");
  command
      ->add_option("-t,--target", report_.targets,
                   "Loss whose first reaching the table shows, for runs of no study; may be repeated")
      ->allow_extra_args(false)
      ->check(CLI::Number);
  command->footer(
      "One file that needs no network: figures, tables, decks, machine. Runs on the same data set are drawn\n"
      "together; those whose decks differ in nothing but seeds are one solver. Needs gnuplot.\n"
      "\nExamples:\n"
      "  terrace report runs/quickstart\n"
      "  terrace report runs/one-level-* runs/v-cycle-* --output cycles.html --target 0.05");
  command->callback([this] { action_ = [this](const Communicator& comm) { report(report_, comm); }; });
}

void Commands::addParameters() {
  CLI::App* command =
      app_.add_subcommand("parameters", "Print every deck parameter, its default and meaning");
  command->add_option("LIST", parameters_.list, "Only parameters whose path begins so");
  command->add_flag("--all", parameters_.all, "ROL's own parameters too");
  command->add_flag("--xml", parameters_.xml, "Print them as a deck");
  command->footer("Examples:\n"
                  "  terrace parameters Levels\n"
                  "  terrace parameters \"Step/Line Search\"\n"
                  "  terrace parameters --xml > deck.xml");
  command->callback([this] { action_ = onRoot([this] { printParameters(parameters_, std::cout); }); });
}

void Commands::addBenchmark() {
  CLI::App* benchmark = app_.add_subcommand("benchmark", "Measure the speed of this machine");
  benchmark->require_subcommand(1);
  const std::string example =
      "Example:\n  mpiexec -n 2 terrace benchmark sweep --width 8 --blocks 64 --samples 5000";
  benchmark->footer(example);
  CLI::App* sweep = benchmark->add_subcommand("sweep", "Time sweeps of a network on random samples");
  sweep->add_option("--width", benchmark_.width, "Neurons of a layer")->required();
  sweep->add_option("--blocks", benchmark_.blocks, "Residual blocks")->required();
  sweep->add_option("--samples", benchmark_.samples, "Samples of all ranks together")->required();
  sweep->add_option("--scalar", benchmark_.scalar, "Precision of the states: double or float")
      ->capture_default_str();
  sweep->footer("Prints one line of JSON: seconds of a value-and-gradient sweep (median of at least 7),\n"
                "sample_layers_per_second, gflops, ranks, value_seconds (value alone),\n"
                "hessian_product_seconds (exact, the first at a point) and\n"
                "next_hessian_product_seconds (the following ones there).\n\n" +
                example);
  sweep->callback([this] {
    action_ = [this](const Communicator& comm) { benchmarkSweep(benchmark_, comm, std::cout); };
  });
}

void Commands::addData() {
  CLI::App* data = app_.add_subcommand("data", "Make, convert and describe data sets");
  data->require_subcommand(1);
  data->footer("Examples:\n"
               "  terrace data make spiral spiral.h5 --arms 3\n"
               "  terrace data convert iris.csv iris.h5 --label species --test-share 0.2\n"
               "  terrace data info spiral.h5");
  CLI::App* make = data->add_subcommand("make", "Write a generated data set");
  make->require_subcommand(1);
  make->footer("Folders of the file that are missing are made.\n"
               "\nExamples:\n"
               "  terrace data make smiley smiley.h5 --noise 0.05\n"
               "  mpiexec -n 4 terrace data make neutron-diffusion neutrons.h5 --train 10000\n"
               "  terrace data make grid grid.h5 --lower -3,-3 --upper 3,3 --points 200");
  addGenerators(*make);
  addDiffusionConvectionReaction(*make);
  addNeutronDiffusion(*make);
  addGrid(*make);
  addConvert(*data);
  CLI::App* info = data->add_subcommand("info", "Check a data set and print what is in it");
  info->add_option("FILE", dataFile_, "Data set (HDF5)")->required();
  info->footer("Example:\n  terrace data info data/spiral.h5");
  info->callback([this] { action_ = onRoot([this] { showData(dataFile_, std::cout); }); });
}

void Commands::addConvert(CLI::App& data) {
  auto& conversion = convert_.conversion;
  CLI::App* command = data.add_subcommand("convert", "Make a data set of a text table (CSV, TSV)");
  command->add_option("TABLE", conversion.table, "Text file: a line a sample, columns between delimiters")
      ->required();
  command->add_option("FILE", convert_.file, "Data set to write (HDF5); replaced if it exists")->required();
  command->add_option("--label", conversion.label, "Column of the classes: integers or any text")
      ->type_name("COLUMN");
  command->add_option("--targets", conversion.targets, "Columns of the targets of a regression")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("COLUMNS");
  command->add_option("--inputs", conversion.inputs, "Columns of the inputs (default: all others)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("COLUMNS");
  command->add_option("--test", conversion.testTable, "Table of the test samples, with the same columns")
      ->type_name("TABLE");
  command
      ->add_option("--test-share", conversion.testShare, "Or the share of the samples to draw for the test")
      ->capture_default_str();
  command->add_option("--seed", conversion.seed, "Seed of that draw")
      ->check(wholeNumber())
      ->capture_default_str();
  command->add_option("--delimiter", convert_.delimiter,
                      "A character, or tab (default: a tab for .tsv and .tab, else a comma)");
  command->add_option("--header", convert_.header, "Whether the first line has names: yes, no, or auto")
      ->check(CLI::IsMember({"auto", "yes", "no"}))
      ->capture_default_str();
  command->footer(
      "COLUMN is a name of the header, or a number from 1; COLUMNS are several, with commas between. The "
      "first\n"
      "line is taken for a header if none of its fields is a number. Fields may stand in quotation marks. "
      "All\n"
      "inputs and targets must be finite numbers; lines and columns are named where they are not. Classes "
      "are\n"
      "numbered from 0 in numerical or alphabetical order; class_names in the file says which is which.\n"
      "Without --label and --targets the file has the inputs alone, for predict. Its folders are made if "
      "missing.\n"
      "\nExamples:\n"
      "  terrace data convert iris.csv iris.h5 --label species --test-share 0.2\n"
      "  terrace data convert train.tsv sine.h5 --targets 3,4 --test test.tsv\n"
      "  terrace data convert new.csv new.h5 --inputs length,width");
  command->callback([this] { action_ = [this](const Communicator& comm) { convertData(convert_, *comm); }; });
}

CLI::App* Commands::addGenerator(CLI::App& make, const std::string& name, const std::string& about,
                                 dataset::GeneratorOptions& options) {
  CLI::App* command = make.add_subcommand(name, about);
  command->add_option("FILE", dataFile_, "File to write; replaced if it exists")->required();
  command->add_option("--train", options.trainSamples, "Training samples")
      ->check(wholeNumber())
      ->capture_default_str();
  command->add_option("--test", options.testSamples, "Test samples; 0: no test set")
      ->check(wholeNumber())
      ->capture_default_str();
  command->add_option("--noise", options.noise, "Standard deviation of noise on the coordinates")
      ->capture_default_str();
  command->add_option("--seed", options.seed, "Seed of the random numbers")
      ->check(wholeNumber())
      ->capture_default_str();
  command->footer("Example:\n  terrace data make " + name + " " + name + ".h5 --train 1000 --seed 7");
  return command;
}

void Commands::addGenerators(CLI::App& make) {
  CLI::App* spiral =
      addGenerator(make, "spiral", "Interleaved spiral arms, one a class, in the unit disc", spiral_);
  spiral->add_option("--arms", spiral_.arms, "Number of arms")->capture_default_str();
  spiral->add_option("--turns", spiral_.turns, "Turns of an arm")->capture_default_str();
  spiral->callback([this] {
    action_ = [this](const Communicator& comm) { makeData(dataset::makeSpiral(spiral_), dataFile_, *comm); };
  });
  CLI::App* smiley =
      addGenerator(make, "smiley", "A smiling face: outline, eyes, mouth, in the unit disc", smiley_);
  smiley->add_option("--classes", smiley_.classes, "3; 4: eyes apart; 5: a nose; 6: the skin")
      ->capture_default_str();
  smiley->callback([this] {
    action_ = [this](const Communicator& comm) { makeData(dataset::makeSmiley(smiley_), dataFile_, *comm); };
  });
  CLI::App* peaks = addGenerator(make, "peaks", "Level sets of MATLAB's peaks function on [-3, 3]^2", peaks_);
  peaks->add_option("--classes", peaks_.classes, "Number of level sets")->capture_default_str();
  peaks->callback([this] {
    action_ = [this](const Communicator& comm) { makeData(dataset::makePeaks(peaks_), dataFile_, *comm); };
  });
}

CLI::App* Commands::addProblem(CLI::App& make, const std::string& name, const std::string& about,
                               pde::ProblemOptions& options) {
  CLI::App* command = make.add_subcommand(name, about);
  command->add_option("FILE", dataFile_, "File to write; replaced if it exists")->required();
  command->add_option("--train", sampling_.trainSamples, "Training samples")
      ->check(wholeNumber())
      ->capture_default_str();
  command->add_option("--test", sampling_.testSamples, "Test samples; 0: no test set")
      ->check(wholeNumber())
      ->capture_default_str();
  command->add_option("--seed", sampling_.seed, "Seed of the random parameters")
      ->check(wholeNumber())
      ->capture_default_str();
  command->add_option("--cells", options.cells, "Cells of a side of the mesh; a multiple of --regions")
      ->capture_default_str();
  command->add_option("--regions", options.regions, "Regions of a side: materials and means")
      ->capture_default_str();
  command->add_option("--points", options.points, "Point values: the inner points of a grid, so many a side")
      ->capture_default_str();
  command->add_option("--tolerance", options.tolerance, "Relative residual of the linear solver")
      ->capture_default_str();
  return command;
}

// An option "LOW,HIGH".
void addRange(CLI::App& command, const std::string& name, pde::Range& range, const std::string& about) {
  command
      .add_option_function<std::string>(
          name, [&range, name](const std::string& text) { range = parseRange(name, text); }, about)
      ->type_name("LOW,HIGH")
      ->default_str(optionText(range));
}

const char* const problemNotes =
    "A range may be a single number: that parameter is then fixed and no input. Samples are solved in\n"
    "parallel; the file is the same on any number of ranks. Equations, names and units of inputs and\n"
    "targets are stored in the file and described in doc/pde-data.md.\n";

void Commands::addDiffusionConvectionReaction(CLI::App& make) {
  auto& options = diffusionConvectionReaction_;
  CLI::App* command = addProblem(make, "diffusion-convection-reaction",
                                 "Solutions of -div(kappa grad u) + b.grad u + r u = f", options);
  addRange(*command, "--kappa", options.kappa, "Diffusion coefficient of a region, log-uniform");
  addRange(*command, "--velocity", options.velocity, "Components of b, uniform");
  addRange(*command, "--reaction", options.reaction, "r, uniform");
  addRange(*command, "--strength", options.strength, "Q, integral of the source f, uniform");
  addRange(*command, "--source-position", options.sourcePosition, "Coordinates of the source, uniform");
  command->add_option("--source-width", options.sourceWidth, "Standard deviation of the source")
      ->capture_default_str();
  command->footer(std::string(problemNotes) +
                  "\nExample:\n"
                  "  mpiexec -n 4 terrace data make diffusion-convection-reaction dcr.h5 --train 10000");
  command->callback([this] {
    action_ = [this](const Communicator& comm) {
      makeDiffusionConvectionReaction(diffusionConvectionReaction_, sampling_, dataFile_, *comm);
    };
  });
}

void Commands::addNeutronDiffusion(CLI::App& make) {
  auto& options = neutronDiffusion_;
  CLI::App* command = addProblem(make, "neutron-diffusion",
                                 "Solutions of -div(D grad phi) + Sigma phi = S, one group", options);
  command->add_option("--side", options.side, "Side of the square, cm")->capture_default_str();
  addRange(*command, "--diffusion", options.diffusion, "D of a region, cm, log-uniform");
  addRange(*command, "--absorption", options.absorption, "Sigma of a region, 1/cm, log-uniform");
  addRange(*command, "--source", options.source, "S of a region, 1/(cm^3 s), uniform");
  command
      ->add_option_function<std::string>(
          "--vacuum", [&options](const std::string& text) { options.vacuum = parseSides("--vacuum", text); },
          "Sides with a vacuum outside, or none; the others are mirrors")
      ->type_name("SIDES")
      ->default_str("right,top");
  command->footer(std::string(problemNotes) +
                  "\nExample:\n"
                  "  mpiexec -n 4 terrace data make neutron-diffusion neutrons.h5 --train 10000");
  command->callback([this] {
    action_ = [this](const Communicator& comm) {
      makeNeutronDiffusion(neutronDiffusion_, sampling_, dataFile_, *comm);
    };
  });
}

void Commands::addGrid(CLI::App& make) {
  CLI::App* grid = make.add_subcommand("grid", "Inputs on a regular grid, for predict");
  grid->add_option("FILE", dataFile_, "File to write; replaced if it exists")->required();
  grid->add_option("--lower", grid_.lower, "Lower ends, one a feature")
      ->delimiter(',')
      ->capture_default_str();
  grid->add_option("--upper", grid_.upper, "Upper ends, one a feature")
      ->delimiter(',')
      ->capture_default_str();
  grid->add_option("--points", grid_.points, "Points in each direction, ends included")
      ->capture_default_str();
  grid->footer("Example:\n  terrace data make grid grid.h5 --lower -1,-1 --upper 1,1 --points 200");
  grid->callback(
      [this] { action_ = [this](const Communicator& comm) { makeGrid(grid_, dataFile_, *comm); }; });
}

void Commands::requireKnown(const std::vector<std::string>& arguments) {
  std::string path;
  CLI::App* app = &app_;
  for (std::size_t i = 0;; ++i) {
    std::vector<std::string> names;
    for (const CLI::App* command : app->get_subcommands([](const CLI::App*) { return true; }))
      names.push_back(command->get_name());
    if (names.empty()) return;
    const std::string help = " (see terrace " + path + "--help).";
    if (i == arguments.size()) {
      std::string message = "a command is missing: ";
      for (std::size_t k = 0; k < names.size(); ++k)
        message += (k == 0 ? "" : k + 1 < names.size() ? ", " : " or ") + names[k];
      throw std::invalid_argument(message + help);
    }
    const std::string& name = arguments[i];
    if (name.rfind('-', 0) == 0) return;
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      const std::string nearest = nearestName(name, names);
      throw std::invalid_argument('"' + path + name + "\" is not a command" +
                                  (nearest.empty() ? "" : "; did you mean \"" + path + nearest + "\"?") +
                                  help);
    }
    path += name + " ";
    app = app->get_subcommand(name);
  }
}

Action Commands::parse(std::vector<std::string> arguments) {
  std::reverse(arguments.begin(), arguments.end()); // CLI11 takes them from the end
  app_.parse(std::move(arguments));
  return action_;
}

std::string Commands::commandInProgress() const {
  std::string text = "terrace";
  for (const CLI::App* app = &app_; !app->get_subcommands().empty();) {
    app = app->get_subcommands().back();
    text += " " + app->get_name();
  }
  return text;
}

// `--set A=1 B=2` as `--set A=1 --set B=2`: CLI11 would take a deck that follows for an assignment.
std::vector<std::string> withRepeatedSet(const std::vector<std::string>& arguments) {
  std::vector<std::string> result;
  bool inSet = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const bool isAssignment = argument.rfind('-', 0) != 0 && argument.find('=') != std::string::npos;
    const bool afterSet = i > 0 && (arguments[i - 1] == "--set" || arguments[i - 1] == "-s");
    if (inSet && isAssignment && !afterSet) result.emplace_back("--set");
    inSet = argument == "--set" || argument == "-s" || (inSet && isAssignment);
    result.push_back(argument);
  }
  return result;
}

} // namespace

void runCommandLine(const std::vector<std::string>& arguments, const Communicator& comm) {
  Commands commands;
  commands.requireKnown(arguments);
  Action action;
  try {
    action = commands.parse(withRepeatedSet(arguments));
  } catch (const CLI::CallForHelp&) {
    action = onRoot([&commands] { std::cout << commands.help(); });
  } catch (const CLI::CallForVersion&) {
    action = onRoot([] { std::cout << "terrace " << version << '\n'; });
  } catch (const CLI::ParseError& error) {
    throw std::invalid_argument(std::string(error.what()) + " (see " + commands.commandInProgress() +
                                " --help).");
  }
  action(comm);
}

} // namespace terrace::program
