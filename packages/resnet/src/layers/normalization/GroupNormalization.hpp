#pragma once

#include "kernels/common/EntryKernels.hpp"
#include "kernels/host/NormalizationKernels.hpp"
#include "layers/normalization/NormalizationLayer.hpp"

namespace terrace::resnet::detail {

/// Normalization::Group: statistics of each sample, which stay in its lane.
template <class Tile>
class GroupNormalization final : public NormalizationLayer<Tile> {
public:
  using Base = NormalizationLayer<Tile>;
  using typename Base::ConstSlab;
  using typename Base::Scalar;
  using typename Base::Slab;

  /// \param[in] groups  of channels.
  GroupNormalization(const LayerPlace& place, int pixels, int groups, int chunkSamples)
      : Base(place, pixels, chunkSamples), groups_{pixels, place.outputs, groups} {}

  void reserve(int slots) override {
    Base::reserve(slots);
    factors_.grow("terrace::resnet::factors", slots, groups_.groups, this->chunkSamples());
  }
  void reserveTangents(int slots) override {
    Base::reserveTangents(slots);
    slopes_.grow("terrace::resnet::slopes", slots, groups_.groups, this->chunkSamples());
  }

  void forward(const Pass<Tile>& pass, int block, int slot, Scalar factor, const ConstSlab& base,
               const Slab& to) override {
    const Slab z = this->normalized(slot);
    host::normalize<Tile>(pass.space, groups_, z, factors_[slot], pass.samples);
    host::mapChannels<Tile>(
        pass.space,
        {this->gain(*pass.theta, block), z, {}, {}, this->bias(*pass.theta, block), factor, base, to},
        pass.samples);
  }

  void backward(const Pass<Tile>& pass, int k, const Slab& mu) override {
    const Slab zn = this->normalized(k);
    addSums(pass, this->place().gain(k), {mu, zn, {}, {}});
    addSums(pass, this->place().bias(k), {mu, {}, {}, {}});
    host::normalizeAdjoint<Tile>(pass.space, groups_, this->gain(*pass.theta, k), zn, factors_[k], mu,
                                 pass.samples);
  }

  // dg zn + g dzn + db
  void tangent(const Pass<Tile>& pass, int block, int slot, const Slab& dn) override {
    const Slab zn = this->normalized(slot), dzn = this->normalizedTangent(slot);
    pad<Tile>(pass.space, ConstSlab(dn), dzn, pass.samples);
    host::normalizeTangent<Tile>(pass.space, groups_, zn, factors_[slot], dzn, slopes_[slot], pass.samples);
    host::ChannelMap<Tile> map{this->gain(*pass.theta, block), dzn, {}, {}, {}, Scalar(1), {}, dn};
    if (pass.direction != nullptr) {
      map.h = this->gain(*pass.direction, block);
      map.z = zn;
      map.b = this->bias(*pass.direction, block);
    }
    host::mapChannels<Tile>(pass.space, map, pass.samples);
  }

  void tangentBackward(const Pass<Tile>& pass, int k, const Slab& mu, const Slab& dmu) override {
    const Slab zn = this->normalized(k), dzn = this->normalizedTangent(k);
    addSums(pass, this->place().gain(k), {dmu, zn, mu, dzn});
    addSums(pass, this->place().bias(k), {dmu, {}, {}, {}});
    const host::NormalizedWithTangent<Tile> operands{
        this->gain(*pass.theta, k), this->gain(*pass.direction, k), zn, factors_[k], dzn, slopes_[k]};
    host::normalizeTangentAdjoint<Tile>(pass.space, groups_, operands, mu, dmu, pass.samples);
  }

private:
  void addSums(const Pass<Tile>& pass, long entry, const OuterProductOperands<Tile>& operands) const {
    if (pass.sums != nullptr)
      host::addChannelSums<Tile>(operands, groups_.channels, *pass.sums, entry, pass.samples);
  }

  host::ChannelGroups groups_;
  LayerArrays<Tile> factors_; ///< r of normalize(), in each slot for each group of channels
  LayerArrays<Tile> slopes_;  ///< k of normalizeTangent()
};

} // namespace terrace::resnet::detail
