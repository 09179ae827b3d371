#pragma once

#include "arrays/ArrayFile.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace terrace::program {

/// Columns of an array in a file, read block by block.
class ColumnSource {
public:
  /// \param name  of file and array, for messages.
  ColumnSource(std::unique_ptr<ArrayReader> reader, std::string name, std::vector<std::size_t> columns);
  /// All columns, as the array has them.
  ColumnSource(std::unique_ptr<ArrayReader> reader, std::string name);
  /// All columns, of an array samples x height x width x channels: the channels come first.
  /// \throws std::invalid_argument if it has other dimensions.
  static ColumnSource channelsFirst(std::unique_ptr<ArrayReader> reader, std::string name);

  std::size_t rows() const { return reader_->rows(); }
  std::size_t columns() const { return columns_.size(); }
  const std::string& name() const { return name_; }
  bool hasBytes() const { return reader_->hasBytes(); }

  /// Of a row: if it is a whole row of an array of more than two dimensions, all but the first of these, else
  /// the number of columns.
  const std::vector<std::size_t>& rowShape() const { return rowShape_; }

  /// The next rows, row-major. \throws std::invalid_argument that names a number that is not finite.
  std::vector<double> next(std::size_t count);

private:
  std::unique_ptr<ArrayReader> reader_;
  std::string name_;
  std::vector<std::size_t> columns_;
  std::vector<std::size_t> rowShape_;
  std::size_t row_ = 0;
};

} // namespace terrace::program
