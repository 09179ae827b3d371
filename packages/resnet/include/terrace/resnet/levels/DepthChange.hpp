#pragma once

#include <terrace/resnet/levels/LevelOptions.hpp>
#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/ParameterSpace.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <vector>

namespace terrace::resnet {

/// A network with its parameters, in the order of ParameterLayout.
struct GivenNetwork {
  Network network;
  std::vector<double> parameters;
};

/// The parameters of a network for one that has other numbers of blocks in its stages: by prolongation where
/// there are more blocks, by averages where there are fewer (StageTransfer), unchanged where there are as
/// many. Collective.
///
/// \param[in] given         the same on all ranks.
/// \param[in] space         of the network that is wanted.
/// \param[in] prolongation  from fewer to more blocks.
/// \throws terrace::ParameterError that names the difference if the networks differ in more than the blocks,
/// or the blocks of a stage are neither a multiple nor a divisor of those given.
ROL::Ptr<ParameterVector> changeDepth(const GivenNetwork& given, const ROL::Ptr<const ParameterSpace>& space,
                                      Prolongation prolongation);

} // namespace terrace::resnet
