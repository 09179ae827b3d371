#pragma once

// Losses of one chunk of samples. c: classes or outputs, s: samples. Samples from `count` on are padding:
// their derivatives are 0 and they are not in the sums.

#include "kernels/common/Launch.hpp"
#include "kernels/common/PackMath.hpp"
#include "kernels/common/Tile.hpp"

#include <cmath>

namespace terrace::resnet::detail {

/// Rows of the sums that a sweep keeps for each sample position of a chunk, in double.
enum SumRow { lossRow = 0, scoreRow = 1, targetRow = 2, sumRows = 3 };
/// Two more of a sweep with derivatives: squared errors and squares of the derivatives.
enum DerivativeSumRow { derivativeRow = 3, derivativeTargetRow = 4, derivativeSumRows = 5 };

/// What the loss kernels read and write.
template <class Tile>
struct LossOperands {
  using Sums = Kokkos::View<double**, Kokkos::LayoutRight, typename Tile::Memory>;
  using Labels = Kokkos::View<const int*, typename Tile::Memory, Kokkos::MemoryUnmanaged>;
  using Units = Kokkos::View<const double*, typename Tile::Memory, Kokkos::MemoryUnmanaged>;

  typename Tile::ConstSlab y;         ///< Network outputs.
  typename Tile::SampleArray targets; ///< Empty if there are labels.
  Labels labels;                      ///< Empty if there are targets.
  Units targetShift;                  ///< Of the targets' units; empty: 0.
  Units targetScale;                  ///< Of the targets' units; empty: 1.
  typename Tile::Slab p;              ///< Softmax probabilities (cross entropy only).
  typename Tile::Slab delta;          ///< Derivative of the averaged loss by y.
  Sums sums; ///< Sums over the chunks of loss, score (hits or squared error), squared targets.
  typename Tile::Scalar weight; ///< 1 / number of samples on all ranks.
  int count;
};

/// Class with the largest output; the first of equals.
template <class Tile>
KOKKOS_INLINE_FUNCTION int predictedClass(const typename Tile::ConstSlab& y, int s) {
  int best = 0;
  for (int c = 1; c < static_cast<int>(y.extent(0)); ++c)
    if (y(c, s) > y(best, s)) best = c;
  return best;
}

// p(c, s) = exp(y(c, s) - max) / sum,  loss = log(sum) + max - y(label, s),  delta(c, s) = weight (p - [c =
// label])
template <class Tile>
struct CrossEntropy {
  using Pack = typename Tile::Pack;
  using Value = typename Tile::Value;
  LossOperands<Tile> o;

  KOKKOS_FORCEINLINE_FUNCTION void finishSample(int s, double maximum, double sum) const {
    const int classes = static_cast<int>(o.y.extent(0));
    const bool padding = s >= o.count;
    for (int c = 0; c < classes; ++c)
      o.delta(c, s) = padding ? typename Tile::Scalar(0) : o.weight * o.p(c, s);
    if (padding) return;
    const int label = o.labels(s);
    o.delta(label, s) -= o.weight;
    o.sums(lossRow, s) += std::log(sum) + (maximum - static_cast<double>(o.y(label, s)));
    o.sums(scoreRow, s) += predictedClass<Tile>(o.y, s) == label ? 1.0 : 0.0;
  }

  KOKKOS_FORCEINLINE_FUNCTION void finishPack(int s) const {
    const int classes = static_cast<int>(o.y.extent(0));
    Value maximum = loadPack<Pack>(&o.y(0, s));
    for (int c = 1; c < classes; ++c) {
      const Value y = loadPack<Pack>(&o.y(c, s));
      maximum = y > maximum ? y : maximum;
    }
    Value sum = {};
    for (int c = 0; c < classes; ++c) {
      const Value e = expOfNegative<Pack>(loadPack<Pack>(&o.y(c, s)) - maximum);
      storePack<Pack>(&o.p(c, s), e);
      sum += e;
    }
    for (int c = 0; c < classes; ++c) storePack<Pack>(&o.p(c, s), loadPack<Pack>(&o.p(c, s)) / sum);
    for (int lane = 0; lane < Pack::lanes; ++lane)
      finishSample(s + lane, static_cast<double>(Pack::lane(maximum, lane)),
                   static_cast<double>(Pack::lane(sum, lane)));
  }

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    for (int u = 0; u < Tile::packs; ++u) finishPack(tile * Tile::samples + u * Pack::lanes);
  }
};

