#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace terrace::dataset {

/// An array of unsigned bytes in the IDX format, as MNIST and its relatives come: two zero bytes, 8 for
/// unsigned bytes, the number of extents, the extents as 32-bit integers in big-endian order, the values in C
/// order. Plain or compressed by gzip; read from front to end.
///
/// Errors are std::invalid_argument of one line with the file's path.
class IdxFile {
public:
  /// Whether a file begins as one.
  static bool recognizes(const std::string& path);

  explicit IdxFile(const std::string& path); ///< Reads the header.
  ~IdxFile();
  IdxFile(const IdxFile&) = delete;
  IdxFile& operator=(const IdxFile&) = delete;

  /// Samples, then the shape of one.
  const std::vector<int>& extents() const { return extents_; }

  /// The next values. \throws std::invalid_argument if the file ends before.
  std::vector<std::uint8_t> read(std::size_t count);
  /// \throws std::invalid_argument if there is more.
  void requireEnd();

private:
  struct Stream;

  std::string path_;
  std::unique_ptr<Stream> stream_;
  std::vector<int> extents_;
};

} // namespace terrace::dataset
