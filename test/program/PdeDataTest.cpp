// terrace data make diffusion-convection-reaction and neutron-diffusion, from end to end.
#include "Program.hpp"
#include "TemporaryDirectory.hpp"

#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Hdf5File.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

using namespace terrace::test;
using terrace::dataset::Hdf5File;
namespace fs = std::filesystem;

namespace {

const std::string problems[] = {"diffusion-convection-reaction", "neutron-diffusion"};
const std::string small = " --train 50 --test 11 --cells 8";

std::string firstError(const Outcome& outcome) {
  return outcome.errors.empty() ? "" : outcome.errors[0];
}

std::size_t entries(const std::string& directory) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

} // namespace

TEST(PdeData, HaveHelpWithAnExample) {
  for (const auto& problem : problems) {
    const Outcome outcome = runProgram("data make " + problem + " --help");
    EXPECT_EQ(outcome.status, 0) << problem;
    EXPECT_NE(outcome.output.find("terrace data make " + problem), std::string::npos) << problem;
  }
}

TEST(PdeData, AreTheSameFileOnAnyNumberOfRanks) {
  for (const auto& problem : problems) {
    const TemporaryDirectory directory;
    const std::string command = "data make " + problem + " ";
    for (const int ranks : {1, 2, 3}) {
      const Outcome outcome = runProgram(command + directory.file(std::to_string(ranks)) + small, ranks);
      ASSERT_EQ(outcome.status, 0) << firstError(outcome);
      EXPECT_EQ(outcome.output.find('\r'), std::string::npos) << "plain lines in a file, under mpiexec too";
    }
    const std::string one = readFile(directory.file("1"));
    EXPECT_GT(one.size(), 1000U);
    EXPECT_TRUE(one == readFile(directory.file("2"))) << problem;
    EXPECT_TRUE(one == readFile(directory.file("3"))) << problem;
    ASSERT_EQ(runProgram(command + directory.file("other") + small + " --seed 2").status, 0);
    EXPECT_FALSE(one == readFile(directory.file("other"))) << problem;
  }
}

TEST(PdeData, HaveTheSameJacobiansOnAnyNumberOfRanks) {
  for (const auto& problem : problems) {
    const TemporaryDirectory directory;
    const std::string command = "data make " + problem + " ", options = small + " --jacobians";
    for (const int ranks : {1, 3})
      ASSERT_EQ(runProgram(command + directory.file(std::to_string(ranks)) + options, ranks).status, 0);
    EXPECT_TRUE(readFile(directory.file("1")) == readFile(directory.file("3"))) << problem;
    ASSERT_EQ(runProgram(command + directory.file("values") + small).status, 0);
    const auto with = terrace::dataset::read(directory.file("1")),
               without = terrace::dataset::read(directory.file("values"));
    EXPECT_EQ(with.train.targets, without.train.targets);
    EXPECT_EQ(with.train.jacobians.size(), with.train.targets.size() * with.inputNames.size());
    EXPECT_TRUE(without.train.jacobians.empty());
  }
}

