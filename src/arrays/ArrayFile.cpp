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

namespace terrace::program {

std::unique_ptr<ArrayFile> ArrayFile::open(const std::string& path) {
  if (std::filesystem::is_directory(path)) throw std::invalid_argument(path + ": is a directory.");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::invalid_argument(path + ": cannot be read (" + std::strerror(errno) + ").");
  std::array<char, 128> first{};
  file.read(first.data(), first.size());
  const std::string beginning(first.data(), static_cast<std::size_t>(file.gcount()));
  const auto startsWith = [&beginning](const std::string& magic) { return beginning.rfind(magic, 0) == 0; };
  if (startsWith("\x93NUMPY")) return openNpy(path);
  if (startsWith("PK\x03\x04") || startsWith("PK\x05\x06")) return openNpz(path);
  if (startsWith("MATLAB 5.0")) return openMatlab5(path);
  if (startsWith("MATLAB 7.3")) return openMatlab73(path);
  if (startsWith("\x89HDF\r\n\x1a\n")) return openHdf5(path);
  return nullptr;
}

} // namespace terrace::program
