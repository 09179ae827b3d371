#pragma once

#include "arrays/ArrayFile.hpp"

#include <utility>
#include <vector>

namespace terrace::program {

/// An array in memory that is stored by columns, as MATLAB does.
class ColumnReader : public ArrayReader {
public:
  ColumnReader(std::vector<double> byColumns, const std::vector<std::size_t>& shape, bool hasBytes)
      : ArrayReader(shape, hasBytes), values_(std::move(byColumns)), stored_(storedColumns(shape)) {}

  std::vector<double> next(std::size_t count) override {
    std::vector<double> block(count * stored_.size());
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t j = 0; j < stored_.size(); ++j)
        block[i * stored_.size() + j] = values_[stored_[j] * rows() + row_ + i];
    row_ += count;
    return block;
  }

private:
  std::vector<double> values_;
  std::vector<std::size_t> stored_;
  std::size_t row_ = 0;
};

} // namespace terrace::program