// Inlined where the operands are made: their fields then stay in registers along the samples.
template <class Tile>
inline __attribute__((always_inline)) void crossEntropy(const typename Tile::Execution& space,
                                                        const LossOperands<Tile>& operands) {
  static const std::string label = "terrace::resnet::crossEntropy";
  forEachTile<Tile>(space, label, operands.count, CrossEntropy<Tile>{operands});
}

// loss = 1/2 sum_c (y(c, s) - t(c, s))^2,  delta(c, s) = weight (y - t);  t is the label's unit vector, if
// any; the squared error and the squared targets are summed in the units of the targets
template <class Tile>
struct LeastSquares {
  LossOperands<Tile> o;

  KOKKOS_FORCEINLINE_FUNCTION void finishSample(int s) const {
    const bool padding = s >= o.count;
    const bool hasLabels = o.labels.extent(0) > 0;
    const bool hasUnits = o.targetScale.extent(0) > 0;
    double squares = 0, errorSquares = 0, targetSquares = 0;
    for (int c = 0; c < static_cast<int>(o.y.extent(0)); ++c) {
      if (padding) {
        o.delta(c, s) = 0;
        continue;
      }
      const auto t = hasLabels ? static_cast<typename Tile::Scalar>(o.labels(s) == c) : o.targets(c, s);
      const auto residual = o.y(c, s) - t;
      o.delta(c, s) = o.weight * residual;
      squares += static_cast<double>(residual) * static_cast<double>(residual);
      const double scale = hasUnits ? o.targetScale(c) : 1.0;
      const double error = scale * static_cast<double>(residual);
      const double target = scale * static_cast<double>(t) + (hasUnits ? o.targetShift(c) : 0.0);
      errorSquares += error * error;
      targetSquares += target * target;
    }
    if (padding) return;
    o.sums(lossRow, s) += 0.5 * squares;
    o.sums(scoreRow, s) +=
        hasLabels ? (predictedClass<Tile>(o.y, s) == o.labels(s) ? 1.0 : 0.0) : errorSquares;
    o.sums(targetRow, s) += targetSquares;
  }

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    for (int k = 0; k < Tile::samples; ++k) finishSample(tile * Tile::samples + k);
  }
};

template <class Tile>
inline __attribute__((always_inline)) void leastSquares(const typename Tile::Execution& space,
                                                        const LossOperands<Tile>& operands) {
  static const std::string label = "terrace::resnet::leastSquares";
  forEachTile<Tile>(space, label, operands.count, LeastSquares<Tile>{operands});
}

// Second derivative of the averaged loss times dy, in place.
// cross entropy: weight p(c, s) (dy(c, s) - sum_k p(k, s) dy(k, s));  least squares (p empty): weight dy(c,
// s)
template <class Tile>
struct LossHessian {
  typename Tile::ConstSlab p;
  typename Tile::Slab dy;
  typename Tile::Scalar weight;
  int count;

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    using Scalar = typename Tile::Scalar;
    const int outputs = static_cast<int>(dy.extent(0));
    const bool softmax = p.extent(0) > 0;
    for (int s = tile * Tile::samples; s < (tile + 1) * Tile::samples; ++s) {
      Scalar mean = 0;
      for (int c = 0; c < outputs && softmax; ++c) mean += p(c, s) * dy(c, s);
      for (int c = 0; c < outputs; ++c) {
        const Scalar product = softmax ? p(c, s) * (dy(c, s) - mean) : dy(c, s);
        dy(c, s) = s < count ? weight * product : Scalar(0);
      }
    }
  }
};

template <class Tile>
void lossHessian(const typename Tile::Execution& space, const LossHessian<Tile>& operands) {
  static const std::string label = "terrace::resnet::lossHessian";
  forEachTile<Tile>(space, label, operands.count, operands);
}

} // namespace terrace::resnet::detail
