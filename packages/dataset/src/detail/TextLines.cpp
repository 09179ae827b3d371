#include "TextLines.hpp"

#include <terrace/dataset/TextTable.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string_view>

namespace terrace::dataset::detail {
namespace {

constexpr std::string_view blanks = " \t\r";

bool isBlank(char c) {
  return blanks.find(c) != std::string_view::npos;
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// Divides one line; `at` goes from field to field.
class FieldSplitter {
public:
  FieldSplitter(const std::string& line, char delimiter) : line_(line), delimiter_(delimiter) {}

  std::vector<std::string> split() {
    if (isRun()) skipBlanks();
    for (;;) {
      if (!isRun() || at_ < line_.size()) fields_.push_back(field());
      if (at_ >= line_.size()) return fields_;
      ++at_; // the delimiter
      if (isRun()) skipBlanks();
    }
  }

private:
  bool isRun() const { return delimiter_ == TextTable::blanks; }
  bool isDelimiter(char c) const { return isRun() ? isBlank(c) : c == delimiter_; }
  void skipBlanks() {
    while (at_ < line_.size() && isBlank(line_[at_]) && (isRun() || !isDelimiter(line_[at_]))) ++at_;
  }
  std::size_t nextDelimiter(std::size_t from) const {
    while (from < line_.size() && !isDelimiter(line_[from])) ++from;
    return from;
  }

  std::string field() {
    const std::size_t start = at_;
    skipBlanks();
    if (at_ < line_.size() && line_[at_] == '"') return quotedField();
    at_ = nextDelimiter(isRun() ? at_ : start);
    return trimmed(line_.substr(start, at_ - start));
  }

  std::string quotedField() {
    const std::string column = "column " + std::to_string(fields_.size() + 1);
    std::string text;
    for (++at_;; ++at_) {
      const std::size_t quote = line_.find('"', at_);
      if (quote == std::string::npos)
        throw std::invalid_argument(column + " has a quotation mark that is not closed");
      text.append(line_, at_, quote - at_);
      at_ = quote + 1;
      if (at_ == line_.size() || line_[at_] != '"') break;
      text += '"';
    }
    const std::size_t end = nextDelimiter(at_);
    if (!trimmed(line_.substr(at_, end - at_)).empty())
      throw std::invalid_argument(column + " has text after its quotation mark");
    at_ = end;
    return text;
  }

  const std::string& line_;
  char delimiter_;
  std::size_t at_ = 0;
  std::vector<std::string> fields_;
};

std::vector<std::string> firstLines(const std::string& path) {
  constexpr std::size_t most = 50;
  std::ifstream in(path, std::ios::binary);
  std::vector<std::string> lines;
  for (std::string line; lines.size() < most && readTextLine(in, line);)
    if (!trimmed(line).empty()) lines.push_back(line);
  return lines;
}

// The number of columns that a delimiter divides all lines into; 0 if they differ or there is only one.
std::size_t columnsBy(char delimiter, const std::vector<std::string>& lines) {
  std::size_t columns = 0;
  for (const auto& line : lines) {
    try {
      const std::size_t found = splitFields(line, delimiter).size();
      if (found < 2 || (columns != 0 && found != columns)) return 0;
      columns = found;
    } catch (const std::invalid_argument&) {
      return 0;
    }
  }
  return columns;
}

char usualDelimiter(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension().string();
  return extension == ".tsv" || extension == ".tab" ? '\t' : ',';
}

} // namespace

bool readTextLine(std::istream& in, std::string& line) {
  line.clear();
  std::streambuf& buffer = *in.rdbuf();
  constexpr int end = std::char_traits<char>::eof();
  for (int c = buffer.sbumpc(); c != end; c = buffer.sbumpc()) {
    if (c == '\r' && buffer.sgetc() == '\n') buffer.sbumpc();
    if (c == '\n' || c == '\r') return true;
    line += static_cast<char>(c);
  }
  in.setstate(std::ios::eofbit);
  return !line.empty();
}

std::vector<std::string> splitFields(const std::string& line, char delimiter) {
  return FieldSplitter(line, delimiter).split();
}

char guessDelimiter(const std::string& path) {
  const auto lines = firstLines(path);
  std::string fitting;
  std::string shown;
  for (const char delimiter : {',', '\t', ';', '|'}) {
    const std::size_t columns = columnsBy(delimiter, lines);
    if (columns == 0) continue;
    fitting += delimiter;
    shown += (shown.empty() ? "" : ", ") + std::to_string(columns) + " between " + delimiterText(delimiter);
  }
  if (fitting.size() > 1)
    throw std::invalid_argument(path + ": more than one delimiter divides its lines into columns (" + shown +
                                "); name one by --delimiter.");
  if (fitting.size() == 1) return fitting[0];
  const bool isUsual = lines.empty() || columnsBy(usualDelimiter(path), {lines.front()}) > 0;
  return !isUsual && columnsBy(TextTable::blanks, lines) > 0 ? TextTable::blanks : usualDelimiter(path);
}

std::string delimiterText(char delimiter) {
  switch (delimiter) {
  case ',':
    return "commas";
  case '\t':
    return "tabs";
  case ';':
    return "semicolons";
  case TextTable::blanks:
    return "blanks";
  case ' ':
    return "single blanks";
  default:
    return std::string("\"") + delimiter + '"';
  }
}

std::string foreignEncoding(std::istream& in) {
  std::array<unsigned char, 4> first{};
  in.read(reinterpret_cast<char*>(first.data()), first.size());
  const auto count = in.gcount();
  in.clear();
  in.seekg(0);
  if (count >= 2 && ((first[0] == 0xFF && first[1] == 0xFE) || (first[0] == 0xFE && first[1] == 0xFF)))
    return "UTF-16";
  if (count == 4 && (first[0] == 0 || first[1] == 0)) return "UTF-16";
  return "";
}

bool isUtf8(const std::string& text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t more = byte < 0x80   ? 0
                             : byte < 0xC2 ? 4
                             : byte < 0xE0 ? 1
                             : byte < 0xF0 ? 2
                             : byte < 0xF5 ? 3
                                           : 4;
    if (more == 4 || i + more >= text.size()) return false;
    for (std::size_t j = 1; j <= more; ++j)
      if ((static_cast<unsigned char>(text[i + j]) & 0xC0U) != 0x80U) return false;
    i += more + 1;
  }
  return true;
}

double parseNumber(const std::string& text) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  const char* first = text.data();
  const char* last = first + text.size();
  if (text.size() > 1 && *first == '+' && first[1] != '-') ++first;
  double value = none;
  const auto [end, error] = std::from_chars(first, last, value);
  return error == std::errc() && end == last ? value : none;
}

} // namespace terrace::dataset::detail
