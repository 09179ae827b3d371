#pragma once

#include "kernels/device/tensor/Launch.hpp"
#include "kernels/device/tensor/TensorPass.hpp"
#include "sweep/ChainSweep_Def.hpp"
#include "sweep/FusedSweep_Def.hpp"
#include "sweep/TensorSweep.hpp"

#include <algorithm>
#include <string>

namespace terrace::resnet::detail {

template <class Space, class Scalar, int tiles>
TensorSweep<Space, Scalar, tiles>::TensorSweep(const Network& network, int waveSamples)
    : network_(network), layout_(network), waveSamples_(waveSamples), shape_(network, layout_),
      liftPairs_(4 * ((network.features() + 7) / 8)), outputPairs_(4 * ((network.outputs + 7) / 8)),
      blocks_("terrace::resnet::packedBlocks", static_cast<std::size_t>(network.blocks())),
      transposedBlocks_("terrace::resnet::packedTransposes", blocks_.extent(0)),
      lift_("terrace::resnet::packedLift", static_cast<std::size_t>(Team::width * liftPairs_)),
      output_("terrace::resnet::packedOutput", static_cast<std::size_t>(2 * outputPairs_ * 4 * tiles)),
      transposedOutput_("terrace::resnet::packedOutput",
                        static_cast<std::size_t>(Team::width * outputPairs_)) {}

template <class Space, class Scalar, int tiles>
void TensorSweep<Space, Scalar, tiles>::pack(const ConstParameterView& theta, bool backward) {
  static const std::string label = "terrace::resnet::packParameters";
  using Range = Kokkos::RangePolicy<Space, Kokkos::IndexType<long>>;
  using Layer = typename Team::Layer;
  const auto pairs = [&](tensor::WeightPair<Scalar>* to, const MatrixPart& part, bool transposed, int rows,
                         int pairStride, int layers) {
    const long targetStride = sizeof(Layer) / sizeof(tensor::WeightPair<Scalar>);
    Kokkos::parallel_for(label, Range(space_, 0, static_cast<long>(layers) * rows * pairStride),
                         tensor::PackPairs<Scalar>{theta, to, part, transposed, rows, pairStride,
                                                   shape_.blockSize, targetStride});
  };
  const int layers = network_.blocks();
  pairs(blocks_.data()->weights, shape_.block(0), false, Team::width, Team::pairStride, layers);
  Kokkos::parallel_for(
      label, Range(space_, 0, static_cast<long>(layers) * Team::width),
      tensor::PackBiases<Layer>{theta, blocks_.data(), shape_.block(0), Team::width, shape_.blockSize});
  if (network_.lift != Lift::Identity)
    pairs(lift_.data(), shape_.liftColumns(0, shape_.features), false, Team::width, liftPairs_, 1);
  const MatrixPart output = shape_.outputRows(0, shape_.outputs);
  pairs(output_.data(), output, false, 2 * outputPairs_, 4 * tiles, 1);
  if (!backward) return;
  pairs(transposedBlocks_.data()->weights, shape_.block(0), true, Team::width, Team::pairStride, layers);
  pairs(transposedOutput_.data(), output, true, Team::width, outputPairs_, 1);
}

template <class Space, class Scalar, int tiles>
int TensorSweep<Space, Scalar, tiles>::teamsOfWave(bool backward, const SampleSet& samples) const {
  const int all = std::max(1, (samples.localCount() + Team::samples - 1) / Team::samples);
  if (waveSamples_ > 0) return std::min(all, (waveSamples_ + Team::samples - 1) / Team::samples);
  const long states = backward ? network_.blocks() + network_.blocks() / layersBetweenStates + 1 : 0;
  const long scalars = (states * Team::width + outputRowCount * network_.outputs) * Team::samples;
  const long derivatives = backward ? layout_.size() : 0;
  const long perTeam = scalars * static_cast<long>(sizeof(Scalar)) +
                       (derivatives + sumRows) * static_cast<long>(sizeof(double));
  const cudaDeviceProp& device = space_.cuda_device_prop();
  const long most = static_cast<long>(device.totalGlobalMem / 8) / perTeam;
  const long processors = device.multiProcessorCount;
  const long whole = most > processors ? most / processors * processors : most;
  return static_cast<int>(std::clamp(whole, 1L, static_cast<long>(all)));
}

template <class Space, class Scalar, int tiles>
typename TensorSweep<Space, Scalar, tiles>::Operands
TensorSweep<Space, Scalar, tiles>::operands(bool backward, int teams, const ConstParameterView& theta,
                                            const SampleSet& samples) {
  const auto count = static_cast<std::size_t>(teams);
  const auto layers = static_cast<std::size_t>(network_.blocks());
  const std::size_t kept = (layers + layersBetweenStates - 1) / layersBetweenStates;
  constexpr std::size_t fragments = Team::warps * tiles * 32;
  const auto grow = [](auto& array, const std::string& label, std::size_t size) {
    if (array.extent(0) >= size) return;
    array = {}; // first: the two need not fit together
    array = std::decay_t<decltype(array)>(Kokkos::view_alloc(Kokkos::WithoutInitializing, label), size);
  };
  makeRoom(outputs_, "terrace::resnet::fusedOutputs", teams, outputRowCount, network_.outputs, Team::samples);
  if (teamSums_.extent(1) < count) {
    teamSums_ = decltype(teamSums_)("terrace::resnet::teamSums", sumRows, count);
    hostSums_ = Kokkos::create_mirror_view(teamSums_);
  }
  if (backward) {
    grow(activations_, "terrace::resnet::fusedActivations", count * layers * fragments);
    grow(states_, "terrace::resnet::fusedStates", count * kept * fragments);
    if (derivatives_.extent(0) < count) {
      derivatives_ = {};
      derivatives_ = decltype(derivatives_)(
          Kokkos::view_alloc(Kokkos::WithoutInitializing, "terrace::resnet::teamDerivatives"), count,
          static_cast<std::size_t>(layout_.size()));
    }
  }
  pack(theta, backward);
  Operands all(shape_);
  all.packed = {blocks_.data(), transposedBlocks_.data(), lift_.data(),
                output_.data(), transposedOutput_.data(), liftPairs_,
                outputPairs_};
  all.theta = theta;
  all.layersBetweenStates = layersBetweenStates;
  all.activations = activations_.data();
  all.states = states_.data();
  all.outputs = outputs_;
  all.teamSums = teamSums_;
  all.derivatives = derivatives_;
  setSamples(all, samples);
  return all;
}

template <class Space, class Scalar, int tiles>
template <class OnWave>
void TensorSweep<Space, Scalar, tiles>::forEachWave(Operands& operands, int teams, OnWave onWave) {
  const int all = operands.loss.count;
  for (int first = 0; first < all; first += teams * Team::samples) {
    operands.firstSample = first;
    onWave(std::min(teams, (all - first + Team::samples - 1) / Team::samples));
  }
}

template <class Space, class Scalar, int tiles>
void TensorSweep<Space, Scalar, tiles>::addSums(int teams, SweepSums& totals) {
  Kokkos::deep_copy(space_, hostSums_, teamSums_);
  space_.fence();
  addTeamSums(hostSums_, teams, totals);
}

template <class Space, class Scalar, int tiles>
SweepSums TensorSweep<Space, Scalar, tiles>::value(const ConstParameterView& theta,
                                                   const SampleSet& samples) {
  static const std::string label = "terrace::resnet::tensorValue";
  const int most = teamsOfWave(false, samples);
  Operands all = operands(false, most, theta, samples);
  SweepSums totals;
  forEachWave(all, most, [&](int teams) {
    tensor::launch<Team>(space_, label, tensor::valueKernel<Space, Scalar, tiles>,
                         static_cast<unsigned>(teams), all);
    addSums(teams, totals);
  });
  return totals;
}

template <class Space, class Scalar, int tiles>
SweepSums TensorSweep<Space, Scalar, tiles>::valueAndGradient(const ConstParameterView& theta,
                                                              const SampleSet& samples,
                                                              const CompensatedView& gradient,
                                                              FactorMoments* /*moments*/) {
  static const std::string label = "terrace::resnet::tensorGradient";
  const int most = teamsOfWave(true, samples);
  Operands all = operands(true, most, theta, samples);
  clear(gradient);
  SweepSums totals;
  forEachWave(all, most, [&](int teams) {
    tensor::launch<Team>(space_, label, tensor::gradientKernel<Space, Scalar, tiles>,
                         static_cast<unsigned>(teams), all);
    derivativeSum_.add(space_, derivatives_, teams, gradient);
    addSums(teams, totals);
  });
  return totals;
}

template <class Space, class Scalar, int tiles>
void TensorSweep<Space, Scalar, tiles>::hessianProduct(const ConstParameterView& theta,
                                                       const ConstParameterView& direction,
                                                       const SampleSet& samples, HessianKind kind,
                                                       const CompensatedView& product) {
  if (!products_) {
    using Fused = FusedSweep<Space, Scalar>;
    if (Fused::supports(network_)) {
      products_ = std::make_unique<Fused>(network_, waveSamples_);
    } else {
      products_ = std::make_unique<ChainSweep<TileOf<Space, Scalar, 0>>>(network_, waveSamples_);
    }
  }
  products_->hessianProduct(theta, direction, samples, kind, product);
}

template <class Space, class Scalar, int tiles>
std::vector<double> TensorSweep<Space, Scalar, tiles>::outputs(const ConstParameterView& theta,
                                                               const SampleSet& samples) {
  static const std::string label = "terrace::resnet::tensorOutputs";
  const int most = teamsOfWave(false, samples);
  Operands all = operands(false, most, theta, samples);
  all.hasLoss = false;
  const auto mirror = Kokkos::create_mirror_view(outputs_);
  const auto columns = static_cast<std::size_t>(network_.outputs);
  std::vector<double> result(static_cast<std::size_t>(samples.localCount()) * columns);
  forEachWave(all, most, [&](int teams) {
    tensor::launch<Team>(space_, label, tensor::valueKernel<Space, Scalar, tiles>,
                         static_cast<unsigned>(teams), all);
    Kokkos::deep_copy(space_, mirror, outputs_);
    space_.fence();
    copyOutputs(mirror, all.firstSample, std::min(teams * Team::samples, all.loss.count - all.firstSample),
                result);
  });
  return result;
}

} // namespace terrace::resnet::detail
