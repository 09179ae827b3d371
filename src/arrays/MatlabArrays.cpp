#include "arrays/MatlabArrays.hpp"

#include "arrays/ColumnReader.hpp"

#include <cstdint>
#include <filesystem>
#include <matio.h>
#include <stdexcept>
#include <utility>

namespace terrace::program {
namespace {

using File = std::unique_ptr<mat_t, int (*)(mat_t*)>;
using Variable = std::unique_ptr<matvar_t, void (*)(matvar_t*)>;

File openFile(const std::string& path) {
  Mat_LogInitFunc("terrace", [](int, auto*) {}); // libmatio would print; newer: const char*
  File file(Mat_Open(path.c_str(), MAT_ACC_RDONLY), Mat_Close);
  if (!file) throw std::invalid_argument(path + ": is damaged, or not a MATLAB file of versions 5 to 7.");
  return file;
}

template <class T>
std::vector<double> numbers(const matvar_t& variable, std::size_t count) {
  const T* first = static_cast<const T*>(variable.data);
  return {first, first + count};
}

// Bytes of a number of a class; 0: it has no numbers.
std::size_t sizeOf(matio_classes type) {
  switch (type) {
  case MAT_C_INT8:
  case MAT_C_UINT8:
    return 1;
  case MAT_C_INT16:
  case MAT_C_UINT16:
    return 2;
  case MAT_C_SINGLE:
  case MAT_C_INT32:
  case MAT_C_UINT32:
    return 4;
  case MAT_C_DOUBLE:
  case MAT_C_INT64:
  case MAT_C_UINT64:
    return 8;
  default:
    return 0;
  }
}

// The numbers of a variable, by columns.
std::vector<double> valuesOf(const matvar_t& variable, std::size_t count) {
  switch (variable.class_type) {
  case MAT_C_DOUBLE:
    return numbers<double>(variable, count);
  case MAT_C_SINGLE:
    return numbers<float>(variable, count);
  case MAT_C_INT8:
    return numbers<std::int8_t>(variable, count);
  case MAT_C_UINT8:
    return numbers<std::uint8_t>(variable, count);
  case MAT_C_INT16:
    return numbers<std::int16_t>(variable, count);
  case MAT_C_UINT16:
    return numbers<std::uint16_t>(variable, count);
  case MAT_C_INT32:
    return numbers<std::int32_t>(variable, count);
  case MAT_C_UINT32:
    return numbers<std::uint32_t>(variable, count);
  case MAT_C_INT64:
    return numbers<std::int64_t>(variable, count);
  case MAT_C_UINT64:
    return numbers<std::uint64_t>(variable, count);
  default:
    return {};
  }
}

std::string classText(matio_classes type) {
  switch (type) {
  case MAT_C_CHAR:
    return "text";
  case MAT_C_CELL:
    return "a cell array";
  case MAT_C_STRUCT:
    return "a structure";
  case MAT_C_SPARSE:
    return "a sparse matrix; full() makes a plain one";
  default:
    return "no plain matrix";
  }
}

class Matlab5File : public ArrayFile {
public:
  explicit Matlab5File(std::string path) : path_(std::move(path)) {
    const File file = openFile(path_);
    for (Variable variable(Mat_VarReadNextInfo(file.get()), Mat_VarFree); variable;
         variable.reset(Mat_VarReadNextInfo(file.get())))
      if (variable->name != nullptr) names_.emplace_back(variable->name);
  }
  std::string kind() const override { return "a MATLAB file"; }
  std::vector<std::string> names() const override { return names_; }

  std::unique_ptr<ArrayReader> array(const std::string& name, std::size_t dimensions) const override {
    const std::string where = path_ + ": " + name;
    const File file = openFile(path_);
    const Variable variable(Mat_VarReadInfo(file.get(), name.c_str()), Mat_VarFree);
    if (!variable) throw std::invalid_argument(where + ": cannot be read; the file is damaged.");
    if (variable->rank < 2 || static_cast<std::size_t>(variable->rank) > dimensions)
      throw std::invalid_argument(where + ": has " + std::to_string(variable->rank) +
                                  " dimensions; expected a matrix, samples x columns.");
    if (variable->isComplex != 0) throw std::invalid_argument(where + ": holds complex numbers.");
    if (sizeOf(variable->class_type) == 0)
      throw std::invalid_argument(where + ": is " + classText(variable->class_type) +
                                  "; expected a matrix of numbers.");
    auto values = read(file.get(), *variable, where);
    std::vector<std::size_t> shape(variable->dims, variable->dims + variable->rank);
    if (shape.size() == 2 && shape[0] == 1 && shape[1] > 1) shape = {shape[1]}; // a row of labels
    return std::make_unique<ColumnReader>(std::move(values), shape, variable->class_type == MAT_C_UINT8);
  }

private:
  // What the file has no bytes for is refused before libmatio makes room for it.
  std::vector<double> read(mat_t* file, matvar_t& variable, const std::string& where) const {
    constexpr std::uintmax_t mostCompressed = 1100; // deflate makes 1032 bytes of one at most
    const std::size_t size = sizeOf(variable.class_type);
    const std::uintmax_t most = std::filesystem::file_size(path_) * mostCompressed / size;
    std::uintmax_t count = 1;
    for (int d = 0; d < variable.rank; ++d) {
      if (variable.dims[d] > 0 && count > most / variable.dims[d])
        throw std::invalid_argument(where + ": cannot be read; the file is damaged.");
      count *= variable.dims[d];
    }
    if (count == 0) throw std::invalid_argument(where + ": has no numbers.");
    if (Mat_VarReadDataAll(file, &variable) != 0 || variable.data == nullptr ||
        variable.nbytes < count * size)
      throw std::invalid_argument(where + ": cannot be read; the file is damaged.");
    return valuesOf(variable, static_cast<std::size_t>(count));
  }

  std::string path_;
  std::vector<std::string> names_;
};

} // namespace

std::unique_ptr<ArrayFile> openMatlab5(const std::string& path) {
  return std::make_unique<Matlab5File>(path);
}

} // namespace terrace::program
