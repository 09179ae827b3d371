#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace terrace::program {

/// An array in a file, read block by block from its first row on: rows are its first dimension, and the
/// columns of a row are all that the others have, in C order. A vector is a matrix of one column.
class ArrayReader {
public:
  virtual ~ArrayReader() = default;

  /// All extents, as in the file.
  const std::vector<std::size_t>& shape() const { return shape_; }
  std::size_t rows() const { return shape_.front(); }
  std::size_t columns() const;
  /// Whether the numbers are unsigned bytes, as those of images are.
  bool hasBytes() const { return hasBytes_; }

  /// Reads the next \p count rows, row-major. Numbers of any type become doubles.
  /// \throws std::invalid_argument if the file is damaged.
  virtual std::vector<double> next(std::size_t count) = 0;

protected:
  /// \param shape  at least one extent.
  ArrayReader(std::vector<std::size_t> shape, bool hasBytes)
      : shape_(std::move(shape)), hasBytes_(hasBytes) {}

private:
  std::vector<std::size_t> shape_;
  bool hasBytes_;
};

/// Whether a file is HDF5, but for MATLAB's.
bool isHdf5(const std::string& path);

/// "60000 x 28 x 28", for messages.
std::string shapeText(const std::vector<std::size_t>& shape);

/// Where an array that is stored by columns (Fortran order) has the columns of a row: those in C order are
/// columns result[0], result[1], ... of the stored ones.
std::vector<std::size_t> storedColumns(const std::vector<std::size_t>& shape);

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
  /// \param dimensions  most that the array may have; those behind the first are the columns.
  /// \throws std::invalid_argument if it has more or holds no numbers.
  virtual std::unique_ptr<ArrayReader> array(const std::string& name, std::size_t dimensions = 2) const = 0;
};

} // namespace terrace::program
