#include "TemporaryFolder.hpp"

#include <terrace/dataset/Hdf5File.hpp>

#include <gtest/gtest.h>
#include <hdf5.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace terrace::dataset {
namespace {

using test::messageOf;
using test::TemporaryFolder;

template <class T>
class Hdf5Numbers : public ::testing::Test {};
using NumberTypes = ::testing::Types<double, float, int, std::int64_t>;
TYPED_TEST_SUITE(Hdf5Numbers, NumberTypes);

TYPED_TEST(Hdf5Numbers, ComeBackWithTheirShapeInCOrder) {
  const TemporaryFolder folder;
  const std::vector<TypeParam> values{1, 2, 3, 4, 5, 6};
  {
    auto file = Hdf5File::create(folder.file("a.h5"));
    file.write<TypeParam>("layers/block_0000/W", {2, 3}, values);
    file.write<TypeParam>("scalar", {}, {7});
    file.write<TypeParam>("empty", {0, 3}, {});
    file.close();
  }
  const auto file = Hdf5File::open(folder.file("a.h5"));
  const auto matrix = file.read<TypeParam>("layers/block_0000/W");
  EXPECT_EQ(matrix.shape, (std::vector<std::size_t>{2, 3}));
  EXPECT_EQ(matrix.values, values);
  EXPECT_EQ(file.readRows<TypeParam>("layers/block_0000/W", 1, 1), (std::vector<TypeParam>{4, 5, 6}));
  EXPECT_TRUE(file.readRows<TypeParam>("layers/block_0000/W", 2, 0).empty());
  EXPECT_EQ(file.read<TypeParam>("scalar").values, std::vector<TypeParam>{7});
  EXPECT_TRUE(file.shape("scalar").empty());
  EXPECT_EQ(file.shape("empty"), (std::vector<std::size_t>{0, 3}));
  EXPECT_EQ(file.type("scalar"), std::is_integral<TypeParam>::value ? Hdf5Type::Integer : Hdf5Type::Float);
}

// HDF5 gives zeros where a file ends before what it looks for.
TEST(Hdf5File, ThatBecomesShorterWhileItIsReadIsNoZeros) {
  const TemporaryFolder folder;
  const std::string path = folder.file("shorter.h5");
  auto written = Hdf5File::create(path);
  written.write("x", {20000, 2}, std::vector<double>(40000, 1.0));
  written.close();
  const auto size = std::filesystem::file_size(path);
  const auto file = Hdf5File::open(path);
  EXPECT_EQ(file.readRows<double>("x", 0, 1), (std::vector<double>{1, 1}));
  std::filesystem::resize_file(path, size / 2);
  const auto refusal = [&](const auto& read) {
    try {
      read();
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  const std::string expected = path + ": has become shorter while it was read: it has " +
                               std::to_string(size / 2) + " bytes of " + std::to_string(size) + ".";
  EXPECT_EQ(refusal([&] { file.read<double>("x"); }), expected);
  EXPECT_EQ(refusal([&] { file.readRows<double>("x", 19999, 1); }), expected);
  EXPECT_EQ(refusal([&] { file.readColumns<double>("x", 0, 1); }), expected);
}

// The extents are changed in the file's bytes, where they are numbers of eight bytes.
TEST(Hdf5File, WithMoreNumbersThanBytesIsRefusedBeforeThereIsRoomForThem) {
  const TemporaryFolder folder;
  const std::string path = folder.file("announced.h5");
  auto written = Hdf5File::create(path);
  written.write("x", {7777}, std::vector<double>(7777, 1.0));
  written.close();
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const auto replace = [&bytes](std::uint64_t number, std::uint64_t by) {
    const std::string from(reinterpret_cast<const char*>(&number), sizeof(number));
    const std::string to(reinterpret_cast<const char*>(&by), sizeof(by));
    int found = 0;
    for (auto at = bytes.find(from); at != std::string::npos; at = bytes.find(from, at + 1), ++found)
      bytes.replace(at, to.size(), to);
    return found;
  };
  ASSERT_GE(replace(7777, 1ULL << 32U), 1);
  ASSERT_EQ(replace(7777 * sizeof(double), (1ULL << 32U) * sizeof(double)), 1);
  std::ofstream(path, std::ios::binary) << bytes;
  const auto file = Hdf5File::open(path);
  ASSERT_EQ(file.shape("x"), (std::vector<std::size_t>{std::size_t{1} << 32U}));
  try {
    file.read<double>("x");
    FAIL() << "no error";
  } catch (const std::invalid_argument& error) {
    EXPECT_EQ(error.what(), path + ": x: has more bytes than its file; the file is damaged.");
  }
}

TEST(Hdf5File, TellsGroupsFromDatasetsAndMissingObjects) {
  const TemporaryFolder folder;
  auto file = Hdf5File::create(folder.file("a.h5"));
  file.createGroup("b/c");
  file.createGroup("b/c");
  file.write<int>("b/a", {1}, {1});
  EXPECT_TRUE(file.isGroup("/"));
  EXPECT_TRUE(file.isGroup("b/c"));
  EXPECT_TRUE(file.isDataset("b/a"));
  EXPECT_FALSE(file.isGroup("b/a"));
  EXPECT_TRUE(file.exists("/b//a"));
  EXPECT_FALSE(file.exists("x/y/z"));
  EXPECT_FALSE(file.exists("b/a/x"));
  EXPECT_EQ(file.members("b"), (std::vector<std::string>{"a", "c"}));
}

TEST(Hdf5File, AttributesComeBack) {
  const TemporaryFolder folder;
  auto file = Hdf5File::create(folder.file("a.h5"));
  file.createGroup("g");
  file.writeAttribute("/", "text", std::string("first"));
  file.writeAttribute("/", "text", std::string("W\u00fcrfel"));
  file.writeAttribute("g", "count", 5);
  file.writeAttribute("g", "value", 0.1);
  file.writeAttribute("g", "shape", std::vector<std::int64_t>{1, 8, 8});
  file.writeAttribute("g", "mean", std::vector<double>{0.5, 0.25});
  EXPECT_EQ(file.attribute<std::string>("/", "text"), "W\u00fcrfel");
  EXPECT_EQ(file.attribute<std::int64_t>("g", "count"), 5);
  EXPECT_EQ(file.attribute<double>("g", "count"), 5.0);
  EXPECT_EQ(file.attribute<double>("g", "value"), 0.1);
  EXPECT_EQ(file.attribute<std::vector<std::int64_t>>("g", "shape"), (std::vector<std::int64_t>{1, 8, 8}));
  EXPECT_EQ(file.attribute<std::vector<std::int64_t>>("g", "count"), std::vector<std::int64_t>{5});
  EXPECT_EQ(file.attribute<std::vector<double>>("g", "mean"), (std::vector<double>{0.5, 0.25}));
  EXPECT_TRUE(file.hasAttribute("g", "count"));
  EXPECT_FALSE(file.hasAttribute("g", "text"));
  EXPECT_FALSE(file.hasAttribute("nowhere", "text"));
}

TEST(Hdf5File, StringListsComeBack) {
  const TemporaryFolder folder;
  auto file = Hdf5File::create(folder.file("a.h5"));
  const std::vector<std::string> names{"left eye", "", "mouth"};
  file.writeStrings("classes/names", names);
  EXPECT_EQ(file.readStrings("classes/names"), names);
  EXPECT_EQ(file.type("classes/names"), Hdf5Type::String);
}

// Writes the six bytes of \p text as a string attribute of fixed length.
void writeFixedString(const std::string& path, const char* text, H5T_str_t padding) {
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, 6);
  H5Tset_strpad(type, padding);
  const hid_t space = H5Screate(H5S_SCALAR);
  const hid_t attribute = H5Acreate2(file, "task", type, space, H5P_DEFAULT, H5P_DEFAULT);
  H5Awrite(attribute, type, text);
  H5Aclose(attribute);
  H5Sclose(space);
  H5Tclose(type);
  H5Fclose(file);
}

TEST(Hdf5File, StringsOfFixedLengthLoseTheirPadding) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.h5");
  writeFixedString(path, "abc\0\0", H5T_STR_NULLTERM);
  EXPECT_EQ(Hdf5File::open(path).attribute<std::string>("/", "task"), "abc");
  writeFixedString(path, "abcdef", H5T_STR_NULLPAD);
  EXPECT_EQ(Hdf5File::open(path).attribute<std::string>("/", "task"), "abcdef");
  writeFixedString(path, "ab c  ", H5T_STR_SPACEPAD);
  EXPECT_EQ(Hdf5File::open(path).attribute<std::string>("/", "task"), "ab c");
}

TEST(Hdf5File, ErrorsNameTheFileAndTheObject) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.h5");
  auto file = Hdf5File::create(path);
  file.write<double>("g/x", {2}, {1, 2});
  file.writeAttribute("g/x", "unit", std::string("m"));
  const auto message = [&](auto&& work) { return messageOf<std::invalid_argument>(work); };
  EXPECT_EQ(message([&] { file.read<double>("g/y"); }), path + ": g/y: no such dataset.");
  EXPECT_EQ(message([&] { file.read<double>("g"); }), path + ": g: not a dataset.");
  EXPECT_EQ(message([&] { file.read<int>("g/x"); }),
            path + ": g/x: holds floating-point numbers; expected integers.");
  EXPECT_EQ(message([&] { file.readStrings("g/x"); }),
            path + ": g/x: holds floating-point numbers; expected strings.");
  EXPECT_EQ(message([&] { file.readRows<double>("g/x", 1, 2); }),
            path + ": g/x: rows [1, 3) were asked for; it has 2.");
  EXPECT_EQ(message([&] { file.write<double>("g/x", {1}, {1}); }), path + ": g/x: exists already.");
  EXPECT_EQ(message([&] {
              file.write<double>("g/z", {2, 2}, {1});
            }),
            path + ": g/z: 1 values do not fill the shape (2, 2).");
  EXPECT_EQ(message([&] { file.attribute<double>("g/x", "unit"); }),
            path + ": g/x: attribute \"unit\": holds strings; expected numbers.");
  EXPECT_EQ(message([&] { file.attribute<std::string>("/", "task"); }),
            path + ": attribute \"task\": no such attribute.");
  EXPECT_EQ(message([&] { file.members("g/x"); }), path + ": g/x: no such group.");
}

