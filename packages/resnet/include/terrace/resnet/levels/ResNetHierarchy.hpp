#pragma once

#include <terrace/multilevel/hierarchy/LevelHierarchy.hpp>
#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/objective/NetworkObjective.hpp>
#include <terrace/resnet/parameters/ParameterSpace.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <Teuchos_ParameterList.hpp>

#include <vector>

namespace terrace::resnet {

/// The levels of a network's training, finest first, and their parts by type.
struct ResNetHierarchy {
  ROL::Ptr<LevelHierarchy<double>> levels;            ///< What the solver takes.
  std::vector<ROL::Ptr<const ParameterSpace>> spaces; ///< Of the parameters of each level.
  std::vector<ROL::Ptr<NetworkObjective>> objectives; ///< Of each level, as in `levels`.
};

/// Builds the ladder of the deck list "Levels": on level l each stage has blocks / Depth Coarsening^l blocks,
/// and the samples are the first LevelOptions::samples() of the samples.
///
/// A level's work is its floating-point operations times its samples, relative to the finest level. With
/// Depth Coarsening 1 the levels share one space.
///
/// \param[in] network    the finest network.
/// \param[in] levelList  checked against validLevelParameters().
/// \param[in] samples    samples of the finest level, in the run's order.
/// \param[in] work       counter of the run; a new one if null.
/// \throws terrace::ParameterError if the levels do not fit the network.
ResNetHierarchy makeHierarchy(const Network& network, const Teuchos::ParameterList& levelList,
                              const SampleSet& samples, const Teuchos::RCP<const Teuchos::Comm<int>>& comm,
                              ROL::Ptr<WorkCounter> work = ROL::nullPtr,
                              const ObjectiveOptions& options = {});

} // namespace terrace::resnet
