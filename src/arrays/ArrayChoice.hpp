#pragma once

#include "arrays/ArrayFile.hpp"
#include "arrays/ColumnSource.hpp"

#include <terrace/dataset/TableConversion.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace terrace::program {

/// The arrays and columns of one file that a conversion asks for, as convertArrays() says.
class ArrayChoice {
public:
  /// \param path        of the training or the test samples.
  /// \param conversion  must outlive the object.
  /// \throws std::invalid_argument if the file has no arrays, or it is unclear which one has the inputs.
  ArrayChoice(const std::string& path, const dataset::TableConversion& conversion);

  const ArrayFile& file() const { return *file_; }

  /// The inputs: an array of up to four dimensions without the columns that are labels or targets.
  ColumnSource inputs() const;
  /// One label a row. \throws std::invalid_argument if there are more columns, or other rows than \p inputs
  /// has.
  ColumnSource label(const ColumnSource& inputs) const;
  ColumnSource targets() const { return source(conversion_.targets); }

  /// An array of derivatives with so many numbers a sample (0: any), in C order.
  ColumnSource derivatives(const std::string& name, std::size_t length) const;

private:
  bool isArray(const std::string& name) const;
  std::string shown(const std::string& array) const { return path_ + (array.empty() ? "" : ": " + array); }
  bool isUsed(std::size_t column) const;
  std::string inputArray() const;
  ColumnSource columnsOfMatrix(const std::vector<std::string>& numbers) const;
  ColumnSource source(const std::vector<std::string>& names) const;

  std::string path_;
  const dataset::TableConversion& conversion_;
  std::unique_ptr<ArrayFile> file_;
  std::string matrix_;
};

/// \throws std::invalid_argument if a source has other rows than \p inputs.
void requireRows(const ColumnSource& source, const ColumnSource& inputs);

} // namespace terrace::program
