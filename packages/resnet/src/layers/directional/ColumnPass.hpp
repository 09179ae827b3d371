#pragma once

#include "kernels/LayerKernels.hpp"
#include "kernels/common/DirectionalKernels.hpp"
#include "layers/Pass.hpp"

namespace terrace::resnet::detail {

/// What all layers are told on the way of a chunk's columns through the network, and the products that all of
/// them form. A bias is added to values, not to tangents.
template <class Tile>
struct ColumnPass {
  using Slab = typename Tile::Slab;
  using ConstSlab = typename Tile::ConstSlab;
  using Parameters = PackedParameters<Tile>;

  const typename Tile::Execution& space;
  const Parameters* theta;
  Columns columns;
  const DerivativeSums* sums = nullptr;  ///< Of derivatives by the parameters.
  const Parameters* direction = nullptr; ///< Of the parameters.
  const MomentSums* moments = nullptr;   ///< Null: none are wanted.

  /// y = W x + b in the values, W x in the tangents.
  void multiply(const Parameters& by, const LayerPlace& place, int group, const ConstSlab& x,
                const Slab& y) const {
    const auto weights = by.weights(place, group);
    product<Tile>(space, weights, by.bias(place, group), x, y, false, columns.samples);
    if (columns.directions == 0) return;
    product<Tile>(space, weights, {}, from(x, columns.samples), from(y, columns.samples), false,
                  columns.tangents());
  }

  /// Dy = DW x + Db + W Dx, without the last where \p Dx is empty: it is 0.
  void multiplyTangent(const LayerPlace& place, int group, const ConstSlab& x, const ConstSlab& Dx,
                       const Slab& Dy) const {
    multiply(*direction, place, group, x, Dy);
    if (Dx.extent(0) > 0) product<Tile>(space, theta->weights(place, group), {}, Dx, Dy, true, columns.all());
  }

  /// lambda = [lambda +] A mu, A the transpose of the weight (times the time step, in a block).
  void pullBack(const LayerPlace& place, int group, const ConstSlab& mu, const Slab& lambda,
                bool accumulate) const {
    product<Tile>(space, theta->transposed(place, group), {}, mu, lambda, accumulate, columns.all());
  }

  /// Dlambda = [Dlambda +] A Dmu + DA mu
  void pullBackTangent(const LayerPlace& place, int group, const ConstSlab& mu, const ConstSlab& Dmu,
                       const Slab& Dlambda, bool accumulate) const {
    pullBack(place, group, Dmu, Dlambda, accumulate);
    product<Tile>(space, direction->transposed(place, group), {}, mu, Dlambda, true, columns.all());
  }

  /// Adds the derivative by the parameters: factor * sum over columns of mu x^T, and for the bias over values
  /// of mu. The second moments for a metric are gathered here.
  void addDerivative(const LayerPlace& place, int group, double factor, const ConstSlab& mu,
                     const ConstSlab& x) const {
    if (sums == nullptr) return;
    const int n = columns.samples;
    const GradientOffsets withBias{place.weights(group), place.bias(group), factor};
    // The first direction goes along with the values.
    outerProduct<Tile>(space,
                       columns.directions > 0 ? OuterProductOperands<Tile>{mu, x, from(mu, n), from(x, n)}
                                              : OuterProductOperands<Tile>{mu, x, {}, {}},
                       *sums, withBias, n);
    if (columns.directions > 1)
      outerProduct<Tile>(space, {from(mu, 2 * n), from(x, 2 * n), {}, {}}, *sums,
                         {withBias.weights, -1, factor}, columns.tangents() - n);
    if (moments != nullptr) addMoments(place, group, mu, x);
  }

  /// Its derivative: of Dmu x^T + mu Dx^T, without the last where \p Dx is empty.
  void addTangentDerivative(const LayerPlace& place, int group, double factor, const ConstSlab& mu,
                            const ConstSlab& x, const ConstSlab& Dmu, const ConstSlab& Dx) const {
    const auto add = [&](int first, int count, long bias) {
      const bool moves = Dx.extent(0) > 0;
      outerProduct<Tile>(space,
                         {from(Dmu, first), from(x, first), moves ? from(mu, first) : ConstSlab(),
                          moves ? from(Dx, first) : ConstSlab()},
                         *sums, {place.weights(group), bias, factor}, count);
    };
    add(0, columns.samples, place.bias(group));
    if (columns.directions > 0) add(columns.samples, columns.tangents(), -1);
  }

  template <class Functor>
  void forEachSample(const std::string& label, const Functor& functor) const {
    forEachTile<Tile>(space, label, columns.samples, functor);
  }

private:
  static ConstSlab from(const ConstSlab& slab, int first) { return columnsFrom<Tile>(slab, first); }
  static Slab from(const Slab& slab, int first) { return columnsFrom<Tile>(slab, first); }

  void addMoments(const LayerPlace& place, int group, const ConstSlab& mu, const ConstSlab& x) const {
    const RunFactors& factors = moments->layout->at(place.offset);
    const long ofInputs = factors.first + group * factors.size();
    const long sumsOfInputs = ofInputs + factors.momentsOfInputs();
    const int n = columns.samples;
    if (factors.inputs == Factor::Moments) {
      outerProduct<Tile>(space, {x, x, {}, {}}, moments->sums, {ofInputs, sumsOfInputs}, n);
      if (columns.directions > 0)
        outerProduct<Tile>(space, {from(x, n), from(x, n), {}, {}}, moments->sums, {ofInputs, -1},
                           columns.tangents());
    }
    if (factors.outputs == Factor::Moments)
      outerProduct<Tile>(space, {mu, mu, {}, {}}, moments->sums, {sumsOfInputs + factors.sumsOfInputs(), -1},
                         columns.all());
  }
};

} // namespace terrace::resnet::detail
