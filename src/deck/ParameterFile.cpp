#include "deck/ParameterFile.hpp"

#include "deck/AsciiText.hpp"
#include "deck/DeckParameters.hpp"
#include "io/TextFile.hpp"

#include <terrace/parameters/OneLine.hpp>
#include <terrace/parameters/XmlParameters.hpp>

#include <Teuchos_YamlParameterListCoreHelpers.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace terrace::program {
namespace {

using Teuchos::ParameterList;

bool isYaml(const std::string& file) {
  const std::string extension = std::filesystem::path(file).extension().string();
  return extension == ".yaml" || extension == ".yml";
}

// Whether a line begins an entry of the outermost level.
bool beginsEntry(const std::string& line) {
  return !line.empty() && std::string(" \t\r#%{}[-.").find(line.front()) == std::string::npos;
}

// Teuchos wants one list with a name around all others. A file that begins with the lists of a deck gets one.
std::string withOutermostName(const std::string& text) {
  std::vector<std::string> names;
  bool hasValue = false; // a value stands behind a name on its line
  std::string indented = "deck:\n";
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (beginsEntry(line)) {
      const bool isQuoted = line.front() == '"' || line.front() == '\'';
      const auto colon = line.find(':', isQuoted ? line.find(line.front(), 1) : 0);
      names.push_back(line.substr(0, colon));
      const auto value = line.find_first_not_of(" \t\r", colon == std::string::npos ? colon : colon + 1);
      hasValue = hasValue || (value != std::string::npos && line[value] != '#' && line[value] != '{');
    }
    const bool isMarker = line.rfind("---", 0) == 0 || line.rfind("...", 0) == 0 || line.rfind('%', 0) == 0;
    indented += isMarker ? "\n" : "  " + line + '\n'; // keeps the numbers of the lines, except of the first
  }
  const bool isNamed = names.size() == 1 && !hasValue && !validDeckParameters()->isSublist(names.front());
  return names.empty() || isNamed ? text : indented;
}

// A parser's message about the text with an outermost name, with the place in the file instead.
std::string withPlaceInFile(const std::string& message) {
  static const std::regex place("at line ([0-9]+) column ([0-9]+)");
  std::smatch found;
  if (!std::regex_search(message, found, place)) return message;
  const long line =
      std::strtol(found[1].str().c_str(), nullptr, 10) - 1; // the text may have numbers of its own
  const long column = std::strtol(found[2].str().c_str(), nullptr, 10) - 2;
  return found.prefix().str() + "at line " + std::to_string(std::max(line, 1L)) + " column " +
         std::to_string(std::max(column, 1L)) + found.suffix().str();
}

// Teuchos' parser takes time with the square of the length of a value and of the depth of lists in each
// other.
void requireModest(const std::string& text) {
  constexpr std::size_t mostBytes = std::size_t{1} << 16U;
  constexpr int mostDepth = 100;
  if (text.size() > mostBytes)
    throw std::invalid_argument("has " + std::to_string(text.size()) + " bytes; a deck in YAML has at most " +
                                std::to_string(mostBytes) + ", one in XML may have more.");
  if (text.find('\0') != std::string::npos)
    throw std::invalid_argument("has a byte that is 0; it is no text.");
  int depth = 0;
  for (const char c : text) {
    depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    if (depth > mostDepth)
      throw std::invalid_argument("has more than " + std::to_string(mostDepth) + " lists in each other.");
  }
}

// The parser of Teuchos knows ASCII alone.
ParameterList readYamlParameters(const std::string& text) {
  requireModest(text);
  const AsciiText ascii(text);
  const std::string named = withOutermostName(ascii.ascii());
  try {
    return ascii.original(*Teuchos::getParametersFromYamlString(named));
  } catch (const std::bad_alloc&) {
    throw; // says nothing about the text
  } catch (const std::exception& error) {
    const std::string message = ascii.original(oneLine(error.what()));
    throw std::invalid_argument(named == ascii.ascii() ? message : withPlaceInFile(message));
  }
}

// Editors on some systems begin a file of UTF-8 with these bytes, or write UTF-16.
std::string withoutByteOrderMark(const std::string& text) {
  if (text.rfind("\xFF\xFE", 0) == 0 || text.rfind("\xFE\xFF", 0) == 0)
    throw std::invalid_argument("is UTF-16; expected UTF-8 (iconv -f UTF-16 -t UTF-8).");
  return text.rfind("\xEF\xBB\xBF", 0) == 0 ? text.substr(3) : text;
}

// ROL's users leave a number empty where ROL's lists have one that they do not use.
bool isListOfRol(const std::string& path) {
  for (const std::string ours :
       {"Step > Multilevel Trust Region", "Step > Stochastic Gradient", "Step > Adam"})
    if (path.rfind(ours, 0) == 0) return false;
  return path.rfind("General", 0) == 0 || path.rfind("Step", 0) == 0;
}

} // namespace

ParameterList readParameterFile(const std::string& file, const Teuchos::Comm<int>& comm) {
  const std::string text = readTextFile(file, comm);
  try {
    const std::string content = withoutByteOrderMark(text);
    return isYaml(file) ? readYamlParameters(content) : readXmlParameters(content, isListOfRol);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(file + ": " + error.what());
  }
}

} // namespace terrace::program
