#include "commands/data/MakeGenerated.hpp"

#include "commands/data/Info.hpp"
#include "io/OutputFile.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Hdf5File.hpp>

#include <cmath>
#include <filesystem>
#include <iostream>
#include <stdexcept>

namespace terrace::program {
namespace {

constexpr double mostPoints = 1e8;

void makeFolderOf(const std::string& file) {
  std::error_code ignored; // writing the file reports it
  const auto folder = std::filesystem::path(file).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
}

void check(const GridOptions& options) {
  if (options.lower.size() != options.upper.size() || options.lower.empty())
    throw std::invalid_argument("data make grid: --lower has " + std::to_string(options.lower.size()) +
                                " numbers and --upper " + std::to_string(options.upper.size()) +
                                "; expected one each a feature.");
  for (std::size_t i = 0; i < options.lower.size(); ++i)
    if (!(std::isfinite(options.lower[i]) && std::isfinite(options.upper[i]) &&
          options.lower[i] < options.upper[i]))
      throw std::invalid_argument("data make grid: --lower is not below --upper in direction " +
                                  std::to_string(i + 1) + ".");
  if (options.points < 2) throw std::invalid_argument("data make grid: --points must be at least 2.");
  if (std::pow(options.points, static_cast<double>(options.lower.size())) > mostPoints)
    throw std::invalid_argument("data make grid: more than 1e8 points; lower --points.");
}

// The grid, samples x features, the last feature running fastest.
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

void requireWritable(const std::string& file) {
  makeFolderOf(file);
  openOutput(file); // a place that cannot be written is the user's error
}

void makeData(const dataset::Dataset& data, const std::string& file, const Teuchos::Comm<int>& comm) {
  dataset::runOnRoot(comm, [&] {
    requireWritable(file);
    dataset::write(file, data);
    showData(file, std::cout);
  });
}

void makeGrid(const GridOptions& options, const std::string& file, const Teuchos::Comm<int>& comm) {
  dataset::runOnRoot(comm, [&] {
    check(options);
    writeInputs(file, gridPoints(options), options.lower.size());
  });
}

void writeInputs(const std::string& file, const std::vector<double>& inputs, std::size_t features,
                 const std::vector<std::string>& names) {
  makeFolderOf(file);
  auto output = openOutput(file);
  auto target = dataset::Hdf5File::create(output.path(), file);
  target.write("inputs", {inputs.size() / features, features}, inputs);
  if (!names.empty()) target.writeAttribute("/", "input_names", names);
  target.close();
  output.commit();
  std::cout << file << ": " << inputs.size() / features << " inputs of " << features << " features\n";
}

} // namespace terrace::program
