#include "io/OutputFile.hpp"

#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace terrace::program {
namespace {

bool isSameFile(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::error_code missing;
  return std::filesystem::equivalent(a, b, missing);
}

// Whether the file is the input itself or, if the input is a run directory, a file of the run.
bool isInput(const std::string& file, const std::string& input) {
  if (isSameFile(file, input)) return true;
  for (const char* part : {"deck.xml", "history.h5", "model.h5", "summary.json"})
    if (isSameFile(file, std::filesystem::path(input) / part)) return true;
  return false;
}

} // namespace

void requireNoInput(const std::string& file, const std::vector<std::string>& inputs) {
  for (const std::string& input : inputs)
    if (isInput(file, input))
      throw std::invalid_argument(file + ": is an input of this command; name another file for the output.");
}

dataset::PartialFile openOutput(const std::string& file, const std::vector<std::string>& inputs) {
  requireNoInput(file, inputs);
  try {
    return dataset::PartialFile(file);
  } catch (const std::runtime_error& error) {
    throw std::invalid_argument(error.what());
  }
}

void makeFolderOf(const std::string& file) {
  std::error_code ignored;
  const auto folder = std::filesystem::path(file).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
}

void requireWritable(const std::string& file) {
  makeFolderOf(file);
  openOutput(file);
}

OutputPlace::OutputPlace(const std::string& file) {
  std::error_code ignored;
  for (auto folder = std::filesystem::path(file).parent_path();
       !folder.empty() && !std::filesystem::exists(folder, ignored); folder = folder.parent_path())
    made_.push_back(folder.string());
  try {
    requireWritable(file);
  } catch (const std::invalid_argument&) {
    for (const auto& folder : made_) std::filesystem::remove(folder, ignored);
    throw;
  }
}

OutputPlace::~OutputPlace() {
  std::error_code ignored;
  for (const auto& folder : made_) std::filesystem::remove(folder, ignored);
}

} // namespace terrace::program
