#include "ParameterFile.hpp"

#include "DeckParameters.hpp"
#include "OneLine.hpp"
#include "TextFile.hpp"
#include "XmlParameters.hpp"

#include <Teuchos_YamlParameterListCoreHelpers.hpp>

#include <filesystem>
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

// Teuchos wants one list with a name of its own around all others; a file that begins with the lists is given
// one.
std::string withOutermostName(const std::string& text) {
  std::vector<std::string> names;
  bool hasValue = false; // behind a name, on its line
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
    if (!isMarker) indented += "  " + line + '\n';
  }
  const bool isNamed = names.size() == 1 && !hasValue && !validDeckParameters()->isSublist(names.front());
  return names.empty() || isNamed ? text : indented;
}

ParameterList readYamlParameters(const std::string& text) {
  try {
    return *Teuchos::getParametersFromYamlString(withOutermostName(text));
  } catch (const std::exception& error) {
    throw std::invalid_argument(oneLine(error.what()));
  }
}

} // namespace

ParameterList readParameterFile(const std::string& file, const Teuchos::Comm<int>& comm) {
  const std::string content = readTextFile(file, comm);
  try {
    return isYaml(file) ? readYamlParameters(content) : readXmlParameters(content);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(file + ": " + error.what());
  }
}

} // namespace terrace::program
