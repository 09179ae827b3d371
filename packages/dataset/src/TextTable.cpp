#include <terrace/dataset/TextTable.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <string_view>

namespace terrace::dataset {
namespace {

constexpr const char* space = " \t\r";
constexpr double none = std::numeric_limits<double>::quiet_NaN();

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(space);
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

char usualDelimiter(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension().string();
  return extension == ".tsv" || extension == ".tab" ? '\t' : ',';
}

// NaN if it is no number.
double parse(const std::string& text) {
  const char* first = text.data();
  const char* last = first + text.size();
  if (text.size() > 1 && *first == '+' && first[1] != '-') ++first;
  double value = none;
  const auto [end, error] = std::from_chars(first, last, value);
  return error == std::errc() && end == last ? value : none;
}

bool isNumber(const std::string& text) {
  return !std::isnan(parse(text));
}

} // namespace

TextTable::TextTable(const std::string& path, char delimiter, Header header)
    : path_(path), delimiter_(delimiter == 0 ? usualDelimiter(path) : delimiter) {
  if (std::filesystem::is_directory(path)) throw std::invalid_argument(path + ": is a directory.");
  in_.open(path, std::ios::binary);
  if (!in_) throw std::invalid_argument(path + ": cannot be read (" + std::strerror(errno) + ").");
  if (!readLine()) throw std::invalid_argument(path + ": is empty.");
  columns_ = fields_.size();
  firstLine_ = line_;
  rowIsRead_ = header == Header::No ||
               (header == Header::Auto && std::any_of(fields_.begin(), fields_.end(), isNumber));
  if (!rowIsRead_) names_ = fields_;
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
  for (std::string line; std::getline(in_, line);) {
    ++line_;
    if (line_ == 1 && line.rfind("\xEF\xBB\xBF", 0) == 0) line.erase(0, 3);
    if (line.find_first_not_of(space) == std::string::npos) continue;
    split(line);
    return true;
  }
  if (in_.bad()) throw std::invalid_argument(path_ + ": cannot be read (" + std::strerror(errno) + ").");
  return false;
}

void TextTable::split(const std::string& line) {
  fields_.clear();
  std::size_t start = 0;
  for (;;) {
    std::size_t at = start;
    while (at < line.size() && line[at] != delimiter_ &&
           std::string_view(space).find(line[at]) != std::string_view::npos)
      ++at;
    if (at < line.size() && line[at] == '"') {
      std::string field;
      for (++at;; ++at) {
        const std::size_t quote = line.find('"', at);
        if (quote == std::string::npos)
          rejectLine("column " + std::to_string(fields_.size() + 1) +
                     " has a quotation mark that is not closed");
        field.append(line, at, quote - at);
        at = quote + 1;
        if (at == line.size() || line[at] != '"') break;
        field += '"';
      }
      fields_.push_back(field);
      start = std::min(line.find(delimiter_, at), line.size());
      if (!trimmed(line.substr(at, start - at)).empty())
        rejectLine("column " + std::to_string(fields_.size()) + " has text after its quotation mark");
    } else {
      const std::size_t end = std::min(line.find(delimiter_, start), line.size());
      fields_.push_back(trimmed(line.substr(start, end - start)));
      start = end;
    }
    if (start == line.size()) return;
    ++start;
  }
}

double TextTable::number(std::size_t column) const {
  const double value = parse(fields_[column]);
  if (!std::isfinite(value))
    reject(column, fields_[column].empty() ? "is empty; expected a number"
                                           : '"' + fields_[column] + "\" is not a finite number");
  return value;
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
