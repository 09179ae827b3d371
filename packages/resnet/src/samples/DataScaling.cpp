#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/parameters/CompensatedSum.hpp>
#include <terrace/resnet/samples/DataScaling.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <stdexcept>

namespace terrace::resnet {
namespace {

constexpr const char* inputName = "Input Normalization";
constexpr const char* targetName = "Target Normalization";

// Gives all pixels of a channel the mean of their values.
void poolChannels(std::vector<double>& values, int pixels) {
  const auto together = static_cast<std::size_t>(pixels);
  for (std::size_t first = 0; first < values.size(); first += together) {
    CompensatedSum sum;
    for (std::size_t j = first; j < first + together; ++j) sum.add(values[j]);
    const double mean = sum.value() / pixels;
    std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(first), together, mean);
  }
}

// The mean over all ranks of term(value, column) of each column, or of each channel of so many pixels: summed
// over the samples that lie together first, then compensated, so that it does not depend on the number of
// ranks.
template <class Term>
std::vector<double> columnMeans(const std::vector<double>& rows, int columns, const Teuchos::Comm<int>& comm,
                                int pixels, const Term& term) {
  const auto width = static_cast<std::size_t>(columns);
  const std::size_t count = rows.size() / width;
  std::vector<CompensatedSum> sums(width + 1);
  sums[width].add(static_cast<double>(count));
  constexpr std::size_t together = samplesOfGroup;
  for (std::size_t group = 0; group < count; group += together)
    for (std::size_t j = 0; j < width; ++j) {
      double sum = 0;
      for (std::size_t i = group; i < std::min(group + together, count); ++i)
        sum += term(rows[i * width + j], j);
      sums[j].add(sum);
    }
  sumOverRanks(comm, sums.data(), columns + 1);
  std::vector<double> means(width);
  for (std::size_t j = 0; j < width; ++j) means[j] = sums[j].value() / sums[width].value();
  if (pixels > 1) poolChannels(means, pixels);
  return means;
}

// Smallest and largest value of each column, the latter with its sign changed.
std::vector<double> columnRanges(const std::vector<double>& rows, int columns,
                                 const Teuchos::Comm<int>& comm) {
  const auto width = static_cast<std::size_t>(columns);
  std::vector<double> local(2 * width, std::numeric_limits<double>::infinity());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    local[i % width] = std::min(local[i % width], rows[i]);
    local[width + i % width] = std::min(local[width + i % width], -rows[i]);
  }
  std::vector<double> global(local.size());
  Teuchos::reduceAll(comm, Teuchos::REDUCE_MIN, 2 * columns, local.data(), global.data());
  return global;
}

// A power of two of about the size of the largest value of each column, or of each channel of so many pixels,
// over all ranks, 1 if all are 0. Numbers divided by it lose no digit, and their squares neither overflow nor
// vanish.
template <class Term>
std::vector<double> columnUnits(const std::vector<double>& rows, int columns, const Teuchos::Comm<int>& comm,
                                int pixels, const Term& term) {
  const auto width = static_cast<std::size_t>(columns);
  std::vector<double> local(width, 0.0), units(width);
  for (std::size_t i = 0; i < rows.size(); ++i)
    local[i % width] = std::max(local[i % width], std::abs(term(rows[i], i % width)));
  Teuchos::reduceAll(comm, Teuchos::REDUCE_MAX, columns, local.data(), units.data());
  for (auto first = units.begin(); first != units.end(); first += pixels)
    std::fill_n(first, pixels, *std::max_element(first, first + pixels));
  for (double& unit : units) unit = unit > 0 && std::isfinite(unit) ? std::ldexp(1.0, std::ilogb(unit)) : 1.0;
  return units;
}

// The deviations of equal values are rounding errors of their mean. \param size  of the values.
double usableScale(double scale, double size) {
  return scale > 1e-13 * std::abs(size) ? scale : 1.0;
}

// Mean and standard deviation of each column, or of each channel of so many pixels.
void standardize(DataScaling& found, const std::vector<double>& rows, int columns,
                 const Teuchos::Comm<int>& comm, int pixels) {
  const auto value = [](double x, std::size_t) { return x; };
  const auto units = columnUnits(rows, columns, comm, pixels, value);
  found.shift =
      columnMeans(rows, columns, comm, pixels, [&units](double x, std::size_t j) { return x / units[j]; });
  for (std::size_t j = 0; j < units.size(); ++j) found.shift[j] *= units[j];
  const auto deviation = [&found](double x, std::size_t j) { return x - found.shift[j]; };
  const auto deviations = columnUnits(rows, columns, comm, pixels, deviation);
  const auto variances = columnMeans(rows, columns, comm, pixels, [&](double x, std::size_t j) {
    const double scaled = deviation(x, j) / deviations[j];
    return scaled * scaled;
  });
  for (std::size_t j = 0; j < units.size(); ++j) found.scale[j] = deviations[j] * std::sqrt(variances[j]);
}

