#pragma once

#include "kernels/host/GhostBatchKernels.hpp"
#include "layers/normalization/NormalizationLayer.hpp"

#include <terrace/resnet/network/Stage.hpp>
#include <terrace/resnet/samples/SampleGroup.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace terrace::resnet::detail {

/// Normalization::GhostBatch: statistics of each channel over the samples of a group. Chunks are whole sample
/// groups; the last one may have fewer samples. On the host.
template <class Tile>
class GhostBatchNormalization final : public NormalizationLayer<Tile> {
public:
  using Base = NormalizationLayer<Tile>;
  using typename Base::ConstSlab;
  using typename Base::Scalar;
  using typename Base::Slab;

  GhostBatchNormalization(const LayerPlace& place, int pixels, int chunkSamples)
      : Base(place, pixels, chunkSamples), groupsOfChunk_((chunkSamples - 1) / samplesOfGroup + 1),
        moments_(place.outputs), sums_(place.outputs), tangentSums_(place.outputs) {
    for (Scalars* scalars : {&mean_, &along_, &dmean_, &dalong_})
      scalars->resize(static_cast<std::size_t>(place.outputs));
  }

  void reserve(int slots) override {
    Base::reserve(slots);
    grow(factors_, slots);
  }
  void reserveTangents(int slots) override {
    Base::reserveTangents(slots);
    grow(slopes_, slots);
  }

  void forward(const Pass<Tile>& pass, int block, int slot, Scalar factor, const ConstSlab& base,
               const Slab& to) override {
    static const std::string label = "terrace::resnet::ghostNormalize";
    const Slab z = this->normalized(slot);
    forEachGroup(pass, [&](const host::GroupImages& images, int group) {
      moments_.set(images, z);
      Scalar* const r = factors_.data() + entry(slot, group);
      for (int c = 0; c < this->channels(); ++c) {
        mean_[at(c)] = static_cast<Scalar>(moments_.mean(c));
        r[c] = static_cast<Scalar>(1 / std::sqrt(moments_.variance(c) + varianceFloor));
      }
      if (pass.statistics != nullptr) addStatistics(*pass.statistics, block, images.samples);
      host::forEachPack<Tile>(pass.space, label, images,
                              GhostNormalize<Tile>{mean_.data(), r, this->gain(*pass.theta, block),
                                                   this->bias(*pass.theta, block), factor, base, z, to});
    });
  }

  void backward(const Pass<Tile>& pass, int k, const Slab& mu) override {
    static const std::string label = "terrace::resnet::ghostAdjoint";
    const Slab zn = this->normalized(k);
    forEachGroup(pass, [&](const host::GroupImages& images, int group) {
      setSums(images, mu, zn);
      addDerivatives(pass, k, sums_);
      setMeans(sums_, 0, images, mean_, along_);
      host::forEachPack<Tile>(pass.space, label, images,
                              GhostAdjoint<Tile>{this->gain(*pass.theta, k), zn,
                                                 factors_.data() + entry(k, group), mean_.data(),
                                                 along_.data(), mu});
      host::clearPadding<Tile>(images, mu);
    });
  }

  void tangent(const Pass<Tile>& pass, int block, int slot, const Slab& dn) override {
    static const std::string label = "terrace::resnet::ghostTangent";
    const Slab zn = this->normalized(slot);
    GhostTangent<Tile> functor{};
    functor.g = this->gain(*pass.theta, block);
    if (pass.direction != nullptr) {
      functor.dg = this->gain(*pass.direction, block);
      functor.db = this->bias(*pass.direction, block);
    }
    functor.zn = zn;
    functor.mean = mean_.data();
    functor.dzn = this->normalizedTangent(slot);
    functor.dz = dn;
    forEachGroup(pass, [&](const host::GroupImages& images, int group) {
      setSums(images, dn, zn);
      setMeans(sums_, 0, images, mean_, along_);
      functor.r = factors_.data() + entry(slot, group);
      Scalar* const k = slopes_.data() + entry(slot, group);
      for (int c = 0; c < this->channels(); ++c) k[c] = functor.r[c] * along_[at(c)];
      functor.k = k;
      host::forEachPack<Tile>(pass.space, label, images, functor);
    });
  }

