// What a training moves between host and device.
#include "Problems.hpp"

#include <terrace/multilevel/rol/SolverFactory.hpp>
#include <terrace/resnet/levels/LevelOptions.hpp>
#include <terrace/resnet/levels/ResNetHierarchy.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace terrace::resnet {
namespace {

// Allocations, and copies from one memory to another.
struct Traffic {
  bool isWatched = false;
  std::vector<std::string> allocations;
  std::uint64_t largestCopy = 0;
  long copies = 0;
};
Traffic& traffic() {
  static Traffic all;
  return all;
}

void noteAllocation(Kokkos::Tools::SpaceHandle space, const char* label, const void*, std::uint64_t size) {
  if (traffic().isWatched)
    traffic().allocations.push_back(std::string(space.name) + ": " + label + ", " + std::to_string(size));
}
void noteCopy(Kokkos::Tools::SpaceHandle to, const char*, const void*, Kokkos::Tools::SpaceHandle from,
              const char*, const void*, std::uint64_t size) {
  if (!traffic().isWatched || std::strcmp(to.name, from.name) == 0) return;
  ++traffic().copies;
  traffic().largestCopy = std::max(traffic().largestCopy, size);
}

// Watches from one iteration to another.
class Watch : public IterationObserver<double> {
public:
  void observe(const IterationRecord<double>& record, const ROL::Vector<double>&) override {
    traffic().isWatched = record.iteration >= 60 && record.iteration < 80;
    values.push_back(record.value);
  }
  std::vector<double> values;
};

TEST(Training, MovesNothingButTheScalarsOfItsDecisions) {
  const Network network = reference::makeNetwork(8, 32, 2, 3);
  const auto comm = Tpetra::getDefaultComm();
  const auto samples = reference::makeSamples(network, reference::makeData(network, 500, true));
  Teuchos::ParameterList levels(*validLevelParameters());
  levels.set("Number of Levels", 3);
  levels.set("Sample Fractions", Teuchos::Array<double>({1.0, 0.5, 0.25}));
  const auto hierarchy = makeHierarchy(network, levels, samples, comm);
  Teuchos::ParameterList parameters;
  parameters.sublist("Step").set("Type", "Multilevel Trust Region");
  parameters.sublist("Step").sublist("Multilevel Trust Region").set("Nested Iteration", false);
  parameters.sublist("Status Test").set("Iteration Limit", 100);
  // So that the workspaces have their size before the watch begins.
  parameters.sublist("General").sublist("Secant").set("Type", "Compact SR1").set("Maximum Storage", 5);
  const auto watch = ROL::makePtr<Watch>();
  SolverContext<double> context;
  context.observer = watch;
  const auto algorithm = makeAlgorithm(hierarchy.levels, parameters, context);
  const auto x = hierarchy.spaces[0]->createVector();
  hierarchy.spaces[0]->assign(reference::makeParameters(network), *x);

  Kokkos::Tools::Experimental::set_allocate_data_callback(noteAllocation);
  Kokkos::Tools::Experimental::set_begin_deep_copy_callback(noteCopy);
  algorithm->run(*x, *hierarchy.objectives[0]);
  Kokkos::Tools::Experimental::set_allocate_data_callback(nullptr);
  Kokkos::Tools::Experimental::set_begin_deep_copy_callback(nullptr);

  ASSERT_GT(watch->values.size(), 80u);
  EXPECT_LT(watch->values.back(), watch->values.front());
  for (const auto& allocation : traffic().allocations) ADD_FAILURE() << allocation;
  // Sums of groups and of teams, the pairs of the secant: less than a tenth of a vector.
  EXPECT_LE(traffic().largestCopy, 4096u);
  RecordProperty("copies", std::to_string(traffic().copies));
}

} // namespace
} // namespace terrace::resnet
