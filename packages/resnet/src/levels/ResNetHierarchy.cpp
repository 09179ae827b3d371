#include <terrace/multilevel/hierarchy/IdentityTransfer.hpp>
#include <terrace/resnet/levels/LevelOptions.hpp>
#include <terrace/resnet/levels/ResNetHierarchy.hpp>
#include <terrace/resnet/levels/StageTransfer.hpp>
#include <terrace/resnet/levels/TrajectoryTransfer.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <cstddef>

namespace terrace::resnet {

ResNetHierarchy makeHierarchy(const Network& network, const Teuchos::ParameterList& levelList,
                              const SampleSet& samples, const Teuchos::RCP<const Teuchos::Comm<int>>& comm,
                              ROL::Ptr<WorkCounter> work, const ObjectiveOptions& options) {
  const auto ladder = LevelOptions::fromParameters(levelList, network);
  if (work == ROL::nullPtr) work = ROL::makePtr<WorkCounter>();
  ResNetHierarchy hierarchy;
  for (int level = 0; level < ladder.levels; ++level) {
    const Network levelNetwork = network.coarsened(ladder.coarsenings[static_cast<std::size_t>(level)]);
    const bool shared = level > 0 && levelNetwork.blocks() == hierarchy.spaces.back()->network().blocks();
    hierarchy.spaces.push_back(
        shared ? hierarchy.spaces.back()
               : ROL::Ptr<const ParameterSpace>(ROL::makePtr<ParameterSpace>(levelNetwork, comm)));
    ObjectiveOptions levelOptions = options;
    levelOptions.ownSamples = ladder.samples(level, samples.globalCount());
    const auto& space = hierarchy.spaces.back();
    const double levelWork = space->network().flopsPerSample() *
                             static_cast<double>(levelOptions.ownSamples) /
                             (network.flopsPerSample() * static_cast<double>(samples.globalCount()));
    hierarchy.objectives.push_back(makeObjective(space, samples, work, levelWork, levelOptions));
  }
  hierarchy.levels = ROL::makePtr<LevelHierarchy<double>>(work);
  using SpacePtr = ROL::Ptr<const ParameterSpace>;
  const auto makeTransfer = [&](const SpacePtr& fine,
                                const SpacePtr& coarse) -> ROL::Ptr<TransferOperator<double>> {
    if (fine == coarse) return ROL::makePtr<IdentityTransfer<double>>();
    if (ladder.prolongation != Prolongation::Trajectory)
      return ROL::makePtr<StageTransfer>(fine, coarse, ladder.prolongation);
    const double flopsOfUnit = network.flopsPerSample() * static_cast<double>(samples.globalCount());
    return ROL::makePtr<TrajectoryTransfer>(fine, coarse, samples, work, flopsOfUnit);
  };
  for (int level = 0; level < ladder.levels; ++level) {
    const auto l = static_cast<std::size_t>(level);
    Level<double> entry;
    entry.objective = hierarchy.objectives[l];
    entry.vector = hierarchy.spaces[l]->createVector();
    if (level + 1 < ladder.levels)
      entry.toCoarser = makeTransfer(hierarchy.spaces[l], hierarchy.spaces[l + 1]);
    entry.work = hierarchy.objectives[l]->workOfOneSweep();
    entry.samples = hierarchy.objectives[l]->batchSamples();
    hierarchy.levels->add(entry);
  }
  return hierarchy;
}

} // namespace terrace::resnet
