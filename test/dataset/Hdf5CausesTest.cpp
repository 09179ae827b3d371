// What users' HDF5 files lack, and that the message says which.
#include "TemporaryFolder.hpp"

#include <terrace/dataset/Checksum.hpp>
#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Hdf5File.hpp>

#include <gtest/gtest.h>
#include <hdf5.h>

#include <array>
#include <fstream>

namespace terrace::dataset {
namespace {

using test::messageOf;
using test::TemporaryFolder;

constexpr std::array<hsize_t, 2> extents = {4, 2};

class ForeignFiles : public ::testing::Test {
protected:
  ForeignFiles()
      : path_(folder_.file("a.h5")),
        file_(H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)) {}
  ~ForeignFiles() override { close(); }

  void close() {
    if (file_ >= 0) H5Fclose(file_);
    file_ = -1;
  }

  // Makes a dataset of 4 x 2 doubles and closes it. \param values  null: nothing is written.
  void make(const std::string& name, hid_t properties, const double* values = nullptr) {
    const hid_t space = H5Screate_simple(2, extents.data(), nullptr);
    const hid_t dataset =
        H5Dcreate2(file_, name.c_str(), H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    if (values != nullptr) H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(dataset);
    H5Sclose(space);
  }

  // The message of reading `name`, without the file.
  std::string complaint(const std::string& name) {
    close();
    const auto message = messageOf<std::invalid_argument>([&] { Hdf5File::open(path_).read<double>(name); });
    return message.rfind(path_ + ": ", 0) == 0 ? message.substr(path_.size() + 2) : message;
  }

  TemporaryFolder folder_;
  std::string path_;
  hid_t file_;
  std::array<double, 8> values_ = {1, 2, 3, 4, 5, 6, 7, 8};
};

} // namespace

TEST_F(ForeignFiles, ValuesThatWereNeverWrittenAreNoZeros) {
  make("x", H5P_DEFAULT);
  EXPECT_EQ(complaint("x"), "x: was never written; its values would be fill values.");
}

TEST_F(ForeignFiles, ChunksThatWereNeverWrittenAreCounted) {
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  const std::array<hsize_t, 2> chunk = {1, 2};
  H5Pset_chunk(properties, 2, chunk.data());
  make("x", properties);
  const hid_t dataset = H5Dopen2(file_, "x", H5P_DEFAULT), space = H5Dget_space(dataset);
  const std::array<hsize_t, 2> start = {1, 0};
  H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, chunk.data(), nullptr);
  const hid_t memory = H5Screate_simple(2, chunk.data(), nullptr);
  H5Dwrite(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, values_.data());
  H5Sclose(memory);
  H5Sclose(space);
  H5Dclose(dataset);
  make("whole", properties, values_.data());
  H5Pclose(properties);
  EXPECT_EQ(complaint("x"), "x: 3 of its 4 chunks were never written; their values would be fill values.");
  EXPECT_EQ(complaint("whole"), "nothing thrown");
}

