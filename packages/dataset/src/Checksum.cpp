#include "detail/Hdf5References.hpp"

#include <terrace/dataset/Checksum.hpp>

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace terrace::dataset {

namespace {

constexpr std::uint64_t start = 0xcbf29ce484222325U;

// FNV-1a of the bytes of a file after those that gave `hash`.
std::uint64_t hashOf(const std::string& path, std::uint64_t hash) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path))
    throw std::invalid_argument(path + ": cannot be read for its checksum.");
  std::vector<char> buffer(1U << 16U);
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    for (std::streamsize i = 0; i < file.gcount(); ++i) {
      hash ^= static_cast<unsigned char>(buffer[static_cast<std::size_t>(i)]);
      hash *= 0x100000001b3U;
    }
  }
  if (file.bad()) throw std::invalid_argument(path + ": cannot be read for its checksum.");
  return hash;
}

std::string text(std::uint64_t hash) {
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(hash));
  return std::string("fnv1a64:") + digits.data();
}

} // namespace

std::string fileChecksum(const std::string& path) {
  return text(hashOf(path, start));
}

std::string dataChecksum(const std::string& path) {
  std::uint64_t hash = hashOf(path, start);
  for (const auto& file : detail::referencedFiles(path)) hash = hashOf(file, hash);
  return text(hash);
}

} // namespace terrace::dataset
