#include "Problems.hpp"
#include "SteppedTeams.hpp"
#include "sweep/FusedSweep_Def.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

// The barriers of the fused sweeps: on the host, where the order of a team's threads can be chosen.

namespace terrace::resnet {
namespace {

using reference::roundedSums;
using reference::toView;
using reference::Vector;

// Values, gradients and products of everything that differs in a fused kernel.
template <class Space>
Vector fusedResults(const Network& network, const SampleSet& samples) {
  detail::FusedSweep<Space, double> sweep(network, 0);
  const Vector theta = reference::makeParameters(network), other = reference::makeParameters(network, 8);
  Vector results{sweep.value(toView(theta), samples).loss.value()};
  CompensatedView derivatives("derivatives", theta.size());
  const auto append = [&] {
    const Vector values = roundedSums(derivatives);
    results.insert(results.end(), values.begin(), values.end());
  };
  results.push_back(sweep.valueAndGradient(toView(theta), samples, derivatives).loss.value());
  append();
  for (const auto kind : {HessianKind::Exact, HessianKind::GaussNewton}) {
    sweep.hessianProduct(toView(theta), toView(other), samples, kind, derivatives);
    append();
  }
  return results;
}

TEST(FusedSweep, GivesTheSameBitsInWhateverOrderTheThreadsOfATeamRun) {
  for (const auto& [width, lift] : {std::pair(2, Lift::Identity), std::pair(7, Lift::Activated),
                                    std::pair(13, Lift::Linear), std::pair(21, Lift::Activated)}) {
    SCOPED_TRACE(std::to_string(width) + toString(lift));
    // 40 features are more than a team brings into scratch at once.
    Network network = reference::makeNetwork(width, 2, lift == Lift::Identity ? width : 40, 5);
    network.lift = lift;
    const auto samples = reference::makeSamples(network, reference::makeData(network, 70, true));
    const Vector expected = fusedResults<Kokkos::DefaultHostExecutionSpace>(network, samples);
    for (const bool descending : {false, true}) {
      SteppedTeams::descending = descending;
      EXPECT_EQ(fusedResults<SteppedTeams>(network, samples), expected);
    }
  }
}

} // namespace
} // namespace terrace::resnet
