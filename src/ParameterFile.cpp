#include "ParameterFile.hpp"

#include "OneLine.hpp"
#include "TextFile.hpp"
#include "XmlParameters.hpp"

#include <Teuchos_YamlParameterListCoreHelpers.hpp>

#include <filesystem>
#include <stdexcept>

namespace terrace::program {
namespace {

using Teuchos::ParameterList;

bool isYaml(const std::string& file) {
  const std::string extension = std::filesystem::path(file).extension().string();
  return extension == ".yaml" || extension == ".yml";
}

ParameterList readYamlParameters(const std::string& text) {
  try {
    return *Teuchos::getParametersFromYamlString(text);
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