  void tangentBackward(const Pass<Tile>& pass, int k, const Slab& mu, const Slab& dmu) override {
    static const std::string label = "terrace::resnet::ghostTangentAdjoint";
    const Slab zn = this->normalized(k), dzn = this->normalizedTangent(k);
    forEachGroup(pass, [&](const host::GroupImages& images, int group) {
      tangentSums_.set(images, [&](int row, int, int s, Value* sums) {
        const Value value = load(mu, row, s), tangent = load(dmu, row, s), normalized = load(zn, row, s);
        sums[0] += tangent;
        sums[1] += tangent * normalized + value * load(dzn, row, s);
        sums[2] += value;
        sums[3] += value * normalized;
      });
      addDerivatives(pass, k, tangentSums_);
      setMeans(tangentSums_, 0, images, dmean_, dalong_);
      setMeans(tangentSums_, 2, images, mean_, along_);
      host::forEachPack<Tile>(
          pass.space, label, images,
          GhostTangentAdjoint<Tile>{this->gain(*pass.theta, k), this->gain(*pass.direction, k), zn, dzn,
                                    factors_.data() + entry(k, group), slopes_.data() + entry(k, group),
                                    mean_.data(), along_.data(), dmean_.data(), dalong_.data(), mu, dmu});
      host::clearPadding<Tile>(images, mu);
      host::clearPadding<Tile>(images, dmu);
    });
  }

private:
  using Value = typename Tile::Value;
  using Scalars = std::vector<Scalar>;

  static std::size_t at(int i) { return static_cast<std::size_t>(i); }
  static Value load(const ConstSlab& x, int row, int s) { return loadPack<typename Tile::Pack>(&x(row, s)); }

  /// Where the numbers of a group's channels begin.
  std::size_t entry(int slot, int group) const {
    return at(slot * groupsOfChunk_ + group) * at(this->channels());
  }
  void grow(Scalars& scalars, int slots) const {
    if (scalars.size() < entry(slots, 0)) scalars.resize(entry(slots, 0));
  }

  template <class Function>
  void forEachGroup(const Pass<Tile>& pass, const Function& f) {
    for (int first = 0, group = 0; first < pass.samples; first += samplesOfGroup, ++group)
      f(host::GroupImages{this->pixels(), this->channels(), first,
                          std::min(samplesOfGroup, pass.samples - first)},
        group);
  }

  // sums_ = x and x zn over the entries of each channel
  void setSums(const host::GroupImages& images, const ConstSlab& x, const ConstSlab& zn) {
    sums_.set(images, [&](int row, int, int s, Value* sums) {
      const Value value = load(x, row, s);
      sums[0] += value;
      sums[1] += value * load(zn, row, s);
    });
  }

  // The sums at `first` and `first` + 1 over the entries of a channel.
  template <class Sums>
  void setMeans(const Sums& sums, int first, const host::GroupImages& images, Scalars& mean,
                Scalars& along) const {
    for (int c = 0; c < this->channels(); ++c) {
      mean[at(c)] = static_cast<Scalar>(sums(first, c) / images.entries());
      along[at(c)] = static_cast<Scalar>(sums(first + 1, c) / images.entries());
    }
  }

  // The first sum is a derivative by the bias, the second one by the gain.
  template <class Sums>
  void addDerivatives(const Pass<Tile>& pass, int k, const Sums& sums) const {
    if (pass.sums == nullptr) return;
    for (int c = 0; c < this->channels(); ++c) {
      const double byBias = sums(0, c), byGain = sums(1, c);
      pass.sums->template add<static_cast<int>(sizeof(Value)), 1>(this->place().bias(k) + c, &byBias);
      pass.sums->template add<static_cast<int>(sizeof(Value)), 1>(this->place().gain(k) + c, &byGain);
    }
  }

  void addStatistics(const StatisticSums& sums, int block, int samples) const {
    for (int c = 0; c < this->channels(); ++c) {
      sums(at(static_cast<int>(this->place().gain(block)) + c)).add(samples * moments_.mean(c));
      sums(at(static_cast<int>(this->place().bias(block)) + c)).add(samples * moments_.variance(c));
    }
  }

  int groupsOfChunk_;
  Scalars factors_; ///< r of each slot, group and channel: 1 / sqrt(var z + varianceFloor)
  Scalars slopes_;  ///< k of GhostTangent, likewise
  host::ChannelMoments<Tile> moments_;
  host::ChannelSums<Tile, 2> sums_;
  host::ChannelSums<Tile, 4> tangentSums_;
  Scalars mean_, along_, dmean_, dalong_; ///< Of the present group, for each channel.
};

} // namespace terrace::resnet::detail
