#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::dataset {

/// What a dataset or attribute holds, whatever its width and byte order.
enum class Hdf5Type { Integer, Float, String, Other };

/// A dense array with its extents; the last index runs fastest (C order, as h5py sees it). A scalar has no
/// extents.
template <class T>
struct Hdf5Array {
  std::vector<std::size_t> shape; ///< extents; their product is the number of values.
  std::vector<T> values;          ///< in C order.
};

/// An open HDF5 file. Names of objects are paths from the root ("layers/block_0000/W"); "/" is the root
/// itself.
///
/// Move only. HDF5's own messages are switched off, every failure is an exception of one line that begins
/// with the file's path and names the object: std::invalid_argument where the file does not hold what was
/// asked for (the user's input), std::runtime_error where it cannot be written.
class Hdf5File {
public:
  /// Makes a file for writing by this process alone; replaces an existing one.
  ///
  /// It is put together in memory and written by close(), in one go; without close() there is no file.
  /// Reason: HDF5 crashes at the end of a program if it could not write a file of its own (a full disk).
  /// \param[in] shownAs  the file's name in messages, if it is written under another name first.
  /// \throws std::runtime_error if \p path cannot be made.
  static Hdf5File create(const std::string& path, const std::string& shownAs = "");

  /// Opens a file for reading by this process alone.
  static Hdf5File open(const std::string& path);

  /// Opens a file for reading by all ranks of \p comm; collective. Each rank reads for itself, not through
  /// MPI-IO, which has no virtual datasets. A failure on one rank is thrown on all.
  static Hdf5File open(const std::string& path, const Teuchos::Comm<int>& comm);

  /// Takes the open file over; \p other may then only be destroyed or assigned to.
  Hdf5File(Hdf5File&& other) noexcept;
  /// Exchanges the two files; \p other closes the one that was here.
  Hdf5File& operator=(Hdf5File&& other) noexcept;
  Hdf5File(const Hdf5File&) = delete;
  Hdf5File& operator=(const Hdf5File&) = delete;
  ~Hdf5File();

  /// Writes a file made by create() and closes.
  /// \throws std::runtime_error if that fails; there is no file then.
  void close();

  /// The file's path, as in messages.
  const std::string& path() const { return path_; }

  /// \name Objects
  /// @{

  /// Makes a group and the groups above it; no effect if it exists.
  void createGroup(const std::string& name);

  /// Whether there is an object of this name, whatever it is; a link that leads nowhere is none.
  bool exists(const std::string& name) const;
  /// Whether there is a group of this name.
  bool isGroup(const std::string& name) const;
  /// Whether there is a dataset of this name.
  bool isDataset(const std::string& name) const;

  /// \throws std::invalid_argument if \p name is no group; it says which link leads nowhere.
  void requireGroup(const std::string& name) const;

  /// Names of the groups and datasets directly inside a group, in alphabetical order.
  std::vector<std::string> members(const std::string& group) const;

  /// Names of all datasets of the file, group by group in alphabetical order, the first \p most. A group is
  /// entered once, although links may lead to it again.
  std::vector<std::string> datasets(std::size_t most = std::numeric_limits<std::size_t>::max()) const;
  /// @}

  /// \name Datasets
  /// @{

  /// Extents of a dataset, empty for a scalar.
  std::vector<std::size_t> shape(const std::string& dataset) const;
  /// What a dataset holds.
  Hdf5Type type(const std::string& dataset) const;
  /// Whether a dataset holds unsigned integers of one byte, as images do.
  bool holdsBytes(const std::string& dataset) const;
  /// The type in words, for messages: "integers", "booleans (an HDF5 enumeration; ...)".
  std::string typeText(const std::string& dataset) const;

  /// Makes a dataset, and the groups above it. T: double, float, int, std::uint8_t, std::int64_t. An empty \p
  /// shape is a scalar. \throws std::invalid_argument if it exists or the number of \p values is not the
  /// product of \p shape.
  template <class T>
  void write(const std::string& dataset, const std::vector<std::size_t>& shape, const std::vector<T>& values);

  /// Makes a one-dimensional dataset of variable-length UTF-8 strings.
  void writeStrings(const std::string& dataset, const std::vector<std::string>& values);

