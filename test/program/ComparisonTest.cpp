#include "TemporaryDirectory.hpp"
#include "compare/PerformanceProfile.hpp"
#include "compare/Statistics.hpp"
#include "run/History.hpp"
#include "run/RecordedRun.hpp"
#include "run/Summary.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace terrace::program;

namespace {

constexpr double never = std::numeric_limits<double>::infinity();
constexpr double none = std::numeric_limits<double>::quiet_NaN();

HistoryRow row(int level, long samples, double value, double work) {
  HistoryRow row;
  row.level = level;
  row.samples = samples;
  row.value = value;
  row.work = work;
  row.seconds = 10 * work;
  return row;
}

} // namespace

TEST(Statistics, MedianIsTheMiddleAndNeverIsTheLargest) {
  EXPECT_EQ(Statistics::of({3, 1, 2}).median, 2);
  EXPECT_EQ(Statistics::of({4, 1, 2, 3}).median, 2.5);
  EXPECT_EQ(Statistics::of({never, 1, 2}).median, 2);
  EXPECT_EQ(Statistics::of({never, 1}).median, never);
  EXPECT_EQ(Statistics::of({never, never, 1}).median, never);
  EXPECT_EQ(Statistics::of({never, never}).lowest, never);
  EXPECT_EQ(Statistics::of({3, none, 1}).median, 2);
  EXPECT_EQ(Statistics::of({3, none, 1}).highest, 3);
  EXPECT_TRUE(std::isnan(Statistics::of({none}).median));
}

// Two solvers, four instances: the second takes twice as long on the first, half on the second, alone solves
// the third; nobody solves the fourth.
TEST(PerformanceProfile, IsTheFractionSolvedWithinAFactorOfTheBest) {
  const PerformanceProfile profile({{1, 4, never, never}, {2, 2, 7, never}});
  EXPECT_EQ(profile.instances(), 4U);
  EXPECT_EQ(profile.at(0, 1), 0.25);
  EXPECT_EQ(profile.at(1, 1), 0.5);
  EXPECT_EQ(profile.at(0, 1.99), 0.25);
  EXPECT_EQ(profile.at(0, 2), 0.5);
  EXPECT_EQ(profile.at(1, 2), 0.75);
  EXPECT_EQ(profile.at(0, never), 0.5);
  EXPECT_EQ(profile.at(1, never), 0.75);
  EXPECT_EQ(profile.ratios(1), (std::vector<double>{1, 1, 2}));
}

TEST(PerformanceProfile, ATargetThatTheStartMeetsSetsNoSolverApart) {
  const PerformanceProfile profile({{0}, {1}, {0}});
  EXPECT_EQ(profile.at(0, 1), 1);
  EXPECT_EQ(profile.at(1, 1), 1);
  EXPECT_EQ(profile.at(2, 1), 1);
}

TEST(RecordedRun, TargetsCountOnlyOnTheFinestLevelWithAllSamples) {
  const terrace::test::TemporaryDirectory directory;
  History history("accuracy", 100);
  history.add(row(1, 100, 0.01, 1));
  history.add(row(0, 50, 0.02, 2));
  history.add(row(0, 100, none, 3));
  history.add(row(0, 100, 0.4, 4));
  history.add(row(0, 100, 0.2, 5));
  history.add(row(0, 100, 0.1, 6));
  history.write(directory.file("history.h5"));
  Summary summary;
  summary.metric = "accuracy";
  summary.status = "Done";
  summary.value = 0.1;
  summary.write(directory.file("summary.json"));
  directory.write("deck.xml", "<ParameterList/>");
  const auto run = RecordedRun::read(directory.file(""));
  EXPECT_EQ(run.metric, "accuracy");
  EXPECT_EQ(run.number("value"), 0.1);
  EXPECT_EQ(run.text("status"), "Done");
  EXPECT_FALSE(run.failed());
  EXPECT_EQ(run.costOf(0.5, "work"), 4);
  EXPECT_EQ(run.costOf(0.5, "seconds"), 40);
  EXPECT_EQ(run.costOf(0.2, "work"), 5);
  EXPECT_EQ(run.costOf(0.05, "work"), never);
  EXPECT_EQ(run.costOf(0.05, "seconds"), never);
}
