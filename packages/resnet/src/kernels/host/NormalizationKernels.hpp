#pragma once

// Kernels of normalisations and of blocks of several layers. Slabs of images are pixel by pixel, and at each
// pixel channel by channel; c: channels, p: pixels, s: samples. Every sample has statistics of its own, so
// they stay in their lanes.

#include "kernels/common/DerivativeSums.hpp"
#include "kernels/common/Images.hpp"
#include "kernels/common/Launch.hpp"
#include "kernels/common/ProductOperands.hpp"

#include <terrace/resnet/network/Stage.hpp>
#include <terrace/resnet/samples/SampleGroup.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace terrace::resnet::detail::host {

/// What a kernel of normalisations works on at a time: the lanes of a pack of samples, a group of channels.
template <class Tile>
struct GroupOfLanes {
  const ChannelGroups& groups;
  int group;
  int sample;

  /// Calls f(row of the slab, channel) for the entries of the group.
  template <class Function>
  void forEach(const Function& f) const {
    const int first = group * groups.channelsOfGroup(), last = first + groups.channelsOfGroup();
    for (int p = 0; p < groups.pixels; ++p)
      for (int c = first; c < last; ++c) f(p * groups.channels + c, c);
  }
  typename Tile::Value load(const typename Tile::ConstSlab& slab, int row) const {
    return loadPack<typename Tile::Pack>(&slab(row, sample));
  }
  void store(const typename Tile::Slab& slab, int row, const typename Tile::Value& value) const {
    storePack<typename Tile::Pack>(&slab(row, sample), value);
  }
  typename Tile::Scalar share() const { return static_cast<typename Tile::Scalar>(1 / groups.entries()); }
};

template <class Tile, class Function>
void forEachGroup(const typename Tile::Execution& space, const std::string& label,
                  const ChannelGroups& groups, int samples, const Function& f) {
  forEachTile<Tile>(space, label, samples, [&](const int tile) {
    for (int s = 0; s < Tile::samples; s += Tile::Pack::lanes)
      for (int group = 0; group < groups.groups; ++group)
        f(GroupOfLanes<Tile>{groups, group, tile * Tile::samples + s});
  });
}

// z = (z - mean z) r,  r = 1 / sqrt(var z + floor), of each group of channels in each sample
template <class Tile>
void normalize(const typename Tile::Execution& space, const ChannelGroups& groups,
               const typename Tile::Slab& z, const typename Tile::Slab& r, int samples) {
  static const std::string label = "terrace::resnet::normalize";
  forEachGroup<Tile>(space, label, groups, samples, [&](const GroupOfLanes<Tile>& at) {
    using Value = typename Tile::Value;
    using Scalar = typename Tile::Scalar;
    Value mean{}, square{};
    at.forEach([&](int row, int) { mean += at.load(z, row); });
    mean *= at.share();
    at.forEach([&](int row, int) {
      const Value distance = at.load(z, row) - mean;
      square += distance * distance;
    });
    const Value variance = square * at.share() + Scalar(varianceFloor);
    const Value factor = Tile::Pack::map(variance, [](Scalar v) { return Scalar(1) / std::sqrt(v); });
    at.store(r, at.group, factor);
    at.forEach([&](int row, int) { at.store(z, row, (at.load(z, row) - mean) * factor); });
  });
}

// The tangent of normalize(): dz = r (dz - mean dz) - k zn,  k = r mean(zn dz);  zn: the normalised z
template <class Tile>
void normalizeTangent(const typename Tile::Execution& space, const ChannelGroups& groups,
                      const typename Tile::ConstSlab& zn, const typename Tile::ConstSlab& r,
                      const typename Tile::Slab& dz, const typename Tile::Slab& k, int samples) {
  static const std::string label = "terrace::resnet::normalizeTangent";
  forEachGroup<Tile>(space, label, groups, samples, [&](const GroupOfLanes<Tile>& at) {
    using Value = typename Tile::Value;
    Value mean{}, along{};
    at.forEach([&](int row, int) {
      mean += at.load(dz, row);
      along += at.load(zn, row) * at.load(dz, row);
    });
    mean *= at.share();
    const Value factor = at.load(r, at.group), slope = factor * along * at.share();
    at.store(k, at.group, slope);
    at.forEach([&](int row, int) {
      at.store(dz, row, factor * (at.load(dz, row) - mean) - slope * at.load(zn, row));
    });
  });
}

// The adjoint of z -> g zn + b: y = r (n - mean n - zn mean(n zn)),  n = g y
template <class Tile>
void normalizeAdjoint(const typename Tile::Execution& space, const ChannelGroups& groups,
                      const typename Tile::Bias& gain, const typename Tile::ConstSlab& zn,
                      const typename Tile::ConstSlab& r, const typename Tile::Slab& y, int samples) {
  static const std::string label = "terrace::resnet::normalizeAdjoint";
  forEachGroup<Tile>(space, label, groups, samples, [&](const GroupOfLanes<Tile>& at) {
    using Value = typename Tile::Value;
    Value mean{}, along{};
    at.forEach([&](int row, int c) {
      const Value n = gain(c) * at.load(y, row);
      mean += n;
      along += n * at.load(zn, row);
    });
    mean *= at.share();
    along *= at.share();
    const Value factor = at.load(r, at.group);
    at.forEach([&](int row, int c) {
      at.store(y, row, factor * (gain(c) * at.load(y, row) - mean - at.load(zn, row) * along));
    });
  });
}

