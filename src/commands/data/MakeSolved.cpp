#include "commands/data/MakeSolved.hpp"

#include "Version.hpp"
#include "commands/data/Info.hpp"
#include "io/OutputFile.hpp"
#include "io/Progress.hpp"
#include "io/Terminal.hpp"

#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/parameters/ParameterText.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>

namespace terrace::program {
namespace {

template <class Problem, class Options>
void make(const std::string& name, const Options& options, const SamplingOptions& sampling,
          const std::string& file, const Teuchos::Comm<int>& comm) {
  std::optional<Problem> problem;
  try {
    requireValid(sampling);
    problem.emplace(options);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(name + ": " + error.what());
  }
  dataset::runOnRoot(comm, [&] { requireWritable(file); });
  dataset::Dataset data;
  {
    Progress progress(std::cout, "samples", sampling.trainSamples + sampling.testSamples, isTerminal());
    data = solveSamples(*problem, sampling, comm, [&](std::size_t solved) { progress.show(solved); });
  }
  dataset::runOnRoot(comm, [&] {
    data.description = problem->description() + "; " + std::to_string(sampling.trainSamples) +
                       " training and " + std::to_string(sampling.testSamples) + " test samples, seed " +
                       std::to_string(sampling.seed) + ".";
    data.provenance["problem"] = name;
    data.provenance["program"] = std::string("terrace ") + version;
    data.provenance["mesh_cells"] = std::int64_t{options.cells};
    data.provenance["regions"] = std::int64_t{options.regions};
    data.provenance["tolerance"] = options.tolerance;
    data.provenance["seed"] = static_cast<std::int64_t>(sampling.seed);
    dataset::write(file, data);
    showData(file, std::cout);
  });
}

std::optional<double> parseNumber(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

std::vector<std::string> splitAtCommas(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

// What `terrace data make` was asked for.
template <class Options>
struct Wanted {
  Options options;
  SamplingOptions sampling;
  std::string file;
};

// A command with the options that all problems have.
template <class Options>
CLI::App& addProblem(CLI::App& parent, const std::string& name, const std::string& about,
                     Wanted<Options>& wanted) {
  CLI::App* command = parent.add_subcommand(name, about);
  command->add_option("FILE", wanted.file, "File to write; replaced if it exists")->required();
  command->add_option("--train", wanted.sampling.trainSamples, "Training samples")
      ->check(wholeNumber())
      ->capture_default_str();
  command->add_option("--test", wanted.sampling.testSamples, "Test samples; 0: no test set")
      ->check(wholeNumber())
      ->capture_default_str();
  command->add_flag("--jacobians", wanted.sampling.jacobians,
                    "Also the derivatives of the targets by the inputs, by adjoint solves, for training with "
                    "derivatives");
  command->add_option("--seed", wanted.sampling.seed, "Seed of the random parameters")
      ->check(wholeNumber())
      ->capture_default_str();
  command
      ->add_option("--cells", wanted.options.cells, "Cells along a side of the mesh; a multiple of --regions")
      ->capture_default_str();
  command
      ->add_option("--regions", wanted.options.regions,
                   "Regions along a side; each has a material, and its mean is a target")
      ->capture_default_str();
  command
      ->add_option("--points", wanted.options.points,
                   "Points along a side of the grid where the solution is a target")
      ->capture_default_str();
  command->add_option("--tolerance", wanted.options.tolerance, "Relative residual of the linear solver")
      ->capture_default_str();
  return *command;
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
    "A range may be a single number: that parameter is then fixed and is not an input. Samples are solved "
    "in\n"
    "parallel; the file is the same on any number of ranks. Equations, names and units of inputs and\n"
    "targets are stored in the file and described in doc/pde-data.md.\n";

} // namespace

void addDiffusionConvectionReaction(CLI::App& parent, Action& chosen) {
  const auto wanted = std::make_shared<Wanted<pde::DiffusionConvectionReactionOptions>>();
  auto& options = wanted->options;
  CLI::App& command = addProblem(parent, "diffusion-convection-reaction",
                                 "Solutions of -div(kappa grad u) + b.grad u + r u = f", *wanted);
  addRange(command, "--kappa", options.kappa, "Diffusion coefficient of a region, log-uniform");
  addRange(command, "--velocity", options.velocity, "Components of b, uniform");
  addRange(command, "--reaction", options.reaction, "r, uniform");
  addRange(command, "--strength", options.strength, "Q, integral of the source f, uniform");
  addRange(command, "--source-position", options.sourcePosition, "Coordinates of the source, uniform");
  command.add_option("--source-width", options.sourceWidth, "Standard deviation of the source")
      ->capture_default_str();
  command.footer(std::string(problemNotes) +
                 "\nExample:\n"
                 "  mpiexec -n 4 terrace data make diffusion-convection-reaction dcr.h5 --train 10000");
  command.callback([wanted, &chosen] {
    chosen = [wanted](const Communicator& comm) {
      makeDiffusionConvectionReaction(wanted->options, wanted->sampling, wanted->file, *comm);
    };
  });
}

void addNeutronDiffusion(CLI::App& parent, Action& chosen) {
  const auto wanted = std::make_shared<Wanted<pde::NeutronDiffusionOptions>>();
  auto& options = wanted->options;
  CLI::App& command = addProblem(parent, "neutron-diffusion",
                                 "Solutions of -div(D grad phi) + Sigma phi = S, one group", *wanted);
  command.add_option("--side", options.side, "Side of the square, cm")->capture_default_str();
  addRange(command, "--diffusion", options.diffusion, "D of a region, cm, log-uniform");
  addRange(command, "--absorption", options.absorption, "Sigma of a region, 1/cm, log-uniform");
  addRange(command, "--source", options.source, "S of a region, 1/(cm^3 s), uniform");
  command
      .add_option_function<std::string>(
          "--vacuum", [&options](const std::string& text) { options.vacuum = parseSides("--vacuum", text); },
          "Sides with a vacuum outside, or none; the others are mirrors")
      ->type_name("SIDES")
      ->default_str("right,top");
  command.footer(std::string(problemNotes) +
                 "\nExample:\n"
                 "  mpiexec -n 4 terrace data make neutron-diffusion neutrons.h5 --train 10000");
  command.callback([wanted, &chosen] {
    chosen = [wanted](const Communicator& comm) {
      makeNeutronDiffusion(wanted->options, wanted->sampling, wanted->file, *comm);
    };
  });
}

void makeDiffusionConvectionReaction(const pde::DiffusionConvectionReactionOptions& options,
                                     const SamplingOptions& sampling, const std::string& file,
                                     const Teuchos::Comm<int>& comm) {
  make<pde::DiffusionConvectionReaction>("diffusion-convection-reaction", options, sampling, file, comm);
}

void makeNeutronDiffusion(const pde::NeutronDiffusionOptions& options, const SamplingOptions& sampling,
                          const std::string& file, const Teuchos::Comm<int>& comm) {
  make<pde::NeutronDiffusion>("neutron-diffusion", options, sampling, file, comm);
}

pde::Range parseRange(const std::string& option, const std::string& text) {
  const auto parts = splitAtCommas(text);
  if (parts.size() == 1 || parts.size() == 2) {
    const auto lowest = parseNumber(parts.front());
    const auto highest = parseNumber(parts.back());
    if (lowest && highest) return {*lowest, *highest};
  }
  throw std::invalid_argument(option + ": \"" + text + "\" is not a range; expected LOW,HIGH or one number.");
}

std::string optionText(const pde::Range& range) {
  return shortestText(range.lowest) + "," + shortestText(range.highest);
}

std::vector<pde::Side> parseSides(const std::string& option, const std::string& text) {
  static const std::vector<std::string> names{"left", "right", "bottom", "top"};
  if (text == "none") return {};
  std::vector<pde::Side> sides;
  for (const auto& name : splitAtCommas(text)) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      const std::string nearest = nearestName(name, names);
      throw std::invalid_argument(option + ": \"" + name + "\" is not a side; " +
                                  (nearest.empty() ? "" : "did you mean \"" + nearest + "\"? ") +
                                  "Expected some of left, right, bottom, top, or none.");
    }
    const auto side = static_cast<pde::Side>(found - names.begin());
    if (std::find(sides.begin(), sides.end(), side) == sides.end()) sides.push_back(side);
  }
  return sides;
}

} // namespace terrace::program
