#pragma once

#include "arrays/ArrayFile.hpp"

#include <utility>

namespace terrace::program {

/// An array in memory that is stored by columns, as MATLAB does.
class ColumnReader : public ArrayReader {
public:
  ColumnReader(std::vector<double> byColumns, std::size_t rows, std::size_t columns, std::size_t middle)
      : ArrayReader(rows, columns, middle), values_(std::move(byColumns)) {}

  std::vector<double> next(std::size_t count) override {
    std::vector<double> block(count * columns());
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t j = 0; j < columns(); ++j) block[i * columns() + j] = values_[j * rows() + row_ + i];
    row_ += count;
    return block;
  }

private:
  std::vector<double> values_;
  std::size_t row_ = 0;
};

} // namespace terrace::program
