// Files of arrays whose headers promise what the files do not hold: refused in moderate memory, without a
// crash.
#include "TemporaryDirectory.hpp"
#include "arrays/ArrayFile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>

using namespace terrace::program;
using namespace terrace::test;

namespace {

// The largest memory of this process so far, in MB.
long peakMemory() {
  std::istringstream lines(readFile("/proc/self/status"));
  for (std::string line; std::getline(lines, line);)
    if (line.rfind("VmHWM:", 0) == 0) return std::stol(line.substr(6)) / 1024;
  return 0;
}

std::string npy(const std::string& header, const std::string& numbers = "") {
  const auto length = static_cast<std::uint32_t>(header.size());
  std::string bytes = "\x93NUMPY";
  bytes += '\x02';
  bytes += '\0';
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(length >> shift & 0xFFU);
  return bytes + header + numbers;
}

std::string npy(const std::string& type, const std::string& order, const std::string& shape) {
  return npy("{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': (" + shape + "), }",
             std::string(64, '\0'));
}

std::string number(std::uint32_t value) {
  std::string bytes;
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift & 0xFFU);
  return bytes;
}

// An element of a MATLAB file.
std::string element(std::uint32_t type, std::string data) {
  const auto size = static_cast<std::uint32_t>(data.size());
  data.resize((data.size() + 7) / 8 * 8, '\0');
  return number(type) + number(size) + data;
}

// A matrix of doubles "x" with eight of them, whatever its extents say.
std::string matlab(std::uint32_t rows, std::uint32_t columns) {
  std::string head = "MATLAB 5.0 MAT-file";
  head.resize(124, ' ');
  return head + std::string("\x00\x01IM", 4) +
         element(14, element(6, number(6) + number(0)) + element(5, number(rows) + number(columns)) +
                         element(1, "x") + element(9, std::string(64, '\0')));
}

class DamagedArrays : public ::testing::Test {
protected:
  // Reads all of the first array; gives what the reader says.
  std::string complaint(const std::string& bytes) const {
    const std::string path = directory_.write("array", bytes);
    try {
      const auto file = ArrayFile::open(path);
      const auto reader = file->array(file->names().at(0), 4);
      for (std::size_t row = 0; row < reader->rows(); row += 100)
        reader->next(std::min<std::size_t>(100, reader->rows() - row));
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "no error";
  }

  void expect(const std::string& bytes, const std::string& text) const {
    EXPECT_NE(complaint(bytes).find(text), std::string::npos) << complaint(bytes);
  }

  TemporaryDirectory directory_;
};

} // namespace

TEST_F(DamagedArrays, OfNumPyWithMoreNumbersThanBytesAreCutShort) {
  EXPECT_EQ(complaint(npy("<f8", "False", "2, 4")), "no error");
  for (const std::string order : {"False", "True"})
    for (const auto* shape : {"9,", "3, 3", "4611686018427387904, 4", "4294967296, 4294967296",
                              "18446744073709551615,", "2, 2, 1000000000"})
      expect(npy("<f8", order, shape), "is cut short");
  expect(npy("<f8", "False", "99999999999999999999999, 1"), "has an extent that is too large");
  expect(npy("<f8", "False", "18446744073709551615, 0"), "has no numbers");
}

TEST_F(DamagedArrays, OfNumPyHaveNumbersOfASizeThatThereIs) {
  for (const auto* type : {"<i3", "<i0", "<u16", "<f0", "<f16", "<b2", "|O8"})
    expect(npy(type, "False", "1, 1"), "expected numbers");
  for (const auto* type : {"<f99999999999999999999", "<f", "f8", "", "<8f"})
    expect(npy(type, "False", "1, 1"), "holds values of the type");
}

TEST_F(DamagedArrays, OfNumPyWithAHeaderThatDoesNotEndAreRefused) {
  expect(npy("{'descr': '" + std::string(300000, 'a')), "its header is damaged");
  expect(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (" + std::string(300000, '1')),
         "its header is damaged");
  expect(npy("{'descr':"), "its header is damaged");
  std::string bytes = npy("");
  bytes[8] = bytes[9] = bytes[10] = bytes[11] = '\xFF'; // its length
  expect(bytes, "its header is damaged");
}

TEST_F(DamagedArrays, OfMatlabWithMoreNumbersThanBytesAreRefused) {
  EXPECT_EQ(complaint(matlab(2, 4)), "no error");
  const long before = peakMemory();
  for (const auto& extents :
       {std::pair<std::uint32_t, std::uint32_t>{0x7FFFFFFF, 0x7FFFFFFF}, {0x10000000, 1}})
    expect(matlab(extents.first, extents.second), "cannot be read; the file is damaged");
  expect(matlab(0, 0x7FFFFFFF), "has no numbers");
  EXPECT_LT(peakMemory() - before, 100);
}
