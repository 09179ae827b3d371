#include "OutputFile.hpp"

#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace terrace::program {

dataset::PartialFile openOutput(const std::string& file, const std::vector<std::string>& inputs) {
  for (const std::string& input : inputs) {
    std::error_code missing;
    if (std::filesystem::equivalent(file, input, missing))
      throw std::invalid_argument(file + ": is an input of this command; name another file for the output.");
  }
  try {
    return dataset::PartialFile(file);
  } catch (const std::runtime_error& error) {
    throw std::invalid_argument(error.what());
  }
}

} // namespace terrace::program