// Channels are of inputs, and for images alone.
ScalingType channelType(const Shape& input) {
  if (input.pixels() > 1) return ScalingType::Channel;
  throw ParameterError("Data: \"" + std::string(inputName) +
                       "\" = \"Channel\" is for images, and the inputs are " + std::to_string(input.size()) +
                       " numbers without height and width (input_shape); expected \"Standard\", which scales "
                       "each input by itself.");
}

} // namespace

DataScaling DataScaling::identity(int columns) {
  const auto width = static_cast<std::size_t>(columns);
  return {std::vector<double>(width, 0.0), std::vector<double>(width, 1.0)};
}

DataScaling DataScaling::of(ScalingType type, const std::vector<double>& rows, int columns,
                            const Teuchos::Comm<int>& comm, int pixels) {
  if (type == ScalingType::Logarithm) {
    DataScaling logarithm = identity(columns);
    logarithm.logarithm = true;
    logarithm.requireDomain(rows, comm);
    std::vector<double> logarithms(rows);
    logarithm.apply(logarithms);
    DataScaling found = of(ScalingType::Standard, logarithms, columns, comm);
    found.logarithm = true;
    // A logarithm has the rounding error of a number of size 1 even where it is small itself.
    for (double& scale : found.scale) scale = usableScale(scale, 1.0);
    return found;
  }
  DataScaling found = identity(columns);
  const auto width = static_cast<std::size_t>(columns);
  if (type == ScalingType::Standard || type == ScalingType::Channel) {
    standardize(found, rows, columns, comm, type == ScalingType::Channel ? pixels : 1);
  } else if (type == ScalingType::UnitRange) {
    const auto ranges = columnRanges(rows, columns, comm);
    for (std::size_t j = 0; j < width; ++j) {
      found.shift[j] = 0.5 * ranges[j] - 0.5 * ranges[width + j];
      found.scale[j] = -0.5 * ranges[width + j] - 0.5 * ranges[j];
    }
  }
  for (std::size_t j = 0; j < width; ++j) found.scale[j] = usableScale(found.scale[j], found.shift[j]);
  return found;
}

void DataScaling::requireDomain(const std::vector<double>& rows, const Teuchos::Comm<int>& comm) const {
  if (!logarithm) return;
  double least = std::numeric_limits<double>::infinity(), leastOfAll = least;
  for (const double x : rows) least = std::min(least, x);
  Teuchos::reduceAll(comm, Teuchos::REDUCE_MIN, least, Teuchos::outArg(leastOfAll));
  if (leastOfAll > 0) return;
  std::ostringstream text;
  text << "Data: \"" << targetName << "\" = \"Logarithm\" is for positive targets and one is " << leastOfAll
       << "; expected \"Standard\".";
  throw std::invalid_argument(text.str());
}

bool DataScaling::isIdentity() const {
  return !logarithm && std::all_of(shift.begin(), shift.end(), [](double x) { return x == 0; }) &&
         std::all_of(scale.begin(), scale.end(), [](double x) { return x == 1; });
}

void DataScaling::apply(std::vector<double>& rows) const {
  if (logarithm)
    for (double& x : rows) x = std::log(x);
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows[i] = (rows[i] - shift[i % shift.size()]) / scale[i % shift.size()];
}

void DataScaling::invert(std::vector<double>& rows) const {
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows[i] = rows[i] * scale[i % shift.size()] + shift[i % shift.size()];
  if (logarithm)
    for (double& x : rows) x = std::exp(x);
}

void declareDataScaling(Teuchos::ParameterList& data) {
  const std::vector<std::string> choices{"Automatic", "None", "Standard", "Unit Range"};
  auto ofInputs = choices, ofTargets = choices;
  ofInputs.emplace_back("Channel");
  ofTargets.emplace_back("Logarithm");
  declareChoice(
      data, inputName, "Automatic",
      "Map of each input before the network, made from the training samples: none, to mean 0 and "
      "standard deviation 1 (Standard), to [-1, 1] (Unit Range). Channel, for images: one map of all "
      "pixels of a channel, to mean 0 and standard deviation 1. Automatic: Standard for "
      "regression, None for classification; with an initial guess from a file, the map of that "
      "network.",
      ofInputs);
  declareChoice(data, targetName, "Automatic",
                "The same for each target of a regression, without Channel. Logarithm: Standard of the "
                "logarithms, for positive targets. The loss is of scaled targets; errors are in the units of "
                "the data.",
                ofTargets);
}

ScalingType scalingType(const Teuchos::ParameterList& data, const std::string& name, bool regression,
                        const Shape& input) {
  const auto choice = data.get<std::string>(name);
  if (choice == "None" || (choice == "Automatic" && !regression)) return ScalingType::None;
  if (name == targetName && !regression)
    throw ParameterError("Data: \"" + name + "\" = \"" + choice +
                         "\" is for regression and the data set has classes; expected \"None\".");
  if (choice == "Channel") return channelType(input);
  if (choice == "Logarithm") return ScalingType::Logarithm;
  return choice == "Unit Range" ? ScalingType::UnitRange : ScalingType::Standard;
}

} // namespace terrace::resnet
