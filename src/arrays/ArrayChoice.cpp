#include "arrays/ArrayChoice.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace terrace::program {
namespace {

using dataset::TableConversion;

// Of inputs: samples x channels x height x width.
constexpr std::size_t mostDimensions = 4;

bool isNpyFile(const std::string& name) {
  return name.size() > 4 && name.substr(name.size() - 4) == ".npy";
}

// A number from 1 as an index; `none` if the text is no such number.
constexpr std::size_t none = static_cast<std::size_t>(-1);
std::size_t indexOf(const std::string& text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0 ? number - 1 : none;
}

} // namespace

ArrayChoice::ArrayChoice(const std::string& path, const TableConversion& conversion)
    : path_(path), conversion_(conversion), file_(ArrayFile::open(path)) {
  if (!file_)
    throw std::invalid_argument(path + ": is not a file of arrays, as " + conversion.table + " is.");
  matrix_ = inputArray();
}

ColumnSource ArrayChoice::inputs() const {
  const bool isNamed = conversion_.inputs.size() == 1 && isArray(conversion_.inputs.front());
  if (!conversion_.inputs.empty() && !isNamed) return columnsOfMatrix(conversion_.inputs);
  auto reader = file_->array(matrix_, mostDimensions);
  if (conversion_.channelsLast) return ColumnSource::channelsFirst(std::move(reader), shown(matrix_));
  if (reader->shape().size() > 2) return {std::move(reader), shown(matrix_)};
  std::vector<std::size_t> columns;
  for (std::size_t column = 0; column < reader->columns(); ++column)
    if (!isUsed(column)) columns.push_back(column);
  if (columns.empty()) throw std::invalid_argument(path_ + ": no column is left for inputs.");
  return {std::move(reader), shown(matrix_), std::move(columns)};
}

ColumnSource ArrayChoice::label(const ColumnSource& inputs) const {
  auto found = source({conversion_.label});
  requireRows(found, inputs);
  if (found.columns() != 1)
    throw std::invalid_argument(found.name() + ": has " + std::to_string(found.columns()) +
                                " columns; expected one label a sample.");
  return found;
}

ColumnSource ArrayChoice::derivatives(const std::string& name, std::size_t length) const {
  const auto other = isArray(name) ? nullptr : isNpyFile(name) ? ArrayFile::open(name) : nullptr;
  if (!isArray(name) && !other)
    throw std::invalid_argument(path_ + ": has no array \"" + name + "\" of derivatives.");
  auto reader = other ? other->array("", 3) : file_->array(name, 3);
  ColumnSource found(std::move(reader), other ? name : shown(name));
  if (length > 0 && found.columns() != length)
    throw std::invalid_argument(found.name() + ": has " + std::to_string(found.columns()) +
                                " numbers a sample; expected " + std::to_string(length) + ".");
  return found;
}

bool ArrayChoice::isArray(const std::string& name) const {
  const auto names = file_->names();
  return !name.empty() && std::find(names.begin(), names.end(), name) != names.end();
}

// Whether a column of the matrix is a label or a target.
bool ArrayChoice::isUsed(std::size_t column) const {
  const auto names = [&](const std::string& text) {
    return !isArray(text) && !isNpyFile(text) && indexOf(text) == column;
  };
  return names(conversion_.label) ||
         std::any_of(conversion_.targets.begin(), conversion_.targets.end(), names);
}

// The matrix of the inputs: named, or the only array that is nothing else.
std::string ArrayChoice::inputArray() const {
  if (conversion_.inputs.size() == 1 && isArray(conversion_.inputs.front()))
    return conversion_.inputs.front();
  std::vector<std::string> left;
  const auto isOther = [&](const std::string& name) {
    return name == conversion_.label || name == conversion_.jacobians || name == conversion_.directions ||
           name == conversion_.derivatives;
  };
  for (const auto& name : file_->names())
    if (name.empty() || (!isOther(name) && std::find(conversion_.targets.begin(), conversion_.targets.end(),
                                                     name) == conversion_.targets.end()))
      left.push_back(name);
  if (left.size() == 1) return left.front();
  std::string names;
  for (const auto& name : file_->names()) names += (names.empty() ? "" : ", ") + name;
  throw std::invalid_argument(path_ + ": is " + file_->kind() + " with the arrays " + names +
                              "; name one for --inputs, and one for --label or --targets.");
}

ColumnSource ArrayChoice::columnsOfMatrix(const std::vector<std::string>& numbers) const {
  auto reader = file_->array(matrix_);
  std::vector<std::size_t> columns;
  for (const auto& text : numbers) {
    const std::size_t column = indexOf(text);
    if (column >= reader->columns())
      throw std::invalid_argument(shown(matrix_) + ": has no array and no column \"" + text +
                                  "\"; expected a number in 1.." + std::to_string(reader->columns()) + ".");
    columns.push_back(column);
  }
  return {std::move(reader), shown(matrix_), std::move(columns)};
}

ColumnSource ArrayChoice::source(const std::vector<std::string>& names) const {
  if (names.size() != 1 || (!isArray(names.front()) && !isNpyFile(names.front())))
    return columnsOfMatrix(names);
  const std::string& name = names.front();
  const auto other = isArray(name) ? nullptr : ArrayFile::open(name);
  if (!isArray(name) && !other) throw std::invalid_argument(name + ": is not a NumPy array.");
  auto reader = other ? other->array("") : file_->array(name);
  return {std::move(reader), other ? name : shown(name)};
}

void requireRows(const ColumnSource& source, const ColumnSource& inputs) {
  if (source.rows() != inputs.rows())
    throw std::invalid_argument(source.name() + ": has " + std::to_string(source.rows()) + " rows; " +
                                inputs.name() + " has " + std::to_string(inputs.rows()) + ".");
}

} // namespace terrace::program
