#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace terrace::resnet::detail {

/// An output layer output by output: row i is (V_i, c_i), so that it is a matrix with a column for each
/// output. \param parameters  V row-major, then c: as in the parameter vector.
inline std::vector<double> toRows(const std::vector<double>& parameters, std::size_t outputs) {
  const std::size_t width = parameters.size() / outputs - 1;
  std::vector<double> rows(parameters.size());
  for (std::size_t i = 0; i < outputs; ++i) {
    double* row = rows.data() + i * (width + 1);
    std::copy_n(parameters.begin() + static_cast<std::ptrdiff_t>(i * width), width, row);
    row[width] = parameters[outputs * width + i];
  }
  return rows;
}

/// The inverse of toRows().
inline std::vector<double> toParameters(const std::vector<double>& rows, std::size_t outputs) {
  const std::size_t width = rows.size() / outputs - 1;
  std::vector<double> parameters(rows.size());
  for (std::size_t i = 0; i < outputs; ++i) {
    const double* row = rows.data() + i * (width + 1);
    std::copy_n(row, width, parameters.begin() + static_cast<std::ptrdiff_t>(i * width));
    parameters[outputs * width + i] = row[width];
  }
  return parameters;
}

} // namespace terrace::resnet::detail
