#pragma once

#include "sweep/DirectionalSweep.hpp"

#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/Device.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <memory>
#include <vector>

namespace terrace::resnet::detail {

/// What the output layer of a network takes: the last states, or the means of their channels. From the
/// forward sweep of the same network with an output layer that is the identity.
class LastStates {
public:
  LastStates(const Network& network, SweepScalar scalar, int chunkSamples);

  /// Numbers of a state.
  int width() const { return network_.headInputs(); }

  /// Of this rank's samples, row-major; where these have derivatives, each state is followed by its tangents
  /// along the directions. One forward sweep. \param theta  whose output layer is ignored.
  std::vector<double> of(const ConstParameterView& theta, const SampleSet& samples);

private:
  Network network_; ///< Its outputs are the states.
  long hidden_;     ///< Parameters before the output layer.
  int chunkSamples_;
  std::unique_ptr<Sweep> sweep_;
  std::unique_ptr<DirectionalSweep> directional_; ///< For samples with derivatives, made when met.
  ParameterView theta_;
};

} // namespace terrace::resnet::detail