// y as normalizeAdjoint(), and its tangent
// dy = r (dn - mean dn - dzn mean(n zn) - zn mean(dn zn + n dzn)) - k y,  dn = dg y + g dy, of the y before
template <class Tile>
void normalizeTangentAdjoint(const typename Tile::Execution& space, const ChannelGroups& groups,
                             const NormalizedWithTangent<Tile>& o, const typename Tile::Slab& y,
                             const typename Tile::Slab& dy, int samples) {
  static const std::string label = "terrace::resnet::normalizeTangentAdjoint";
  forEachGroup<Tile>(space, label, groups, samples, [&](const GroupOfLanes<Tile>& at) {
    using Value = typename Tile::Value;
    Value mean{}, along{}, dmean{}, dalong{};
    at.forEach([&](int row, int c) {
      const Value n = o.gain(c) * at.load(y, row);
      const Value dn = o.dgain(c) * at.load(y, row) + o.gain(c) * at.load(dy, row);
      const Value zn = at.load(o.zn, row);
      mean += n;
      along += n * zn;
      dmean += dn;
      dalong += dn * zn + n * at.load(o.dzn, row);
    });
    mean *= at.share();
    along *= at.share();
    dmean *= at.share();
    dalong *= at.share();
    const Value factor = at.load(o.r, at.group), slope = at.load(o.k, at.group);
    at.forEach([&](int row, int c) {
      const Value n = o.gain(c) * at.load(y, row);
      const Value dn = o.dgain(c) * at.load(y, row) + o.gain(c) * at.load(dy, row);
      const Value zn = at.load(o.zn, row);
      const Value adjoint = factor * (n - mean - zn * along);
      at.store(y, row, adjoint);
      at.store(dy, row, factor * (dn - dmean - at.load(o.dzn, row) * along - zn * dalong) - slope * adjoint);
    });
  });
}

// y = factor x
template <class Tile>
void scale(const typename Tile::Execution& space, double factor, const typename Tile::ConstSlab& x,
           const typename Tile::Slab& y, int samples) {
  static const std::string label = "terrace::resnet::scale";
  const auto by = static_cast<typename Tile::Scalar>(factor);
  forEachTile<Tile>(space, label, samples, [&](const int tile) {
    using Pack = typename Tile::Pack;
    for (int row = 0; row < static_cast<int>(y.extent(0)); ++row)
      for (int s = tile * Tile::samples; s < (tile + 1) * Tile::samples; s += Pack::lanes)
        storePack<Pack>(&y(row, s), by * loadPack<Pack>(&x(row, s)));
  });
}

// y += factor x
template <class Tile>
void addMultiple(const typename Tile::Execution& space, double factor, const typename Tile::ConstSlab& x,
                 const typename Tile::Slab& y, int samples) {
  static const std::string label = "terrace::resnet::addMultiple";
  const auto by = static_cast<typename Tile::Scalar>(factor);
  forEachTile<Tile>(space, label, samples, [&](const int tile) {
    using Pack = typename Tile::Pack;
    for (int row = 0; row < static_cast<int>(y.extent(0)); ++row)
      for (int s = tile * Tile::samples; s < (tile + 1) * Tile::samples; s += Pack::lanes)
        storePack<Pack>(&y(row, s), loadPack<Pack>(&y(row, s)) + by * loadPack<Pack>(&x(row, s)));
  });
}

/// Adds sum_{p, s} mu(p, c, s) x(p, c, s) + nu(p, c, s) z(p, c, s) to the derivative at \p entry + c; without
/// x the sum of mu; nu and z may be empty. mu and nu are 0 from the last sample to the end of its tile.
template <class Tile>
void addChannelSums(const OuterProductOperands<Tile>& o, int channels, const DerivativeSums& sums, long entry,
                    int samples) {
  using Pack = typename Tile::Pack;
  using Value = typename Tile::Value;
  const int rows = static_cast<int>(o.mu.extent(0));
  std::vector<Value> packs(static_cast<std::size_t>(channels));
  for (int group = 0; group < samples; group += samplesOfGroup) {
    std::fill(packs.begin(), packs.end(), Value{});
    for (int s = group; s < std::min(samples, group + samplesOfGroup); s += Pack::lanes)
      for (int row = 0; row < rows; ++row) {
        Value term = loadPack<Pack>(&o.mu(row, s));
        if (o.x.extent(0) > 0) term *= loadPack<Pack>(&o.x(row, s));
        if (o.nu.extent(0) > 0) term += loadPack<Pack>(&o.nu(row, s)) * loadPack<Pack>(&o.z(row, s));
        packs[static_cast<std::size_t>(row % channels)] += term;
      }
    for (int c = 0; c < channels; ++c) {
      double total = 0;
      for (int lane = 0; lane < Pack::lanes; ++lane)
        total += static_cast<double>(packs[static_cast<std::size_t>(c)][lane]);
      sums.template add<static_cast<int>(sizeof(Value)), 1>(entry + c, &total);
    }
  }
}

} // namespace terrace::resnet::detail::host
