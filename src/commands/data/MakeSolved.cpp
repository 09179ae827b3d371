#include "commands/data/MakeSolved.hpp"

#include "Version.hpp"
#include "commands/data/Info.hpp"
#include "commands/data/MakeGenerated.hpp"
#include "io/OutputFile.hpp"
#include "io/Progress.hpp"
#include "io/Terminal.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/parameters/ParameterText.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <Teuchos_Comm.hpp>

#include <algorithm>
#include <charconv>
#include <iostream>
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

} // namespace

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
  throw std::invalid_argument(option + ": \"" + text + "\" is no range; expected LOW,HIGH or one number.");
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
      throw std::invalid_argument(option + ": \"" + name + "\" is no side; " +
                                  (nearest.empty() ? "" : "did you mean \"" + nearest + "\"? ") +
                                  "Expected some of left, right, bottom, top, or none.");
    }
    const auto side = static_cast<pde::Side>(found - names.begin());
    if (std::find(sides.begin(), sides.end(), side) == sides.end()) sides.push_back(side);
  }
  return sides;
}

} // namespace terrace::program
