// NumPy archives of networks: what is written is read back, and what is wrong is named.
#include "exchange/NpzFile.hpp"

#include "ExchangedNetworks.hpp"
#include "TemporaryDirectory.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <zip.h>

using namespace terrace::program;
using terrace::test::exchangedNetworks;
using terrace::test::TemporaryDirectory;

namespace {

class NpzNetwork : public ::testing::Test {
protected:
  std::string write(const PortableModel& model, Precision precision = Precision::Double) const {
    writeNpz(path_, model, precision, path_);
    return path_;
  }

  // Removes an array, or renames it.
  void change(const std::string& name, const std::string& to = "") const {
    zip_t* archive = zip_open(path_.c_str(), 0, nullptr);
    ASSERT_NE(archive, nullptr);
    const auto index = zip_name_locate(archive, (name + ".npy").c_str(), 0);
    ASSERT_GE(index, 0);
    if (to.empty()) {
      zip_delete(archive, static_cast<zip_uint64_t>(index));
    } else {
      zip_file_rename(archive, static_cast<zip_uint64_t>(index), (to + ".npy").c_str(), 0);
    }
    ASSERT_EQ(zip_close(archive), 0);
  }

  void expectRejection(const std::string& message) const {
    try {
      readNpz(path_);
      FAIL() << "no error";
    } catch (const std::invalid_argument& error) {
      EXPECT_EQ(error.what(), path_ + ": " + message);
    }
  }

  TemporaryDirectory directory_;
  std::string path_ = directory_.file("network.npz");
};

} // namespace

TEST_F(NpzNetwork, IsReadBackBitForBit) {
  for (auto& model : exchangedNetworks()) {
    auto& about = model.description;
    about.inputs.shift.front() = 1.0 / 3;
    about.targets.logarithm = about.task == terrace::dataset::Task::Regression;
    about.outputNames =
        std::vector<std::string>(static_cast<std::size_t>(about.outputs), "größer 日本 🙂");
    const auto found = readNpz(write(model));
    EXPECT_EQ(found.parameters, model.parameters);
    EXPECT_EQ(found.description.network, about.network);
    EXPECT_EQ(found.description.inputShape, about.inputShape);
    EXPECT_EQ(found.description.inputs.shift, about.inputs.shift);
    EXPECT_EQ(found.description.targets.logarithm, about.targets.logarithm);
    EXPECT_EQ(found.description.outputNames, about.outputNames);
    EXPECT_EQ(found.description.seed, about.seed);
  }
}

TEST_F(NpzNetwork, HasTheSameBytesWheneverItIsWritten) {
  write(exchangedNetworks().front());
  const auto first = terrace::test::readFile(path_);
  write(exchangedNetworks().front());
  EXPECT_EQ(terrace::test::readFile(path_), first);
}

TEST_F(NpzNetwork, NeedsNoScaling) {
  write(exchangedNetworks().front());
  for (const char* name : {"input_shift", "input_scale", "output_shift", "output_scale"})
    change(std::string("scaling/") + name);
  EXPECT_TRUE(readNpz(path_).description.inputs.isIdentity());
}

TEST_F(NpzNetwork, NamesAnArrayThatIsMissing) {
  write(exchangedNetworks().front());
  change("layers/block_0002/W");
  expectRejection("has no array \"layers/block_0002/W\".");
}

TEST_F(NpzNetwork, NamesAnArrayThatIsTooMuch) {
  write(exchangedNetworks().front());
  change("scaling/input_shift", "layers/block_0009/W");
  expectRejection("the array \"layers/block_0009/W\" belongs to no layer of the network in its description.");
}

TEST_F(NpzNetwork, NamesAnArrayOfAnotherShape) {
  write(exchangedNetworks().front());
  change("layers/block_0000/W", "kept");
  change("layers/block_0000/b", "layers/block_0000/W");
  expectRejection("the array \"layers/block_0000/W\" is 5; expected 5 x 5.");
}

TEST_F(NpzNetwork, NeedsItsDescription) {
  write(exchangedNetworks().front());
  change("description");
  expectRejection("has no array \"description\"; doc/exchange.md says what is in it.");
}

TEST_F(NpzNetwork, ReportsAFileThatCannotBeWritten) {
  EXPECT_THROW(writeNpz("/nowhere/a.npz", exchangedNetworks().front(), Precision::Double, "a.npz"),
               std::runtime_error);
}
