#pragma once

#include <terrace/dataset/Dataset.hpp>
#include <terrace/dataset/PartialFile.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace terrace::dataset {

/// Writes a data set block by block: its samples need not fit into memory. For one rank.
///
/// The file is as write() makes it. Its whole size is reserved by the constructor, so a disk that has no room
/// for it is found before the work. Without commit() there is no file.
class DatasetWriter {
public:
  /// \param path          replaced by commit() if it exists.
  /// \param description   everything but the samples: the splits have their numbers of samples, features,
  ///                      outputs and directions, and no values.
  /// \param jacobians     whether the samples of both sets have Jacobians.
  /// \throws std::invalid_argument if there is no room on the disk, std::runtime_error if the file cannot be
  ///         made.
  DatasetWriter(const std::string& path, const Dataset& description, bool jacobians = false);
  ~DatasetWriter();
  DatasetWriter(const DatasetWriter&) = delete;
  DatasetWriter& operator=(const DatasetWriter&) = delete;

  /// Appends samples to "train" or "test".
  /// \throws std::invalid_argument that names the row and column of a value that is not finite, or of a label
  ///         that is no class; std::runtime_error if they cannot be written.
  void append(const std::string& split, const Split& samples);

  /// Gives the file its name. \throws std::logic_error if samples are missing, std::runtime_error if it
  /// fails.
  void commit();

private:
  // A dataset that is filled from its beginning.
  struct Column {
    std::uint64_t offset = 0; // of the next value in the file
    std::size_t values = 0;   // still missing
  };
  struct Columns {
    Column inputs, labels, targets, jacobians, directions, derivatives;
    std::size_t row = 0;
  };

  void makeFile(const Dataset& description);
  void requireRoom(const Dataset& description) const;
  void write(Column& column, const void* values, std::size_t count, std::size_t size);
  void requireValid(const std::string& split, const Split& samples, std::size_t firstRow) const;

  std::string path_;
  PartialFile partial_;
  int classes_;
  bool jacobians_;
  Columns train_, test_;
  int file_ = -1;
};

} // namespace terrace::dataset
