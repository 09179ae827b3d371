#include "arrays/Hdf5Arrays.hpp"

#include "arrays/ColumnReader.hpp"

#include <terrace/dataset/Hdf5File.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace terrace::program {
namespace {

using dataset::Hdf5File;
using dataset::Hdf5Type;

class Hdf5Reader : public ArrayReader {
public:
  // \param byColumns  a row is the last index, as MATLAB stores matrices.
  Hdf5Reader(const std::string& path, std::string name, std::vector<std::size_t> shape, bool hasBytes,
             bool byColumns = false)
      : ArrayReader(std::move(shape), hasBytes), file_(Hdf5File::open(path)), name_(std::move(name)),
        byColumns_(byColumns) {}

  std::vector<double> next(std::size_t count) override {
    const std::size_t first = std::exchange(row_, row_ + count);
    if (!byColumns_) return file_.readRows<double>(name_, first, count);
    const auto stored = file_.readColumns<double>(name_, first, count);
    std::vector<double> values(stored.size());
    for (std::size_t j = 0; j < columns(); ++j)
      for (std::size_t i = 0; i < count; ++i) values[i * columns() + j] = stored[j * count + i];
    return values;
  }

private:
  Hdf5File file_;
  std::string name_;
  bool byColumns_;
  std::size_t row_ = 0;
};

class Hdf5ArrayFile : public ArrayFile {
public:
  Hdf5ArrayFile(std::string path, bool isMatlab)
      : path_(std::move(path)), isMatlab_(isMatlab), names_(namesIn(Hdf5File::open(path_), isMatlab)) {}
  std::string kind() const override {
    return isMatlab_ ? "a MATLAB file (7.3)" : "an HDF5 file of another layout";
  }
  std::vector<std::string> names() const override { return names_; }

  std::unique_ptr<ArrayReader> array(const std::string& name, std::size_t dimensions) const override {
    const Hdf5File file = Hdf5File::open(path_);
    const auto shape = file.shape(name);
    const auto type = file.type(name);
    if (type != Hdf5Type::Float && type != Hdf5Type::Integer)
      throw std::invalid_argument(path_ + ": " + name + ": holds " + file.typeText(name) +
                                  "; expected numbers.");
    if (shape.empty() || shape.size() > dimensions)
      throw std::invalid_argument(path_ + ": " + name + ": is " + shapeText(shape) +
                                  "; expected a matrix, samples x columns.");
    if (std::count(shape.begin(), shape.end(), std::size_t{0}) > 0)
      throw std::invalid_argument(path_ + ": " + name + ": has no numbers.");
    const bool hasBytes = file.holdsBytes(name);
    const bool isVector =
        shape.size() == 2 && shape[0] > 1 && shape[1] == 1; // MATLAB's 1 x n: a row of labels
    if (!isMatlab_ || shape.size() == 1 || isVector)
      return std::make_unique<Hdf5Reader>(path_, name, shape, hasBytes);
    const std::vector<std::size_t> inMatlab(shape.rbegin(),
                                            shape.rend()); // the last dimension is stored first
    if (shape.size() == 2) return std::make_unique<Hdf5Reader>(path_, name, inMatlab, hasBytes, true);
    return std::make_unique<ColumnReader>(file.read<double>(name).values, inMatlab, hasBytes);
  }

private:
  // Names that begin with # are not the user's: MATLAB keeps the parts of cells and structures there. Its
  // variables are at the top.
  static std::vector<std::string> namesIn(const Hdf5File& file, bool isMatlab) {
    auto names = isMatlab ? file.members("/") : file.datasets();
    const auto isOther = [&](const std::string& name) {
      return name[0] == '#' || name.find("/#") != std::string::npos || (isMatlab && !file.isDataset(name));
    };
    names.erase(std::remove_if(names.begin(), names.end(), isOther), names.end());
    return names;
  }

  std::string path_;
  bool isMatlab_;
  std::vector<std::string> names_;
};

} // namespace

std::unique_ptr<ArrayFile> openHdf5(const std::string& path) {
  return std::make_unique<Hdf5ArrayFile>(path, false);
}

std::unique_ptr<ArrayFile> openMatlab73(const std::string& path) {
  return std::make_unique<Hdf5ArrayFile>(path, true);
}

} // namespace terrace::program
