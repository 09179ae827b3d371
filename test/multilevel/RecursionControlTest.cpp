#include <terrace/multilevel/engine/RecursionControl.hpp>
#include <terrace/multilevel/engine/StagnationTest.hpp>

#include <gtest/gtest.h>

#include <cmath>

using terrace::CycleParameters;
using terrace::RecursionControl;
using terrace::StagnationTest;

namespace {

// Work spent on corrections in `cycles` cycles of smoothing (work 2, decrease 1), each correction costing
// `work`.
double correctionWork(RecursionControl control, int cycles, double work, double decrease) {
  double spent = 0;
  for (int i = 0; i < cycles; ++i) {
    control.recordSmoothing(1, 2);
    if (!control.recurseNow()) continue;
    control.recordCorrection(decrease, work);
    spent += work;
  }
  return spent;
}

} // namespace

TEST(RecursionControl, LosesAtMostATwentiethAndOneCorrection) {
  for (const double work : {0.1, 3.0, 20.0})
    for (const int cycles : {1, 10, 100, 1000})
      EXPECT_LE(correctionWork(RecursionControl(CycleParameters::Recursion::Adaptive), cycles, work, 0),
                work + 0.05 * 2 * cycles + 1e-12);
}

TEST(RecursionControl, NeverForbidsARecursionThatDoesNotPay) {
  EXPECT_GE(correctionWork(RecursionControl(CycleParameters::Recursion::Adaptive), 1000, 3, 0),
            0.9 * 0.05 * 2000);
}

TEST(RecursionControl, RecursesInEveryCycleWhileItPays) {
  EXPECT_DOUBLE_EQ(correctionWork(RecursionControl(CycleParameters::Recursion::Adaptive), 50, 3, 2), 150);
}

TEST(RecursionControl, RecursesWhereSmoothingStandsStill) {
  RecursionControl control(CycleParameters::Recursion::Adaptive);
  for (int i = 0; i < 20; ++i) {
    control.recordSmoothing(0, 2);
    EXPECT_TRUE(control.recurseNow());
    control.recordCorrection(1e-3, 5);
  }
}

TEST(RecursionControl, HandsItsDebtUp) {
  RecursionControl coarse(CycleParameters::Recursion::Adaptive), fine(CycleParameters::Recursion::Adaptive);
  coarse.recordSmoothing(1, 1);
  coarse.recordCorrection(0, 0.5);
  fine.inherit(coarse, 4);
  EXPECT_DOUBLE_EQ(fine.debt(), 2);
  EXPECT_FALSE(fine.recurseNow());
}

TEST(RecursionControl, TakesACorrectionThatGivesTwiceWhatSmoothingDoes) {
  RecursionControl adaptive(CycleParameters::Recursion::Adaptive), always(CycleParameters::Recursion::Always);
  for (RecursionControl* control : {&adaptive, &always}) control->recordSmoothing(8, 2);
  EXPECT_TRUE(adaptive.isWorthTaking(24.01, 3));
  EXPECT_FALSE(adaptive.isWorthTaking(23.99, 3));
  EXPECT_TRUE(always.isWorthTaking(1e-9, 3));
}

TEST(RecursionControl, ObeysAlwaysAndNever) {
  EXPECT_EQ(correctionWork(RecursionControl(CycleParameters::Recursion::Never), 10, 3, 9), 0);
  EXPECT_EQ(correctionWork(RecursionControl(CycleParameters::Recursion::Always), 10, 3, 0), 30);
}

// Decrease per work unit falls like 1/k^2 on a level that costs as much as half of the next finer one, or a
// tenth.
TEST(StagnationTest, IsMorePatientOnCheaperLevels) {
  const auto cyclesUntilClimb = [](double costRatio) {
    StagnationTest test(10, 0.1);
    double value = 10, work = 0;
    test.enter(value, work, costRatio);
    for (int k = 1;; ++k) {
      value -= 1.0 / (k * k);
      work += 0.5;
      if (test.stagnates(value, work)) return k;
    }
  };
  EXPECT_GE(cyclesUntilClimb(0.5), 10);
  EXPECT_LT(cyclesUntilClimb(0.5), cyclesUntilClimb(0.1));
}

TEST(StagnationTest, DoesNotDependOnScaleAndShift) {
  for (const double scale : {1.0, 1e-6, 1e6})
    for (const double shift : {0.0, -1000.0}) {
      StagnationTest test(5, 0.1);
      test.enter(shift + scale, 0, 0.5);
      int k = 1;
      while (!test.stagnates(shift + scale * std::exp(-0.3 * k), k)) ++k;
      EXPECT_EQ(k, 19); // the first k with 0.696 exp(-0.3 k) < 0.05 (1 - exp(-0.3 k)) / k
    }
}

// Whatever prolongation adds, the level that recovers it is left at the same rate of decrease; but where that
// is ten times what was gained, it is left early.
TEST(StagnationTest, DoesNotCountTheRecoveryFromProlongationAsProgress) {
  const auto cyclesUntilClimb = [](double added) {
    StagnationTest test(1, 0.1);
    test.enter(2, 0, 0.5);
    test.stagnates(1, 1);
    test.enter(1 + added, 1, 0.5);
    double value = 0.9;
    int k = 1;
    for (; !test.stagnates(value, 1 + k); ++k) value -= 0.1 / (k * k);
    return k;
  };
  EXPECT_EQ(cyclesUntilClimb(0), 4);
  EXPECT_EQ(cyclesUntilClimb(1), 4);
  EXPECT_EQ(cyclesUntilClimb(9), 4);
  EXPECT_EQ(cyclesUntilClimb(11), 2);
}

// A level that makes no progress at all is left after its window, and so is one that the nested iteration
// enters at the solution.
TEST(StagnationTest, LeavesALevelWithoutProgress) {
  StagnationTest test(4, 0.1);
  test.enter(1, 0, 1);
  int k = 1;
  while (!test.stagnates(1, k)) ASSERT_LT(++k, 10);
  EXPECT_EQ(k, 4);
}

// The climb to the level added 0.02. The next one is expected to add three tenths of that, and at most a
// thousandth of what was gained.
TEST(StagnationTest, GoesBelowTheTargetByWhatTheNextClimbMayAdd) {
  const auto valueAtClimb = [](double start) {
    StagnationTest test(100, 1e-12, 0.1);
    test.enter(start, 0, 0.5);
    EXPECT_TRUE(test.stagnates(0.09, 1));
    test.enter(0.11, 1, 0.5);
    double value = 0.11, work = 1;
    do value -= 0.0001;
    while (!test.stagnates(value, ++work));
    return value;
  };
  EXPECT_NEAR(valueAtClimb(100), 0.1 - 0.3 * 0.02, 1.5e-4);
  EXPECT_NEAR(valueAtClimb(3.09), 0.1 - 0.003, 1.5e-4);
}
