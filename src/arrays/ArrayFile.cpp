#include "arrays/ArrayFile.hpp"

#include "arrays/Hdf5Arrays.hpp"
#include "arrays/MatlabArrays.hpp"
#include "arrays/NumpyFiles.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace terrace::program {
namespace {

constexpr const char* hdf5Magic = "\x89HDF\r\n\x1a\n";

std::string beginningOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::invalid_argument(path + ": cannot be read (" + std::strerror(errno) + ").");
  std::array<char, 128> first{};
  file.read(first.data(), first.size());
  return {first.data(), static_cast<std::size_t>(file.gcount())};
}

} // namespace

std::size_t ArrayReader::columns() const {
  std::size_t product = 1;
  for (std::size_t d = 1; d < shape_.size(); ++d) product *= shape_[d];
  return product;
}

std::string shapeText(const std::vector<std::size_t>& shape) {
  std::string text;
  for (const auto extent : shape) text += (text.empty() ? "" : " x ") + std::to_string(extent);
  return text.empty() ? "a single number" : text;
}

std::vector<std::size_t> storedColumns(const std::vector<std::size_t>& shape) {
  std::vector<std::size_t> stored{0};
  std::size_t stride = 1;
  for (std::size_t d = 1; d < shape.size(); ++d) { // the last index runs fastest in the result
    std::vector<std::size_t> longer;
    longer.reserve(stored.size() * shape[d]);
    for (const std::size_t begin : stored)
      for (std::size_t i = 0; i < shape[d]; ++i) longer.push_back(begin + i * stride);
    stored = std::move(longer);
    stride *= shape[d];
  }
  return stored;
}

bool isHdf5(const std::string& path) {
  return beginningOf(path).rfind(hdf5Magic, 0) == 0;
}

std::unique_ptr<ArrayFile> ArrayFile::open(const std::string& path) {
  if (std::filesystem::is_directory(path)) throw std::invalid_argument(path + ": is a directory.");
  const std::string beginning = beginningOf(path);
  const auto startsWith = [&beginning](const std::string& magic) { return beginning.rfind(magic, 0) == 0; };
  if (startsWith("\x93NUMPY")) return openNpy(path);
  if (startsWith("PK\x03\x04") || startsWith("PK\x05\x06")) return openNpz(path);
  if (startsWith("MATLAB 5.0")) return openMatlab5(path);
  if (startsWith("MATLAB 7.3")) return openMatlab73(path);
  if (startsWith(hdf5Magic)) return openHdf5(path);
  return nullptr;
}

} // namespace terrace::program
