#pragma once

#include "kernels/ImageKernels.hpp"
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
    if (Tile::onHost) return;
    const int sums = Work::mostSums * groups_.groups;
    partial_.grow("terrace::resnet::partialSums", 1, groups_.strips() * sums, this->chunkSamples());
    means_.grow("terrace::resnet::means", 1, sums, this->chunkSamples());
  }
  void reserveTangents(int slots) override {
    Base::reserveTangents(slots);
    slopes_.grow("terrace::resnet::slopes", slots, groups_.groups, this->chunkSamples());
  }

  void forward(const Pass<Tile>& pass, int block, int slot, Scalar factor, const ConstSlab& base,
               const Slab& to) override {
    const Slab z = this->normalized(slot);
    normalize<Tile>(pass.space, groups_, z, factors_[slot], work(), pass.samples);
    mapChannels<Tile>(
        pass.space,
        {this->gain(*pass.theta, block), z, {}, {}, this->bias(*pass.theta, block), factor, base, to},
        pass.samples);
  }

  void backward(const Pass<Tile>& pass, int k, const Slab& mu) override {
    const Slab zn = this->normalized(k);
    addSums(pass, this->place().gain(k), {mu, zn, {}, {}});
    addSums(pass, this->place().bias(k), {mu, {}, {}, {}});
    normalizeAdjoint<Tile>(pass.space, groups_, this->gain(*pass.theta, k), zn, factors_[k], mu, work(),
                           pass.samples);
  }

  // dg zn + g dzn + db
  void tangent(const Pass<Tile>& pass, int block, int slot, const Slab& dn) override {
    const Slab zn = this->normalized(slot), dzn = this->normalizedTangent(slot);
    pad<Tile>(pass.space, ConstSlab(dn), dzn, pass.samples);
    normalizeTangent<Tile>(pass.space, groups_, zn, factors_[slot], dzn, slopes_[slot], work(), pass.samples);
    ChannelMap<Tile> map{this->gain(*pass.theta, block), dzn, {}, {}, {}, Scalar(1), {}, dn};
    if (pass.direction != nullptr) {
      map.h = this->gain(*pass.direction, block);
      map.z = zn;
      map.b = this->bias(*pass.direction, block);
    }
    mapChannels<Tile>(pass.space, map, pass.samples);
  }

  void tangentBackward(const Pass<Tile>& pass, int k, const Slab& mu, const Slab& dmu) override {
    const Slab zn = this->normalized(k), dzn = this->normalizedTangent(k);
    addSums(pass, this->place().gain(k), {dmu, zn, mu, dzn});
    addSums(pass, this->place().bias(k), {dmu, {}, {}, {}});
    const NormalizedWithTangent<Tile> operands{
        this->gain(*pass.theta, k), this->gain(*pass.direction, k), zn, factors_[k], dzn, slopes_[k]};
    normalizeTangentAdjoint<Tile>(pass.space, groups_, operands, mu, dmu, work(), pass.samples);
  }

private:
  using Work = NormalizationWork<Tile>;

  Work work() const { return Tile::onHost ? Work() : Work{partial_[0], means_[0]}; }

  void addSums(const Pass<Tile>& pass, long entry, const OuterProductOperands<Tile>& operands) const {
    if (pass.sums != nullptr)
      addChannelSums<Tile>(pass.space, operands, groups_.channels, *pass.sums, entry, pass.samples);
  }

  ChannelGroups groups_;
  LayerArrays<Tile> factors_; ///< r of normalize(), in each slot for each group of channels
  LayerArrays<Tile> slopes_;  ///< k of normalizeTangent()
  LayerArrays<Tile> partial_; ///< Workspace of devices.
  LayerArrays<Tile> means_;   ///< Likewise.
};

} // namespace terrace::resnet::detail
