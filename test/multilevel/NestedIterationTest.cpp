// Nested iteration alone: the cycles are scripted.
#include "MemoryArchive.hpp"
#include "PairTransfer.hpp"
#include "Problems.hpp"
#include "ScriptedCycles.hpp"

#include <terrace/multilevel/engine/NestedIteration.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace terrace_test;
using terrace::NestedIteration;

namespace {

using Log = std::vector<std::string>;

constexpr double noTarget = -std::numeric_limits<double>::infinity();

terrace::CycleParameters cycleParameters(int mostCycles = 1000) {
  auto list = solverParameters();
  list.sublist("Step").sublist("Multilevel Trust Region").set("Nested Cycles", mostCycles);
  return terrace::CycleParameters(list.sublist("Step").sublist("Multilevel Trust Region"));
}

// Levels with 8, 4 and 2 unknowns that cost 1, 1/4 and 1/16.
template <class Transfer = PairTransfer>
ROL::Ptr<terrace::LevelHierarchy<double>> shrinkingHierarchy() {
  const auto hierarchy = ROL::makePtr<terrace::LevelHierarchy<double>>(ROL::makePtr<terrace::WorkCounter>());
  for (int level = 0; level < 3; ++level) {
    terrace::Level<double> entry;
    entry.objective = standardProblems()[0].objective();
    entry.vector = makeVector(8 >> level);
    entry.work = std::pow(0.25, level);
    if (level < 2) entry.toCoarser = ROL::makePtr<Transfer>();
    hierarchy->add(entry);
  }
  return hierarchy;
}

struct Nested {
  explicit Nested(const terrace::CycleParameters& parameters, double target = noTarget,
                  const ROL::Ptr<terrace::LevelHierarchy<double>>& given = shrinkingHierarchy())
      : list(solverParameters()), hierarchy(given),
        levels(hierarchy, parameters, list.sublist("General").sublist("Secant")), cycles(levels),
        iteration(parameters, target) {}

  void run() {
    iteration.start(levels);
    iteration.run(levels, cycles);
  }
  // As all cycles do the same on a level, so does the value.
  void decreaseBy(double factor) {
    cycles.cycle = [this, factor](int level) { levels[level].value *= factor; };
  }
  std::vector<double>& x(int level) { return *dynamic_cast<StdVector&>(*levels[level].x).getVector(); }

  Teuchos::ParameterList list;
  ROL::Ptr<terrace::LevelHierarchy<double>> hierarchy;
  terrace::LevelStates<double> levels;
  ScriptedCycles cycles;
  NestedIteration<double> iteration;
};

} // namespace

TEST(NestedIteration, WorksFromTheCoarsestLevelUpAndOnlyEntersTheFinest) {
  Nested nested(cycleParameters(2));
  nested.decreaseBy(0.5);
  nested.cycles.atRest = [&] { EXPECT_TRUE(nested.iteration.isUnderWay()); };
  EXPECT_FALSE(nested.iteration.isUnderWay());
  nested.run();
  EXPECT_EQ(nested.cycles.log,
            (Log{"enter 2", "cycle 2", "cycle 2", "enter 1", "cycle 1", "cycle 1", "enter 0"}));
  EXPECT_FALSE(nested.iteration.isUnderWay());
}

TEST(NestedIteration, ProjectsTheStartAndProlongsTheIterateAndItsPairs) {
  Nested nested(cycleParameters(1));
  nested.x(0) = {1, 3, 5, 7, 2, 2, 0, 4};
  nested.iteration.start(nested.levels);
  EXPECT_EQ(nested.x(1), (Values{2, 6, 2, 2}));
  EXPECT_EQ(nested.x(2), (Values{4, 2}));
  const auto s = makeVector({1.0, 0.0}), y = makeVector({3.0, 0.0});
  nested.cycles.cycle = [&](int level) {
    if (level == 1) return;
    nested.x(2) = {-1, 9};
    nested.levels[2].secant.addPair(*s, *y);
    nested.levels[2].smoothingRadius.set(0.125);
  };
  nested.iteration.run(nested.levels, nested.cycles);
  EXPECT_EQ(nested.x(0), (Values{-1, -1, -1, -1, 9, 9, 9, 9}));
  EXPECT_EQ(nested.levels[0].secant.storedPairs(), 1);
  EXPECT_EQ(nested.levels[0].smoothingRadius.value(), 0.125);
}

TEST(NestedIteration, ProlongsIteratesAndStepsOfPairsByTheirOwnOperators) {
  Nested nested(cycleParameters(1), noTarget, shrinkingHierarchy<UnevenTransfer>());
  nested.iteration.start(nested.levels);
  const auto s = makeVector({1.0, 0.0}), y = makeVector({3.0, 0.0});
  nested.cycles.cycle = [&](int level) {
    if (level == 1) return;
    nested.x(2) = {-1, 9};
    nested.levels[2].secant.addPair(*s, *y);
  };
  nested.iteration.run(nested.levels, nested.cycles);
  EXPECT_EQ(nested.x(0), (Values{-0.75, -0.75, -0.75, -0.75, 9.25, 9.25, 9.25, 9.25}));
  const auto v = makeVector({1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0}), bv = makeVector(8);
  nested.levels[0].secant.applyB(*bv, *v);
  for (int i = 0; i < 4; ++i)
    EXPECT_NEAR((*bv->getVector())[static_cast<std::size_t>(i)], 3, 1e-12); // y = 3 s
}

