#pragma once

#include "TemporaryDirectory.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <png.h>
#include <string>
#include <vector>

namespace terrace::test {

/// Writes a PNG file, and its folder.
inline void writePng(const std::string& file, int height, int width, const std::vector<std::uint8_t>& bytes,
                     png_uint_32 format = PNG_FORMAT_GRAY) {
  std::filesystem::create_directories(std::filesystem::path(file).parent_path());
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.height = static_cast<png_uint_32>(height);
  image.width = static_cast<png_uint_32>(width);
  image.format = format;
  ASSERT_NE(png_image_write_to_file(&image, file.c_str(), 0, bytes.data(), 0, nullptr), 0);
}

/// Writes unsigned bytes in the IDX format; extents below 128.
inline void writeIdx(const TemporaryDirectory& directory, const std::string& name,
                     const std::vector<int>& extents, const std::vector<std::uint8_t>& values) {
  std::string bytes{'\0', '\0', '\x08', static_cast<char>(extents.size())};
  for (const int extent : extents) bytes += std::string{'\0', '\0', '\0', static_cast<char>(extent)};
  directory.write(name, bytes + std::string(values.begin(), values.end()));
}

} // namespace terrace::test