TEST(PdeData, SayWhatTheyAreAndHowTheyWereMade) {
  const TemporaryDirectory directory;
  const std::string file = directory.file("neutrons.h5");
  const Outcome outcome = runProgram("data make neutron-diffusion " + file + small +
                                     " --seed 9 --diffusion 0.5,1 --source 2 --vacuum left --points 1");
  ASSERT_EQ(outcome.status, 0) << firstError(outcome);
  EXPECT_NE(outcome.output.find("regression, 8 inputs (8), 6 outputs"), std::string::npos) << outcome.output;
  const auto about = terrace::dataset::readDescription(file);
  EXPECT_EQ(about.task, terrace::dataset::Task::Regression);
  EXPECT_EQ(about.trainSamples, 50U);
  EXPECT_EQ(about.testSamples, 11U);
  ASSERT_EQ(about.inputNames.size(), 8U); // the sources are fixed
  EXPECT_EQ(about.inputNames[4], "log10 Sigma_1");
  ASSERT_EQ(about.targetNames.size(), 6U);
  EXPECT_EQ(about.targetNames[4], "phi(10, 10)");
  EXPECT_EQ(about.targetNames[5], "leakage");
  EXPECT_NE(about.description.find("-div(D grad phi) + Sigma phi = S"), std::string::npos);
  EXPECT_NE(about.description.find("D in 0.5..1 cm"), std::string::npos);
  const auto stored = Hdf5File::open(file);
  EXPECT_EQ(stored.attribute<std::string>("/", "problem"), "neutron-diffusion");
  EXPECT_EQ(stored.attribute<std::int64_t>("/", "mesh_cells"), 8);
  EXPECT_EQ(stored.attribute<std::int64_t>("/", "seed"), 9);
  EXPECT_EQ(stored.attribute<double>("/", "tolerance"), 1e-10);
  EXPECT_EQ(stored.attribute<std::vector<std::string>>("/", "target_units")[5], "1/(cm s)");
  const auto lowest = stored.attribute<std::vector<double>>("/", "input_lowest");
  const auto highest = stored.attribute<std::vector<double>>("/", "input_highest");
  const auto data = terrace::dataset::read(file);
  for (std::size_t i = 0; i < data.train.inputs.size(); ++i) {
    EXPECT_GE(data.train.inputs[i], lowest[i % 8]);
    EXPECT_LE(data.train.inputs[i], highest[i % 8]);
  }
}

TEST(PdeData, WrongParametersAreNamedAndLeaveNoFile) {
  const TemporaryDirectory directory;
  const std::string neutrons = "data make neutron-diffusion " + directory.file("n.h5") + small;
  const std::string substance = "data make diffusion-convection-reaction " + directory.file("d.h5") + small;
  const auto expectRejection = [](const std::string& arguments, const std::string& message, int ranks = 1) {
    const Outcome outcome = runProgram(arguments, ranks);
    EXPECT_EQ(outcome.status, 2) << arguments;
    ASSERT_EQ(outcome.errors.size(), 1U) << arguments << '\n' << outcome.output;
    EXPECT_EQ(outcome.errors[0].rfind("terrace: " + message, 0), 0U) << outcome.errors[0];
  };
  expectRejection(neutrons + " --diffusion=-1,2", "neutron-diffusion: diffusion = -1..2 is not valid;", 2);
  expectRejection(neutrons + " --absorption 0,1", "neutron-diffusion: absorption = 0..1 is not valid;");
  expectRejection(neutrons + " --source 1,oops", "--source: \"1,oops\" is not a range;");
  expectRejection("data make neutron-diffusion " + directory.file("n.h5") + " --cells 0",
                  "neutron-diffusion: cells = 0 is out of range;");
  expectRejection(neutrons + " --vacuum rihgt", "--vacuum: \"rihgt\" is not a side; did you mean \"right\"?");
  expectRejection("data make neutron-diffusion " + directory.file("n.h5") + " --train 0",
                  "neutron-diffusion: train samples = 0 is out of range;");
  expectRejection(substance + " --kappa 1,0.1", "diffusion-convection-reaction: kappa = 1..0.1");
  expectRejection(substance + " --regions 3", "diffusion-convection-reaction: cells = 8 is not valid; "
                                              "expected a multiple of regions = 3, such as 9.");
  expectRejection(substance + " --tolerance nan", "diffusion-convection-reaction: tolerance = nan");
  EXPECT_EQ(entries(directory.file("")), 0U);
}

TEST(PdeData, PlacesThatCannotBeWrittenAreFoundBeforeTheWork) {
  const TemporaryDirectory directory;
  const std::string blocked = directory.write("file", "no folder");
  for (const std::string& file : {std::string("/dev/full"), blocked + "/data.h5", directory.file("")}) {
    const Outcome outcome =
        runProgram("data make neutron-diffusion " + file + " --train 10000000 --cells 1024");
    EXPECT_EQ(outcome.status, 2) << file;
    EXPECT_NE(firstError(outcome).find("cannot be written"), std::string::npos) << firstError(outcome);
  }
  EXPECT_EQ(entries(directory.file("")), 1U);
}
