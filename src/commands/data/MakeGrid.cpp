#include "commands/data/MakeGrid.hpp"

#include "commands/data/InputsFile.hpp"

#include <cmath>
#include <memory>
#include <stdexcept>

namespace terrace::program {
namespace {

constexpr double mostPoints = 1e8;

void check(const GridOptions& options) {
  if (options.lower.size() != options.upper.size() || options.lower.empty())
    throw std::invalid_argument("data make grid: --lower has " + std::to_string(options.lower.size()) +
                                " numbers and --upper " + std::to_string(options.upper.size()) +
                                "; expected one of both for each feature.");
  for (std::size_t i = 0; i < options.lower.size(); ++i)
    if (!(std::isfinite(options.lower[i]) && std::isfinite(options.upper[i]) &&
          options.lower[i] < options.upper[i]))
      throw std::invalid_argument("data make grid: --lower is not below --upper in direction " +
                                  std::to_string(i + 1) + ".");
  if (options.points < 2) throw std::invalid_argument("data make grid: --points must be at least 2.");
  if (std::pow(options.points, static_cast<double>(options.lower.size())) > mostPoints)
    throw std::invalid_argument("data make grid: more than 1e8 points; lower --points.");
}

// The grid, samples x features, the last feature runs fastest.
std::vector<double> gridPoints(const GridOptions& options) {
  const std::size_t features = options.lower.size();
  const auto points = static_cast<std::size_t>(options.points);
  std::size_t samples = 1;
  for (std::size_t j = 0; j < features; ++j) samples *= points;
  std::vector<double> inputs(samples * features);
  for (std::size_t i = 0; i < samples; ++i) {
    std::size_t rest = i;
    for (std::size_t j = features; j-- > 0; rest /= points) {
      const double t = static_cast<double>(rest % points) / static_cast<double>(points - 1);
      inputs[i * features + j] = options.lower[j] + t * (options.upper[j] - options.lower[j]);
    }
  }
  return inputs;
}

} // namespace

void addGrid(CLI::App& parent, Action& chosen) {
  const auto options = std::make_shared<GridOptions>();
  CLI::App* grid = parent.add_subcommand("grid", "Inputs on a regular grid, for predict");
  grid->add_option("FILE", options->file, "File to write; replaced if it exists")->required();
  grid->add_option("--lower", options->lower, "Lower ends, one for each feature")
      ->delimiter(',')
      ->capture_default_str();
  grid->add_option("--upper", options->upper, "Upper ends, one for each feature")
      ->delimiter(',')
      ->capture_default_str();
  grid->add_option("--points", options->points, "Points in each direction, ends included")
      ->capture_default_str();
  grid->footer("Example:\n  terrace data make grid grid.h5 --lower -1,-1 --upper 1,1 --points 200");
  grid->callback(
      [options, &chosen] { chosen = [options](const Communicator& comm) { makeGrid(*options, *comm); }; });
}

void makeGrid(const GridOptions& options, const Teuchos::Comm<int>& comm) {
  dataset::runOnRoot(comm, [&] {
    check(options);
    writeInputs(options.file, gridPoints(options), options.lower.size());
  });
}

} // namespace terrace::program
