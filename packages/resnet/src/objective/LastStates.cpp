#include "objective/LastStates.hpp"

#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <cstddef>
#include <utility>

namespace terrace::resnet::detail {
namespace {

Network withStatesAsOutputs(Network network) {
  network.outputs = network.headInputs();
  return network;
}

} // namespace

LastStates::LastStates(const Network& network, SweepScalar scalar, int chunkSamples)
    : network_(withStatesAsOutputs(network)), hidden_(ParameterLayout(network).output().offset),
      chunkSamples_(chunkSamples), sweep_(makeSweep(network_, scalar, chunkSamples)) {
  const ParameterLayout layout(network_);
  theta_ = ParameterView("terrace::LastStates::theta", static_cast<std::size_t>(layout.size()));
  const auto host = Kokkos::create_mirror_view(theta_);
  for (int i = 0; i < width(); ++i)
    host(static_cast<std::size_t>(hidden_ + static_cast<long>(i) * (width() + 1))) = 1.0;
  Kokkos::deep_copy(theta_, host);
}

std::vector<double> LastStates::of(const ConstParameterView& theta, const SampleSet& samples) {
  const auto hidden = std::make_pair(std::size_t(0), static_cast<std::size_t>(hidden_));
  Kokkos::deep_copy(Kokkos::subview(theta_, hidden), Kokkos::subview(theta, hidden));
  if (samples.directions() == 0) return sweep_->outputs(theta_, samples);
  if (!directional_) directional_ = makeDirectionalSweep(network_, samples.scalar(), chunkSamples_);
  return directional_->outputsAndTangents(theta_, samples);
}

} // namespace terrace::resnet::detail