  /// Reads a dataset of numbers, converted to T.
  /// \throws std::invalid_argument if T is an integer and the dataset is not, or if values are missing:
  /// chunks
  ///         that were never written, sources of a virtual dataset, filters. HDF5 itself reads fill values.
  template <class T>
  Hdf5Array<T> read(const std::string& dataset) const;

  /// Reads rows [first, first + count) of the first dimension of a dataset of rank 1 or more, as read() does.
  template <class T>
  std::vector<T> readRows(const std::string& dataset, std::size_t first, std::size_t count) const;

  /// Reads columns [first, first + count) of the last dimension of a dataset of rank 2, in C order: MATLAB
  /// stores the rows of a matrix like this.
  template <class T>
  std::vector<T> readColumns(const std::string& dataset, std::size_t first, std::size_t count) const;

  /// Reads a dataset of strings, of fixed or variable length, of any shape, in C order.
  std::vector<std::string> readStrings(const std::string& dataset) const;
  /// @}

  /// \name Attributes of the object \p object ("/": of the file)
  /// @{

  /// Whether an object has an attribute of this name.
  bool hasAttribute(const std::string& object, const std::string& name) const;

  /// Written as h5py writes it: strings of variable length in UTF-8, numbers in 64 bits, vectors
  /// one-dimensional. An existing attribute is replaced.
  void writeAttribute(const std::string& object, const std::string& name, const std::string& value);
  /// \overload
  void writeAttribute(const std::string& object, const std::string& name, std::int64_t value);
  /// \overload
  void writeAttribute(const std::string& object, const std::string& name, int value);
  /// \overload
  void writeAttribute(const std::string& object, const std::string& name, double value);
  /// \overload
  void writeAttribute(const std::string& object, const std::string& name,
                      const std::vector<std::int64_t>& values);
  /// \overload
  void writeAttribute(const std::string& object, const std::string& name, const std::vector<double>& values);
  /// \overload
  void writeAttribute(const std::string& object, const std::string& name,
                      const std::vector<std::string>& values);

  /// T: std::string (fixed or variable length), std::int64_t, double, std::vector of these. An
  /// integer is taken for a double; an array of one element is taken for a scalar and a scalar for an array.
  template <class T>
  T attribute(const std::string& object, const std::string& name) const;
  /// @}

  /// \name Names, one a column or class, of the whole file
  /// An attribute of strings, or a dataset of the same name where they are too many for one (64 KB).
  /// @{

  /// Stores the names; like writeStrings() or writeAttribute(), as their size demands.
  void writeNames(const std::string& name, const std::vector<std::string>& values);
  /// Whether the file has such names, in either form.
  bool hasNames(const std::string& name) const;
  /// None if the file has none.
  std::vector<std::string> names(const std::string& name) const;
  /// @}

private:
  Hdf5File(std::int64_t id, std::string path, std::string target = {});

  [[noreturn]] void reject(const std::string& object, const std::string& complaint) const;
  [[noreturn]] void failToWrite(const std::string& object) const;

  std::int64_t openDataset(const std::string& name) const;
  void requireWhole(const std::string& name, std::int64_t dataset) const;
  template <class T>
  void requireReadable(const std::string& name, std::int64_t dataset) const;
  std::int64_t openAttribute(const std::string& object, const std::string& name) const;
  template <class T>
  void writeNumbers(const std::string& object, const std::string& name, const std::vector<std::size_t>& shape,
                    const T* values);
  template <class T>
  std::vector<T> attributeNumbers(const std::string& object, const std::string& name) const;

  void writeImage(std::int64_t id) const;

  std::int64_t id_;
  std::string path_;
  std::string target_;                  ///< where close() writes; empty for a file that is read.
  mutable std::set<std::string> whole_; ///< datasets that were found to lack nothing
};

// Documented at the template.
/// \cond
template <>
std::string Hdf5File::attribute(const std::string& object, const std::string& name) const;
template <>
std::int64_t Hdf5File::attribute(const std::string& object, const std::string& name) const;
template <>
double Hdf5File::attribute(const std::string& object, const std::string& name) const;
template <>
std::vector<std::int64_t> Hdf5File::attribute(const std::string& object, const std::string& name) const;
template <>
std::vector<double> Hdf5File::attribute(const std::string& object, const std::string& name) const;
template <>
std::vector<std::string> Hdf5File::attribute(const std::string& object, const std::string& name) const;
/// \endcond

} // namespace terrace::dataset
