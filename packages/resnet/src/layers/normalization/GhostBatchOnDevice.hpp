#pragma once

#include "kernels/device/GhostBatchKernels.hpp"
#include "layers/normalization/NormalizationLayer.hpp"

#include <terrace/resnet/parameters/Device.hpp>

#include <string>

namespace terrace::resnet::detail {

/// GhostBatchNormalization on a device: all groups of a chunk at once. Chunks are whole sample groups; the
/// last one may have fewer samples.
template <class Tile>
class GhostBatchOnDevice final : public NormalizationLayer<Tile> {
public:
  using Base = NormalizationLayer<Tile>;
  using typename Base::ConstSlab;
  using typename Base::Scalar;
  using typename Base::Slab;

  GhostBatchOnDevice(const LayerPlace& place, int pixels, int chunkSamples)
      : Base(place, pixels, chunkSamples), entries_(device::groupsOf(chunkSamples) * place.outputs),
        exact_("terrace::resnet::ghostMoments", 2 * at(entries_)),
        numbers_("terrace::resnet::ghostMeans", 4 * at(entries_)),
        sums_("terrace::resnet::ghostSums",
              static_cast<std::size_t>(
                  device::ChunkImages{pixels, place.outputs, chunkSamples}.workspace(mostSums))) {}

  void reserve(int slots) override {
    Base::reserve(slots);
    grow(factors_, "terrace::resnet::ghostFactors", slots);
  }
  void reserveTangents(int slots) override {
    Base::reserveTangents(slots);
    grow(slopes_, "terrace::resnet::ghostSlopes", slots);
  }

  void forward(const Pass<Tile>& pass, int block, int slot, Scalar factor, const ConstSlab& base,
               const Slab& to) override {
    static const std::string label = "terrace::resnet::ghostNormalize";
    const Slab z = this->normalized(slot);
    const device::ChunkImages images = imagesOf(pass);
    double *const mean = exact_.data(), *const variance = mean + entries_;
    device::sumChannels<Tile, 1>(pass.space, label, images, device::Values<Tile>{z}, sums_.data());
    forEachEntry(pass, device::SetMean<Scalar>{{images, sums_.data(), 1}, mean, number(0)});
    device::sumChannels<Tile, 1>(pass.space, label, images,
                                 device::SquaresInGroup<Tile>{z, number(0), this->channels()}, sums_.data());
    forEachEntry(
        pass, device::SetFactor<Scalar>{{images, sums_.data(), 1}, mean, number(0), variance, factors(slot)});
    if (pass.statistics != nullptr) {
      CompensatedSum* const statistics = pass.statistics->data();
      launch(pass, this->channels(),
             device::AddStatistics{images, mean, variance, statistics + this->place().gain(block),
                                   statistics + this->place().bias(block)});
    }
    device::forEachEntryOfGroups<Tile>(
        pass.space, label, images,
        GhostNormalize<Tile>{number(0), factors(slot), this->gain(*pass.theta, block),
                             this->bias(*pass.theta, block), factor, base, z, to});
  }

  void backward(const Pass<Tile>& pass, int k, const Slab& mu) override {
    static const std::string label = "terrace::resnet::ghostAdjoint";
    const Slab zn = this->normalized(k);
    const device::ChunkImages images = imagesOf(pass);
    device::sumChannels<Tile, 2>(pass.space, label, images, device::TangentTerms<Tile>{zn, mu}, sums_.data());
    addDerivatives(pass, k, images, 2);
    setMeans(pass, images, 2, 0, 0);
    device::forEachEntryOfGroups<Tile>(
        pass.space, label, images,
        GhostAdjoint<Tile>{this->gain(*pass.theta, k), zn, factors(k), number(0), number(1), mu});
  }

  void tangent(const Pass<Tile>& pass, int block, int slot, const Slab& dn) override {
    static const std::string label = "terrace::resnet::ghostTangent";
    const Slab zn = this->normalized(slot);
    const device::ChunkImages images = imagesOf(pass);
    device::sumChannels<Tile, 2>(pass.space, label, images, device::TangentTerms<Tile>{zn, dn}, sums_.data());
    setMeans(pass, images, 2, 0, 0);
    forEachEntry(pass, device::SetSlope<Scalar>{factors(slot), number(1), slopes(slot)});
    GhostTangent<Tile> functor{};
    functor.g = this->gain(*pass.theta, block);
    if (pass.direction != nullptr) {
      functor.dg = this->gain(*pass.direction, block);
      functor.db = this->bias(*pass.direction, block);
    }
    functor.zn = zn;
    functor.r = factors(slot);
    functor.mean = number(0);
    functor.k = slopes(slot);
    functor.dzn = this->normalizedTangent(slot);
    functor.dz = dn;
    device::forEachEntryOfGroups<Tile>(pass.space, label, images, functor);
  }

