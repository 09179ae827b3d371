#pragma once

#include <istream>
#include <string>
#include <vector>

namespace terrace::dataset::detail {

/// Reads a line that ends with LF, CR LF, CR or the file. False at the end of the file.
bool readTextLine(std::istream& in, std::string& line);

/// Divides a line into fields. \param delimiter  TextTable::blanks: any number of blanks and tabs.
/// \throws std::invalid_argument with what is wrong: quotation marks.
std::vector<std::string> splitFields(const std::string& line, char delimiter);

/// The delimiter that divides the first lines of a file into the same number of columns, at least two.
/// \param path  for messages and its extension.
/// \throws std::invalid_argument if there are several.
char guessDelimiter(const std::string& path);

/// "commas", "tabs", ...
std::string delimiterText(char delimiter);

/// What encoding a file seems to have that is not UTF-8 ("UTF-16"); "" if its first bytes do not tell.
std::string foreignEncoding(std::istream& in);

bool isUtf8(const std::string& text);

/// NaN if the text is no number, as from_chars() reads it, with an optional plus.
double parseNumber(const std::string& text);

} // namespace terrace::dataset::detail
