#pragma once

#include "kernels/ImageKernels.hpp"
#include "layers/LayerPlace.hpp"
#include "layers/Pass.hpp"

#include <terrace/resnet/network/Shape.hpp>

#include <type_traits>

namespace terrace::resnet::detail {

/// The products of a convolution with the parameters at a place, y = A * x + b, and its derivatives.
template <class Tile>
class Convolution {
public:
  using Slab = typename Tile::Slab;
  using ConstSlab = typename Tile::ConstSlab;

  Convolution() = default;
  /// \param[in] image  its pixels are those of x and y. \param[in] layer  of the layers of a group.
  Convolution(const ParameterRun& run, const Shape& image, int layer = 0)
      : place_(run, layer), stencil_{image.height, image.width, place_.taps == 1 ? 1 : 3},
        outer_{stencil_, place_.outputs, place_.inputs} {}

  const LayerPlace& place() const { return place_; }

  const Stencil& stencil() const { return stencil_; }
  typename Tile::Weights weights(const PackedParameters<Tile>& theta, int group = 0) const {
    return theta.weights(place_, group);
  }
  typename Tile::Weights transposed(const PackedParameters<Tile>& theta, int group = 0) const {
    return theta.transposed(place_, group);
  }
  typename Tile::Bias bias(const PackedParameters<Tile>& theta, int group = 0) const {
    return theta.bias(place_, group);
  }

  /// y = A x [+ b] or, with \p accumulate, y + A x.
  void multiply(const Pass<Tile>& pass, const typename Tile::Weights& A, const typename Tile::Bias& b,
                const ConstSlab& x, const Slab& y, bool accumulate) const {
    product<Tile>(pass.space, stencil_, A, b, x, y, accumulate, pass.samples);
  }

  /// Pass::addDerivative() of a group, without moments. \param withBias  whether the bias belongs to mu.
  void addDerivative(const Pass<Tile>& pass, int group, double factor,
                     const OuterProductOperands<Tile>& operands, bool withBias = true) {
    if (pass.sums == nullptr) return;
    const GradientOffsets offsets{place_.weights(group), withBias ? place_.bias(group) : -1, factor};
    if constexpr (Tile::onHost) {
      outer_.add(operands, *pass.sums, offsets, pass.samples);
    } else {
      device::stencilOuterProduct<Tile>(pass.space, outer_, operands, *pass.sums, offsets, pass.samples);
    }
  }

private:
  LayerPlace place_;
  Stencil stencil_{1, 1, 1};
  std::conditional_t<Tile::onHost, host::StencilOuterProduct<Tile>, device::StencilSums> outer_;
};

} // namespace terrace::resnet::detail
