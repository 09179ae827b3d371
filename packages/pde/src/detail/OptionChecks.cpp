#include "OptionChecks.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace terrace::pde::detail {
namespace {

constexpr int mostRegions = 16;
constexpr int mostPoints = 16;
constexpr double smallestTolerance = 1e-12;
constexpr double largestTolerance = 1e-2;

[[noreturn]] void reject(const std::string& option, const std::string& value, const std::string& expected) {
  throw std::invalid_argument(option + " = " + value + " is not valid; expected " + expected + ".");
}

void requireCount(const std::string& option, int value, int lowest, int highest) {
  if (value < lowest || value > highest)
    reject(option, std::to_string(value), std::to_string(lowest) + ".." + std::to_string(highest));
}

bool ordered(const Range& range) {
  return std::isfinite(range.lowest) && std::isfinite(range.highest) && range.lowest <= range.highest;
}

// The number nearest to \p cells that \p regions divides.
int nearestMultiple(int cells, int regions) {
  const int below = cells / regions * regions;
  return cells - below <= below + regions - cells && below >= SquareMesh::fewestCells ? below
                                                                                      : below + regions;
}

} // namespace

std::string numberText(double value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value).ptr;
  return {buffer, end};
}

std::string rangeText(const Range& range) {
  return range.lowest == range.highest ? numberText(range.lowest)
                                       : numberText(range.lowest) + ".." + numberText(range.highest);
}

void requireRange(const std::string& option, const Range& range, double lowest, double highest) {
  constexpr double unbounded = std::numeric_limits<double>::max();
  if (ordered(range) && range.lowest >= lowest && range.highest <= highest) return;
  std::string expected = "two numbers, the smaller one first";
  if (lowest > -unbounded && highest < unbounded) {
    expected += ", both in " + numberText(lowest) + ".." + numberText(highest);
  } else if (lowest > -unbounded) {
    expected += ", both at least " + numberText(lowest);
  }
  reject(option, rangeText(range), expected);
}

void requireNumber(const std::string& option, double value, double lowest, double highest) {
  if (!(value >= lowest && value <= highest))
    reject(option, numberText(value), numberText(lowest) + ".." + numberText(highest));
}

void requirePositive(const std::string& option, const Range& range) {
  if (!(ordered(range) && range.lowest > 0))
    reject(option, rangeText(range), "two positive numbers, the smaller one first");
}

void requireValid(const ProblemOptions& options) {
  requireCount("regions", options.regions, 1, mostRegions);
  requireCount("points", options.points, 0, mostPoints);
  requireNumber("tolerance", options.tolerance, smallestTolerance, largestTolerance);
  if (options.cells >= SquareMesh::fewestCells && options.cells % options.regions != 0)
    reject("cells", std::to_string(options.cells),
           "a multiple of regions = " + std::to_string(options.regions) + ", such as " +
               std::to_string(nearestMultiple(options.cells, options.regions)));
}

} // namespace terrace::pde::detail
