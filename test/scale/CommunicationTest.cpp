// What a step of the finest level says to the other ranks. A message that is one more has to be here.
#include "Runs.hpp"

#include <gtest/gtest.h>

using namespace terrace::scale;

namespace {

// The mean of a kind's calls over the cycles from `first` on.
double callsOfCycle(const terrace::scale::Run& run, std::size_t first, Kind kind) {
  const Sum sum = sumOf(run.rows, first);
  return static_cast<double>(sum.counts[static_cast<std::size_t>(kind)].calls) /
         static_cast<double>(sum.rows);
}

} // namespace

TEST(Communication, OfAStepIsThreeAllReducesAnAllGatherAndAReduceScatter) {
  const auto training = makeSamples(1024);
  const terrace::scale::Run one = runOneLevel(training, 1, 30), five = runOneLevel(training, 5, 30);
  const auto callsOfStep = [&](Kind kind) {
    return (callsOfCycle(five, 10, kind) - callsOfCycle(one, 10, kind)) / 4;
  };
  EXPECT_GT(callsOfStep(Kind::AllReduce), 2.0) << "nothing is counted";
  EXPECT_LE(callsOfStep(Kind::AllReduce), 3.2) << "now and then a subproblem measures its step again";
  EXPECT_EQ(callsOfStep(Kind::AllGather), 1.0);
  EXPECT_EQ(callsOfStep(Kind::ReduceScatter), 1.0);
  for (const Kind kind : {Kind::Broadcast, Kind::AllToAll, Kind::Barrier, Kind::Other, Kind::Message})
    EXPECT_EQ(callsOfStep(kind), 0.0) << nameOf(kind);
}
