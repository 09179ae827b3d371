#include "detail/TextLines.hpp"

#include <terrace/dataset/TextTable.hpp>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace terrace::dataset {
namespace {

bool isNumber(const std::string& text) {
  return !std::isnan(detail::parseNumber(text));
}

// 0, 1, 2, ... or 1, 2, 3, ...: what programs write where columns have no names, and perhaps a sample.
bool isCount(const std::vector<std::string>& fields) {
  if (fields.size() < 3 || (fields[0] != "0" && fields[0] != "1")) return false;
  const std::size_t first = fields[0] == "0" ? 0 : 1;
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i] != std::to_string(first + i)) return false;
  return true;
}

std::string abridged(const std::string& text) {
  constexpr std::size_t most = 60;
  return text.size() <= most ? text : text.substr(0, most) + "...";
}

} // namespace

TextTable::TextTable(const std::string& path, char delimiter, Header header)
    : path_(path), delimiter_(delimiter) {
  if (std::filesystem::is_directory(path)) throw std::invalid_argument(path + ": is a directory.");
  in_.open(path, std::ios::binary);
  if (!in_) throw std::invalid_argument(path + ": cannot be read (" + std::strerror(errno) + ").");
  if (const std::string encoding = detail::foreignEncoding(in_); !encoding.empty())
    throw std::invalid_argument(path + ": is " + encoding + "; expected UTF-8 (iconv -f " + encoding +
                                " -t UTF-8).");
  if (delimiter_ == 0) delimiter_ = detail::guessDelimiter(path);
  if (!readLine()) throw std::invalid_argument(path + ": is empty.");
  columns_ = fields_.size();
  firstLine_ = line_;
  chooseHeader(header);
}

void TextTable::chooseHeader(Header header) {
  const bool isAuto = header == Header::Auto;
  if (isAuto && isCount(fields_))
    throw std::invalid_argument(path_ + ": line " + std::to_string(line_) + ": " + fields_[0] + ", " +
                                fields_[1] + ", " + fields_[2] +
                                ", ... may be names of columns or a sample; say --header yes or no.");
  rowIsRead_ = header == Header::No || (isAuto && std::any_of(fields_.begin(), fields_.end(), isNumber));
  if (rowIsRead_) return;
  names_ = fields_;
  for (std::size_t i = 0; i < names_.size(); ++i)
    if (!detail::isUtf8(names_[i]))
      rejectLine("column " + std::to_string(i + 1) +
                 " has a name that is not UTF-8; convert the file (iconv -f LATIN1 -t UTF-8)");
}

std::string TextTable::reading() const {
  return "columns between " + detail::delimiterText(delimiter_) + "; the first line " +
         (names_.empty() ? "is a sample" : "has their names");
}

bool TextTable::next() {
  if (rowIsRead_) {
    rowIsRead_ = false;
    return true;
  }
  if (!readLine()) return false;
  if (fields_.size() != columns_)
    rejectLine("has " + std::to_string(fields_.size()) + (fields_.size() == 1 ? " column" : " columns") +
               "; line " + std::to_string(firstLine_) + " has " + std::to_string(columns_));
  return true;
}

bool TextTable::readLine() {
  for (std::string line; detail::readTextLine(in_, line);) {
    ++line_;
    if (line_ == 1 && line.rfind("\xEF\xBB\xBF", 0) == 0) line.erase(0, 3);
    if (line.find_first_not_of(" \t") == std::string::npos) continue;
    try {
      fields_ = detail::splitFields(line, delimiter_);
    } catch (const std::invalid_argument& error) {
      rejectLine(error.what());
    }
    return true;
  }
  if (in_.bad()) throw std::invalid_argument(path_ + ": cannot be read (" + std::strerror(errno) + ").");
  return false;
}

double TextTable::number(std::size_t column) const {
  const std::string& text = fields_[column];
  const double value = detail::parseNumber(text);
  if (std::isfinite(value)) return value;
  if (text.empty()) reject(column, "is empty; expected a number");
  const bool mayBeHeader = line_ == firstLine_ && names_.empty();
  const bool hasComma = text.find(',') != std::string::npos;
  reject(column, '"' + abridged(text) + "\" is not a finite number" +
                     (mayBeHeader ? " (if the line has names: --header yes)"
                      : hasComma  ? " (expected a decimal point)"
                                  : ""));
}

void TextTable::reject(std::size_t column, const std::string& complaint) const {
  const std::string name = names_.empty() ? "" : " (" + names_[column] + ")";
  throw std::invalid_argument(path_ + ": line " + std::to_string(line_) + ", column " +
                              std::to_string(column + 1) + name + ": " + complaint + ".");
}

void TextTable::rejectLine(const std::string& complaint) const {
  throw std::invalid_argument(path_ + ": line " + std::to_string(line_) + ": " + complaint + ".");
}

} // namespace terrace::dataset
