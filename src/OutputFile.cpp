#include "OutputFile.hpp"

#include <stdexcept>

namespace terrace::program {

dataset::PartialFile openOutput(const std::string& file) {
  try {
    return dataset::PartialFile(file);
  } catch (const std::runtime_error& error) {
    throw std::invalid_argument(error.what());
  }
}

} // namespace terrace::program
