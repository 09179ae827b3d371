#pragma once

#include "layers/LayerArrays.hpp"
#include "layers/Pass.hpp"

namespace terrace::resnet::detail {

/// N of a layer in a block of several layers, z -> g zn + b with zn the normalised z, on the way of a chunk
/// of samples forward and back. Blocks of a stage are kept in slots. On the host.
template <class Tile>
class NormalizationLayer {
public:
  using Slab = typename Tile::Slab;
  using ConstSlab = typename Tile::ConstSlab;
  using Scalar = typename Tile::Scalar;

  /// \param[in] place  of the layer's parameters. \param[in] chunkSamples  most samples of a chunk.
  NormalizationLayer(const LayerPlace& place, int pixels, int chunkSamples)
      : place_(place), pixels_(pixels), chunkSamples_(chunkSamples) {}
  virtual ~NormalizationLayer() = default;

  /// Makes room for so many blocks.
  virtual void reserve(int slots) {
    normalized_.grow("terrace::resnet::normalized", slots, rows(), chunkSamples_);
  }
  /// The same, for tangents.
  virtual void reserveTangents(int slots) {
    normalizedTangents_.grow("terrace::resnet::normalizedTangents", slots, rows(), chunkSamples_);
  }

  /// z, which the layer before writes before forward(), and which becomes zn.
  Slab sums(int slot) const { return normalized_[slot]; }

  /// to = base + factor (g zn + b); \p base may be empty.
  virtual void forward(const Pass<Tile>& pass, int block, int slot, Scalar factor, const ConstSlab& base,
                       const Slab& to) = 0;
  /// After forward() of block k in slot k: \p mu, the derivative by g zn + b, becomes that by z, and the
  /// derivatives by g and b are added if the pass wants them.
  virtual void backward(const Pass<Tile>& pass, int k, const Slab& mu) = 0;
  /// \p dn, which is dz, becomes the tangent of g zn + b; after forward() of the same slot.
  virtual void tangent(const Pass<Tile>& pass, int block, int slot, const Slab& dn) = 0;
  /// The derivative of backward() along the direction; after tangent().
  virtual void tangentBackward(const Pass<Tile>& pass, int k, const Slab& mu, const Slab& dmu) = 0;

protected:
  const LayerPlace& place() const { return place_; }
  int pixels() const { return pixels_; }
  int channels() const { return place_.outputs; }
  int rows() const { return pixels_ * place_.outputs; }
  int chunkSamples() const { return chunkSamples_; }
  Slab normalized(int slot) const { return normalized_[slot]; }
  Slab normalizedTangent(int slot) const { return normalizedTangents_[slot]; }

  typename Tile::Bias gain(const PackedParameters<Tile>& theta, int k) const { return theta.gain(place_, k); }
  typename Tile::Bias bias(const PackedParameters<Tile>& theta, int k) const { return theta.bias(place_, k); }

private:
  LayerPlace place_;
  int pixels_;
  int chunkSamples_;
  LayerArrays<Tile> normalized_;
  LayerArrays<Tile> normalizedTangents_;
};

} // namespace terrace::resnet::detail
