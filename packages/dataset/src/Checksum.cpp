#include <terrace/dataset/Checksum.hpp>

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace terrace::dataset {

std::string fileChecksum(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path))
    throw std::invalid_argument(path + ": cannot be read for its checksum.");
  std::uint64_t hash = 0xcbf29ce484222325U;
  std::vector<char> buffer(1U << 16U);
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    for (std::streamsize i = 0; i < file.gcount(); ++i) {
      hash ^= static_cast<unsigned char>(buffer[static_cast<std::size_t>(i)]);
      hash *= 0x100000001b3U;
    }
  }
  if (file.bad()) throw std::invalid_argument(path + ": cannot be read for its checksum.");
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(hash));
  return std::string("fnv1a64:") + digits.data();
}

} // namespace terrace::dataset
