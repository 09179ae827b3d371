#include "run/Pulse.hpp"

#include <Tpetra_Core.hpp>

#include <gtest/gtest.h>

namespace terrace::program {
namespace {

const Teuchos::Comm<int>& world() {
  static const auto comm = Tpetra::getDefaultComm();
  return *comm;
}

// The clock of a rank: rank 0's is right.
double shownHere(double seconds) {
  return world().getRank() == 0 ? seconds : 1000 * seconds;
}

TEST(Pulse, GivesAllRanksTheClockOfTheFirstAndTheInterruptOfAny) {
  Pulse pulse(world());
  pulse.start(3);
  EXPECT_EQ(pulse.seconds(), 3);
  EXPECT_FALSE(pulse.interrupted());
  pulse.beat(shownHere(5), false);
  EXPECT_EQ(pulse.seconds(), 5);
  EXPECT_FALSE(pulse.interrupted());
  pulse.beat(shownHere(6), world().getRank() == world().getSize() - 1);
  EXPECT_EQ(pulse.seconds(), 6);
  EXPECT_TRUE(pulse.interrupted());
}

TEST(Pulse, BeatsAFewTimesASecondHoweverShortTheSteps) {
  for (const double length : {1e-5, 1e-3, 0.05}) {
    Pulse pulse(world());
    pulse.start(0);
    int beats = 0;
    double longest = 0;
    for (double now = length; now < 5; now += length) {
      const double before = pulse.seconds();
      pulse.step(shownHere(now), false);
      if (pulse.seconds() != before) ++beats;
      longest = std::max(longest, now - pulse.seconds());
    }
    EXPECT_LE(longest, 0.41) << length;
    if (world().getSize() > 1) {
      EXPECT_LE(beats, 60) << length;
    }
  }
}

TEST(Pulse, BeatsAtEachLongStepAndAtEachStepOfOneRank) {
  Pulse pulse(world());
  pulse.start(0);
  const double length = world().getSize() > 1 ? 0.5 : 1e-6;
  for (int step = 1; step <= 20; ++step) {
    pulse.step(shownHere(step * length), false);
    EXPECT_EQ(pulse.seconds(), step * length);
  }
}

TEST(Pulse, IsFasterAgainAfterStepsHaveGrown) {
  Pulse pulse(world());
  pulse.start(0);
  double now = 0;
  for (int step = 0; step < 10000; ++step) pulse.step(shownHere(now += 1e-4), false);
  pulse.beat(shownHere(now += 1), false); // the row of a cycle with long steps
  for (int step = 0; step < 3; ++step) pulse.step(shownHere(now += 1), true);
  pulse.beat(shownHere(now += 1), true);
  EXPECT_TRUE(pulse.interrupted());
}

} // namespace
} // namespace terrace::program
