#pragma once

#include <terrace/pde/ParametricProblem.hpp>

#include <string>

namespace terrace::pde::detail {

/// "0.01": the shortest text of a number that is read back as it is.
std::string numberText(double value);

/// "0.01..1", or "1" if fixed.
std::string rangeText(const Range& range);

/// \throws std::invalid_argument "kappa = -1..1 is not valid; expected ..." unless lowest <= range <=
/// highest,
///         the range is finite and not upside down.
void requireRange(const std::string& option, const Range& range, double lowest, double highest);

/// The same for a single number.
void requireNumber(const std::string& option, double value, double lowest, double highest);

/// The same as requireRange() for ends that must be positive.
void requirePositive(const std::string& option, const Range& range);

/// Checks the options of all problems but for the cells, which SquareMesh checks.
void requireValid(const ProblemOptions& options);

} // namespace terrace::pde::detail
