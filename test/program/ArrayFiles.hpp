#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <matio.h>
#include <string>
#include <utility>
#include <vector>
#include <zip.h>

namespace terrace::test {

/// The bytes of a .npy file.
template <class T>
std::string npy(const std::string& descr, const std::string& shape, const std::vector<T>& values,
                const std::string& order = "False") {
  std::string header = "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
  header += std::string((64 - (header.size() + 11) % 64) % 64, ' ') + '\n';
  std::string text = std::string("\x93NUMPY\x01\0", 8);
  text += static_cast<char>(header.size() & 0xFFU);
  text += static_cast<char>(header.size() >> 8U);
  text += header;
  text.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  return text;
}

/// Writes a .npz archive of such files.
inline void writeNpz(const std::string& file,
                     const std::vector<std::pair<std::string, std::string>>& members) {
  int code = 0;
  zip_t* archive = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  ASSERT_NE(archive, nullptr);
  for (const auto& [name, text] : members)
    zip_file_add(archive, (name + ".npy").c_str(), zip_source_buffer(archive, text.data(), text.size(), 0),
                 0);
  ASSERT_EQ(zip_close(archive), 0); // libzip compresses, as numpy.savez_compressed does
}

/// A variable of a MATLAB file.
struct MatlabVariable {
  std::string name;
  std::vector<std::size_t> shape;
  matio_classes type;
  matio_types stored;
  const void* values; ///< by columns
};

/// Writes a MATLAB file. \param version  MAT_FT_MAT5 (compressed) or MAT_FT_MAT73.
inline void writeMatlab(const std::string& file, std::vector<MatlabVariable> variables,
                        mat_ft version = MAT_FT_MAT5) {
  mat_t* mat = Mat_CreateVer(file.c_str(), nullptr, version);
  ASSERT_NE(mat, nullptr);
  for (auto& variable : variables) {
    matvar_t* made = Mat_VarCreate(variable.name.c_str(), variable.type, variable.stored,
                                   static_cast<int>(variable.shape.size()), variable.shape.data(),
                                   const_cast<void*>(variable.values), 0);
    EXPECT_EQ(Mat_VarWrite(mat, made, version == MAT_FT_MAT5 ? MAT_COMPRESSION_ZLIB : MAT_COMPRESSION_NONE),
              0);
    Mat_VarFree(made);
  }
  Mat_Close(mat);
}

} // namespace terrace::test