// A radius of 1e-9 is that of a level where steps failed; it must not slow down the next.
TEST(NestedIteration, DoesNotCarryACollapsedRadiusUp) {
  Nested nested(cycleParameters(1));
  nested.cycles.cycle = [&](int level) { nested.levels[level].smoothingRadius.set(1e-9); };
  nested.run();
  EXPECT_EQ(nested.levels[0].smoothingRadius.value(), 0.01);
}

TEST(NestedIteration, LeavesALevelThatStagnatesOrHasNoStepLeft) {
  Nested stagnating(cycleParameters());
  int cycles = 0;
  stagnating.cycles.cycle = [&](int level) { // ten good cycles, then next to nothing
    if (level == 2) stagnating.levels[2].value *= ++cycles <= 10 ? 0.5 : 1 - 1e-9;
  };
  stagnating.run();
  EXPECT_GT(cycles, 10);
  EXPECT_LT(cycles, 40);

  Nested idle(cycleParameters());
  idle.decreaseBy(0.5);
  idle.cycles.isIdle = true;
  idle.run();
  EXPECT_EQ(idle.cycles.log, (Log{"enter 2", "cycle 2", "enter 1", "cycle 1", "enter 0"}));
}

// One value is more than twice too high: over one work unit, 16 cycles, there is no decrease, over half of
// the work there is.
TEST(NestedIteration, DoesNotTakeNoiseForStagnation) {
  const auto cyclesOnCoarsest = [](bool isNoisy) {
    Nested nested(cycleParameters(60));
    nested.cycles.isNoisy = isNoisy;
    double mean = nested.cycles.start;
    int count = 0;
    nested.cycles.cycle = [&](int level) {
      if (level != 2) return;
      mean *= 0.96;
      nested.levels[2].value = mean * (++count == 51 ? 2.3 : 1.0);
    };
    nested.run();
    return count;
  };
  EXPECT_EQ(cyclesOnCoarsest(false), 51);
  EXPECT_EQ(cyclesOnCoarsest(true), 60);
}

TEST(NestedIteration, LeavesEveryLevelThatIsAtTheTarget) {
  Nested nested(cycleParameters(), 2.0);
  nested.run();
  EXPECT_EQ(nested.cycles.log, (Log{"enter 2", "enter 1", "enter 0"}));
}

TEST(NestedIteration, ClimbsAtOnceWhereALimitIsReached) {
  Nested nested(cycleParameters());
  nested.decreaseBy(0.5);
  nested.cycles.limit = 3.5 / 16;
  nested.run();
  EXPECT_EQ(nested.cycles.log, (Log{"enter 2", "cycle 2", "cycle 2", "cycle 2", "enter 0"}));
}

TEST(NestedIteration, LeavesTwoFifthsOfABudgetToTheCoarserLevelsByTheCubeRootsOfTheirCosts) {
  Nested nested(cycleParameters(1));
  nested.decreaseBy(0.5);
  std::vector<double> shares;
  nested.cycles.atRest = [&] { shares.push_back(nested.iteration.budgetShare(*nested.hierarchy, 0.4)); };
  nested.run();
  ASSERT_EQ(shares.size(), 2U);
  const double dear = std::cbrt(1.0 / 4), cheap = std::cbrt(1.0 / 16);
  EXPECT_NEAR(shares[0], 0.4 * cheap / (cheap + dear), 1e-15);
  EXPECT_NEAR(shares[1], 0.4, 1e-15);
}

TEST(NestedIteration, ResumesWithinALevel) {
  Nested whole(cycleParameters(3));
  whole.decreaseBy(0.5);
  std::vector<State> states;
  std::vector<double> works, values;
  std::vector<std::size_t> lengths;
  whole.cycles.atRest = [&] {
    states.emplace_back();
    MemoryArchive archive(states.back(), false);
    whole.iteration.visitState(archive, "nested", 3);
    works.push_back(whole.cycles.work);
    values.push_back(whole.levels[whole.iteration.level()].value);
    lengths.push_back(whole.cycles.log.size());
  };
  whole.run();
  ASSERT_EQ(states.size(), 6U);
  for (std::size_t k = 0; k < states.size(); ++k) {
    Nested rest(cycleParameters(3));
    rest.decreaseBy(0.5);
    MemoryArchive archive(states[k], true);
    rest.iteration.visitState(archive, "nested", 3);
    rest.cycles.work = works[k];
    rest.levels[rest.iteration.level()].value = values[k];
    rest.iteration.run(rest.levels, rest.cycles);
    EXPECT_EQ(rest.cycles.log,
              Log(whole.cycles.log.begin() + static_cast<std::ptrdiff_t>(lengths[k]), whole.cycles.log.end()))
        << k;
  }
  MemoryArchive archive(states[0], true);
  EXPECT_THROW(NestedIteration<double>(cycleParameters(), noTarget).visitState(archive, "nested", 2),
               std::invalid_argument);
}