TEST_F(ForeignFiles, AVirtualDatasetNamesTheSourceThatIsMissing) {
  const std::string source = folder_.file("source.h5");
  const auto makeVirtual = [&](const char* name, const char* dataset, hsize_t rows) {
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    const std::array<hsize_t, 2> part = {rows, 2}, start = {0, 0};
    const hid_t target = H5Screate_simple(2, extents.data(), nullptr);
    H5Sselect_hyperslab(target, H5S_SELECT_SET, start.data(), nullptr, part.data(), nullptr);
    const hid_t space = H5Screate_simple(2, part.data(), nullptr);
    H5Pset_virtual(properties, target, "source.h5", dataset, space);
    make(name, properties);
    H5Sclose(space);
    H5Sclose(target);
    H5Pclose(properties);
  };
  makeVirtual("all", "x", 4);
  makeVirtual("half", "x", 2);
  makeVirtual("other", "y", 4);
  EXPECT_EQ(complaint("all"), "all: its source x of the file source.h5 is missing: there is no such file.");
  {
    Hdf5File made = Hdf5File::create(source);
    made.write<double>("x", {4, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
    made.close();
  }
  EXPECT_EQ(Hdf5File::open(path_).read<double>("all").values,
            std::vector<double>(values_.begin(), values_.end()));
  EXPECT_EQ(complaint("other"), "other: its source y of the file source.h5 is missing: no such dataset.");
  EXPECT_EQ(complaint("half"),
            "half: is virtual and its sources have 4 of its 8 values; the others would be fill values.");
}

TEST_F(ForeignFiles, AFilterThatIsMissingIsNamed) {
  const H5Z_class2_t lzf = {H5Z_CLASS_T_VERS,
                            32000,
                            1,
                            1,
                            "lzf",
                            nullptr,
                            nullptr,
                            [](unsigned, std::size_t, const unsigned*, std::size_t bytes, std::size_t*,
                               void**) -> std::size_t { return bytes; }};
  H5Zregister(&lzf);
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(properties, 2, extents.data());
  H5Pset_filter(properties, 32000, H5Z_FLAG_MANDATORY, 0, nullptr);
  make("x", properties, values_.data());
  H5Pclose(properties);
  close();
  H5Zunregister(32000);
  const auto message = complaint("x");
  EXPECT_EQ(message.find("x: is compressed with lzf (HDF5 filter 32000), which this HDF5 "), 0U) << message;
}

TEST_F(ForeignFiles, ALinkThatLeadsNowhereIsNamedWithWhereItLeads) {
  H5Lcreate_soft("/nowhere/x", file_, "soft", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_external("gone.h5", "/x", file_, "external", H5P_DEFAULT, H5P_DEFAULT);
  EXPECT_EQ(complaint("soft"), "soft: the link /soft leads to /nowhere/x, which does not exist.");
  EXPECT_EQ(complaint("external/y"),
            "external/y: the link /external leads to /x of the file gone.h5, which does not "
            "exist there or cannot be opened.");
}

TEST_F(ForeignFiles, GroupsThatLinkBackAreEnteredOnce) {
  make("x", H5P_DEFAULT, values_.data());
  const hid_t group = H5Gcreate2(file_, "group", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_soft("/", group, "up", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_hard(file_, "group", group, "self", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_external("a.h5", "/", group, "outside", H5P_DEFAULT, H5P_DEFAULT);
  make("group/y", H5P_DEFAULT, values_.data());
  H5Gclose(group);
  close();
  const Hdf5File file = Hdf5File::open(path_);
  EXPECT_EQ(file.datasets(), (std::vector<std::string>{"group/y", "x"}));
  EXPECT_EQ(file.datasets(1), (std::vector<std::string>{"group/y"}));
  const auto message = messageOf<std::invalid_argument>([&] { readDescription(path_); });
  EXPECT_NE(message.find("It has group/y (4, 2), x (4, 2)."), std::string::npos) << message;
}

TEST_F(ForeignFiles, BooleansAreCalledSo) {
  const hid_t boolean = H5Tenum_create(H5T_NATIVE_INT8);
  const signed char no = 0, yes = 1;
  H5Tenum_insert(boolean, "FALSE", &no);
  H5Tenum_insert(boolean, "TRUE", &yes);
  const hid_t space = H5Screate_simple(2, extents.data(), nullptr);
  const hid_t dataset = H5Dcreate2(file_, "x", boolean, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Dclose(dataset);
  H5Sclose(space);
  H5Tclose(boolean);
  const auto message = complaint("x");
  EXPECT_EQ(message.find("x: holds booleans"), 0U) << message;
}

TEST_F(ForeignFiles, AFileOfAnotherLayoutIsToldAllThatIsMissing) {
  make("features", H5P_DEFAULT, values_.data());
  close();
  const auto message = messageOf<std::invalid_argument>([&] { readDescription(path_); });
  for (const std::string part : {"attribute \"task\"", "attribute \"input_shape\"", "dataset train/inputs",
                                 "train/labels or train/targets", "features (4, 2)", "data info --help"})
    EXPECT_NE(message.find(part), std::string::npos) << part << " in " << message;
}

TEST_F(ForeignFiles, TheChecksumIsAlsoOfTheFilesThatDataAreLinkedFrom) {
  const std::string source = folder_.file("source.h5");
  const auto writeSource = [&](double first) {
    Hdf5File made = Hdf5File::create(source);
    made.write<double>("x", {1}, {first});
    made.close();
  };
  writeSource(1);
  H5Lcreate_external("source.h5", "/x", file_, "x", H5P_DEFAULT, H5P_DEFAULT);
  close();
  const auto outer = fileChecksum(path_), all = dataChecksum(path_);
  writeSource(2);
  EXPECT_EQ(fileChecksum(path_), outer);
  EXPECT_NE(dataChecksum(path_), all);
  EXPECT_EQ(dataChecksum(source), fileChecksum(source)) << "without links both are the same";
}

TEST(ManyNames, FitIntoAFileAndAreReadBack) {
  const TemporaryFolder folder;
  constexpr int features = 5000;
  Dataset data;
  data.inputShape = {features};
  data.classes = 3000;
  std::vector<std::string> classes;
  for (int i = 0; i < data.classes; ++i) classes.push_back("class " + std::to_string(i));
  data.provenance["class_names"] = classes;
  for (int i = 0; i < features; ++i) data.inputNames.push_back("column " + std::to_string(i));
  data.train.samples = 1;
  data.train.features = features;
  data.train.inputs.assign(features, 1.0);
  data.train.labels = {2999};
  write(folder.file("a.h5"), data);
  const auto about = readDescription(folder.file("a.h5"));
  EXPECT_EQ(about.inputNames, data.inputNames);
  EXPECT_EQ(about.classNames, classes);
}

} // namespace terrace::dataset
