#include "run/History.hpp"

#include "TemporaryDirectory.hpp"
#include "run/TrainingTable.hpp"

#include <terrace/dataset/Hdf5File.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace terrace::program;

namespace {

HistoryRow row(int iteration) {
  HistoryRow r;
  r.iteration = iteration;
  r.level = 1;
  r.coarsestLevel = 3;
  r.value = 0.25 / (iteration + 1);
  r.radius = r.testMetric = std::numeric_limits<double>::quiet_NaN();
  r.trainMetric = 0.5;
  return r;
}

} // namespace

TEST(History, IsWrittenColumnByColumnWithAMeaningForEach) {
  const terrace::test::TemporaryDirectory directory;
  History history("error", 5);
  history.add(row(0));
  history.add(row(1));
  history.write(directory.file("history.h5"));
  const auto file = terrace::dataset::Hdf5File::open(directory.file("history.h5"));
  EXPECT_EQ(file.read<double>("value").values, (std::vector<double>{0.25, 0.125}));
  EXPECT_EQ(file.attribute<std::int64_t>("/", "training_samples"), 5);
  EXPECT_EQ(file.type("iteration"), terrace::dataset::Hdf5Type::Integer);
  for (const auto& column : file.members("/"))
    EXPECT_TRUE(file.hasAttribute(column, "description")) << column;
}

TEST(History, AsTextHasALineForEachRow) {
  const terrace::test::TemporaryDirectory directory;
  History history("accuracy", 5);
  history.add(row(0));
  history.write(directory.file("history.h5"));
  EXPECT_EQ(
      historyText(directory.file("history.h5")),
      "iteration\tcycle\tlevel\tcoarsest_level\tvalue\tgradient_norm\tstep_norm\tradius\tratio\taccepted\t"
      "samples\twork\tseconds\ttrain_accuracy\ttest_accuracy\n"
      "0\t0\t1\t3\t0.25\t0\t0\tnan\t0\t0\t0\t0\t0\t0.5\tnan\n");
}

TEST(History, OfACheckpointWhoseColumnsDoNotFitIsRefused) {
  const terrace::test::TemporaryDirectory directory;
  const auto path = directory.file("checkpoint.h5");
  const auto refusal = [&](const std::string& other, const std::vector<std::size_t>& shape) {
    auto file = terrace::dataset::Hdf5File::create(path);
    file.createGroup("history");
    for (const std::string column :
         {"iteration", "cycle", "level", "coarsest_level", "value", "gradient_norm", "step_norm", "radius",
          "ratio", "accepted", "samples", "work", "seconds", "train_error", "test_error"}) {
      const auto extents = column == other ? shape : std::vector<std::size_t>{1};
      std::size_t entries = 1;
      for (const auto extent : extents) entries *= extent;
      file.write("history/" + column, extents, std::vector<std::int64_t>(entries));
    }
    file.close();
    History history("error", 5);
    try {
      history.read(terrace::dataset::Hdf5File::open(path), "history");
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(refusal("iteration", {}), path + ": history/iteration is not a column of numbers.");
  EXPECT_EQ(refusal("level", {3}), path + ": history/level has 3 rows; expected 1.");
}

TEST(History, HasAColumnOfValidationLossesIfSamplesWereHeldOut) {
  const terrace::test::TemporaryDirectory directory;
  History history("error", 5);
  history.add(row(0));
  auto judged = row(1);
  judged.validationLoss = 0.125;
  history.add(judged);
  history.write(directory.file("history.h5"));
  const auto columns = readHistory(directory.file("history.h5"));
  EXPECT_EQ(columns.names.back(), "validation_loss");
  EXPECT_TRUE(std::isnan(columns.values.back()[0]));
  EXPECT_EQ(columns.values.back()[1], 0.125);
}

TEST(TrainingTable, ShowsLevelsAndLeavesADashForWhatThereIsNot) {
  std::ostringstream out;
  TrainingTable table(out, "accuracy", 25, false);
  table.add(row(1));
  EXPECT_NE(out.str().find("     1    1-3        0   1.250000e-01"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("    0.5000         -\n"), std::string::npos) << out.str();
}

TEST(TrainingTable, RepeatsItsHeader) {
  std::ostringstream out;
  TrainingTable table(out, "accuracy", 2, false);
  for (int i = 0; i < 3; ++i) table.add(row(i));
  const std::string text = out.str();
  EXPECT_NE(text.find("levels"), text.rfind("levels"));
}

TEST(TrainingTable, ShowsProgressOnTerminalsOnlyAndRemovesIt) {
  std::ostringstream file, terminal;
  TrainingTable plain(file, "accuracy", 25, false), live(terminal, "accuracy", 25, true);
  for (TrainingTable* table : {&plain, &live}) {
    table->showProgress(5, 10, 2.0);
    table->add(row(1));
  }
  EXPECT_EQ(file.str().find("work 5"), std::string::npos);
  EXPECT_NE(terminal.str().find("work 5.00 of 10 units (50 %), 2 s\r\x1b[K"), std::string::npos)
      << terminal.str();
}