TEST(Hdf5File, FilesThatCannotBeOpenedAreToldApart) {
  const TemporaryFolder folder;
  const auto message = [](const std::string& path) {
    return messageOf<std::invalid_argument>([&] { Hdf5File::open(path); });
  };
  EXPECT_EQ(message(folder.file("none.h5")), folder.file("none.h5") + ": no such file.");
  EXPECT_EQ(message(folder.path().string()), folder.path().string() + ": not a file.");
  std::ofstream(folder.file("text.h5")) << "no HDF5\n";
  EXPECT_EQ(message(folder.file("text.h5")), folder.file("text.h5") + ": not an HDF5 file.");

  auto file = Hdf5File::create(folder.file("cut.h5"));
  file.write<double>("x", {1000}, std::vector<double>(1000));
  file.close();
  std::filesystem::resize_file(folder.file("cut.h5"), 4000);
  EXPECT_EQ(message(folder.file("cut.h5")).find(folder.file("cut.h5") + ": cannot be opened"), 0U);
}

TEST(Hdf5File, CreatingInAMissingFolderFails) {
  const TemporaryFolder folder;
  const auto path = folder.file("none/a.h5");
  EXPECT_EQ(messageOf<std::runtime_error>([&] { Hdf5File::create(path); }),
            path + ": cannot be created (No such file or directory).");
}

TEST(Hdf5File, WithoutCloseLeavesNoFile) {
  const TemporaryFolder folder;
  Hdf5File::create(folder.file("a.h5")).write<int>("x", {1}, {3});
  EXPECT_EQ(folder.entries(), 0U);
}

TEST(Hdf5File, MovingHandsTheFileOn) {
  const TemporaryFolder folder;
  auto first = Hdf5File::create(folder.file("a.h5"));
  Hdf5File second = std::move(first);
  second.write<int>("x", {1}, {3});
  second.close();
  second = Hdf5File::open(folder.file("a.h5"));
  EXPECT_EQ(second.read<int>("x").values, std::vector<int>{3});
}

} // namespace
} // namespace terrace::dataset
