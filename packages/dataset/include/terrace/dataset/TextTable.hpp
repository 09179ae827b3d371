#pragma once

#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

namespace terrace::dataset {

/// A table in a text file, read row by row: a line a row, its fields between delimiters.
///
/// A field in quotation marks may hold delimiters and, doubled, quotation marks, but no end of line. Blanks
/// around fields, empty lines and a byte order mark are skipped; lines end with LF, CR LF or CR. Text is
/// UTF-8. Every error is a std::invalid_argument of one line: file, line, column, what was found: "iris.csv:
/// line 7, column 3 (petal_length): "abc" is not a finite number." Lines and columns count from 1.
class TextTable {
public:
  /// Whether the first line has the names of the columns; Auto: if none of its fields is a number.
  enum class Header { Auto, Yes, No };

  /// The delimiter that is any number of blanks and tabs.
  static constexpr char blanks = '\v';

  /// \param delimiter  0: the one that divides the first lines into the same number of columns.
  /// \throws std::invalid_argument if the file cannot be read or is empty, if more than one delimiter or none
  ///         would do, or if it is open whether the first line has names (0, 1, 2, ...).
  explicit TextTable(const std::string& path, char delimiter = 0, Header header = Header::Auto);

  /// The file's path, as in messages.
  const std::string& path() const { return path_; }
  /// Fields of a row.
  std::size_t columns() const { return columns_; }
  /// One a column; empty: there is no header.
  const std::vector<std::string>& names() const { return names_; }
  /// How the file is read, for the user: "columns between commas, the first line has their names".
  std::string reading() const;

  /// Reads the next row; false at the end of the file. \throws std::invalid_argument if it has another number
  /// of fields than the first line.
  bool next();

  /// \name The row
  /// \p column counts from 0.
  /// @{

  /// The field, without quotation marks and the blanks around it.
  const std::string& text(std::size_t column) const { return fields_[column]; }
  /// \throws std::invalid_argument if the field is no finite number.
  double number(std::size_t column) const;
  /// \throws std::invalid_argument that names the row's place in the file.
  [[noreturn]] void reject(std::size_t column, const std::string& complaint) const;
  /// @}

private:
  bool readLine();
  void chooseHeader(Header header);
  [[noreturn]] void rejectLine(const std::string& complaint) const;

  std::string path_;
  char delimiter_;
  std::ifstream in_;
  std::size_t line_ = 0;
  std::size_t columns_ = 0;
  std::size_t firstLine_ = 0; ///< whose number of fields counts
  bool rowIsRead_ = false;    ///< the first line is a row
  std::vector<std::string> names_;
  std::vector<std::string> fields_;
};

} // namespace terrace::dataset
