#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace terrace::program {

/// A matrix in a file, read block by block from its first row on. A vector is a matrix of one column.
class ArrayReader {
public:
  virtual ~ArrayReader() = default;

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  /// Of an array of three dimensions that is stored by columns, the extent of the second: column j + middle()
  /// k of a row is entry (j, k). 0: the columns are in C order.
  std::size_t middle() const { return middle_; }

  /// Reads the next \p count rows, row-major. Numbers of any type become doubles.
  /// \throws std::invalid_argument if the file is damaged.
  virtual std::vector<double> next(std::size_t count) = 0;

protected:
  ArrayReader(std::size_t rows, std::size_t columns, std::size_t middle = 0)
      : rows_(rows), columns_(columns), middle_(middle) {}

private:
  std::size_t rows_, columns_, middle_;
};

/// A file with arrays of numbers: NumPy's .npy and .npz, MATLAB's .mat, or HDF5 of any layout.
class ArrayFile {
public:
  /// Opens a file of one of these kinds, which its first bytes tell; null: it is of no such kind.
  /// \throws std::invalid_argument if it is damaged or of a kind that cannot be read.
  static std::unique_ptr<ArrayFile> open(const std::string& path);
  virtual ~ArrayFile() = default;

  /// "a NumPy array", for the reader.
  virtual std::string kind() const = 0;
  /// Names of the arrays, in their order; a .npy file has one without a name.
  virtual std::vector<std::string> names() const = 0;
  /// \param dimensions  most that the array may have, 2 or 3; those behind the first are the columns.
  /// \throws std::invalid_argument if it has more or holds no numbers.
  virtual std::unique_ptr<ArrayReader> array(const std::string& name, std::size_t dimensions = 2) const = 0;
};

} // namespace terrace::program
