#include "arrays/MatlabArrays.hpp"

#include "arrays/ColumnReader.hpp"

#include <cstdint>
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

// The numbers of a variable, by columns; none if it holds no numbers.
std::vector<double> valuesOf(const matvar_t& variable) {
  std::size_t count = 1;
  for (int d = 0; d < variable.rank; ++d) count *= variable.dims[d];
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
    const Variable variable(Mat_VarRead(file.get(), name.c_str()), Mat_VarFree);
    if (!variable) throw std::invalid_argument(where + ": cannot be read; the file is damaged.");
    if (variable->rank < 2 || static_cast<std::size_t>(variable->rank) > dimensions)
      throw std::invalid_argument(where + ": has " + std::to_string(variable->rank) +
                                  " dimensions; expected a matrix, samples x columns.");
    const bool isDeep = variable->rank == 3;
    const std::size_t rows = variable->dims[0],
                      columns = variable->dims[1] * (isDeep ? variable->dims[2] : std::size_t{1});
    if (variable->isComplex != 0) throw std::invalid_argument(where + ": holds complex numbers.");
    if (rows * columns > 0 && variable->data == nullptr)
      throw std::invalid_argument(where + ": cannot be read; the file is damaged.");
    auto values = valuesOf(*variable);
    if (values.size() != rows * columns)
      throw std::invalid_argument(where + ": is " + classText(variable->class_type) +
                                  "; expected a matrix of numbers.");
    const bool isVector = !isDeep && rows == 1 && columns > 1; // a row of labels
    return std::make_unique<ColumnReader>(std::move(values), isVector ? columns : rows,
                                          isVector ? 1 : columns, isDeep ? variable->dims[1] : 0);
  }

private:
  std::string path_;
  std::vector<std::string> names_;
};

} // namespace

std::unique_ptr<ArrayFile> openMatlab5(const std::string& path) {
  return std::make_unique<Matlab5File>(path);
}

} // namespace terrace::program