  void tangentBackward(const Pass<Tile>& pass, int k, const Slab& mu, const Slab& dmu) override {
    static const std::string label = "terrace::resnet::ghostTangentAdjoint";
    const Slab zn = this->normalized(k), dzn = this->normalizedTangent(k);
    const device::ChunkImages images = imagesOf(pass);
    device::sumChannels<Tile, 4>(pass.space, label, images,
                                 device::GhostTangentAdjointTerms<Tile>{zn, dzn, mu, dmu}, sums_.data());
    addDerivatives(pass, k, images, 4);
    setMeans(pass, images, 4, 0, 2);
    setMeans(pass, images, 4, 2, 0);
    device::forEachEntryOfGroups<Tile>(pass.space, label, images,
                                       GhostTangentAdjoint<Tile>{this->gain(*pass.theta, k),
                                                                 this->gain(*pass.direction, k), zn, dzn,
                                                                 factors(k), slopes(k), number(0), number(1),
                                                                 number(2), number(3), mu, dmu});
  }

private:
  using Scalars = Kokkos::View<Scalar*, typename Tile::Memory>;
  static constexpr int mostSums = 4;

  static std::size_t at(int i) { return static_cast<std::size_t>(i); }

  device::ChunkImages imagesOf(const Pass<Tile>& pass) const {
    return {this->pixels(), this->channels(), pass.samples};
  }
  void grow(Scalars& scalars, const char* label, int slots) const {
    const std::size_t size = at(slots) * at(entries_);
    if (scalars.extent(0) < size) scalars = Scalars(std::string(label), size);
  }
  Scalar* factors(int slot) const { return factors_.data() + at(slot) * at(entries_); }
  Scalar* slopes(int slot) const { return slopes_.data() + at(slot) * at(entries_); }
  /// 0: mean, 1: along, 2, 3: their tangents.
  Scalar* number(int which) const { return numbers_.data() + at(which) * at(entries_); }

  /// The channels of all groups of the chunk.
  template <class Functor>
  void forEachEntry(const Pass<Tile>& pass, const Functor& functor) const {
    launch(pass, static_cast<long>(device::groupsOf(pass.samples)) * this->channels(), functor);
  }
  template <class Functor>
  void launch(const Pass<Tile>& pass, long items, const Functor& functor) const {
    static const std::string label = "terrace::resnet::ghostMeans";
    Kokkos::parallel_for(
        label, Kokkos::RangePolicy<typename Tile::Execution, Kokkos::IndexType<long>>(pass.space, 0, items),
        functor);
  }

  // number(to) and number(to + 1): the means of the sums `first` and `first` + 1 of `count`
  void setMeans(const Pass<Tile>& pass, const device::ChunkImages& images, int count, int first,
                int to) const {
    forEachEntry(pass,
                 device::SetMeans<Scalar>{{images, sums_.data(), count}, first, number(to), number(to + 1)});
  }

  // The first sum is a derivative by the bias, the second one by the gain.
  void addDerivatives(const Pass<Tile>& pass, int k, const device::ChunkImages& images, int count) const {
    if (pass.sums == nullptr) return;
    const int channels = this->channels(), groups = device::groupsOf(pass.samples);
    CompensatedSum* const derivatives = pass.sums->sums.data();
    const auto add = [&](int sum, long entry) {
      device::addGroups<Tile>(pass.space,
                              {sums_.data() + sum * channels, groups, images.strips(),
                               static_cast<long>(count) * channels, 1, derivatives + entry},
                              channels);
    };
    add(0, this->place().bias(k));
    add(1, this->place().gain(k));
  }

  int entries_; ///< Channels of the groups of a chunk.
  Scalars factors_;
  Scalars slopes_;
  ParameterView exact_; ///< Means and variances.
  Scalars numbers_;
  ParameterView sums_;
};

} // namespace terrace::resnet::detail
