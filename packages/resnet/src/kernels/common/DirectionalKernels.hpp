#pragma once

// Kernels of sweeps that carry derivatives along directions of the inputs. They work on each entry by itself.
//
// An array has a column for each sample and, after all of them, one for each sample and direction (Columns):
// the value of a sample, and its tangents. A product with a weight is the same for all columns; what couples
// them is the activation, and is here. i: neurons, s: samples, d: directions. In the arrays `pre` the values
// are activations a = sigma(z), the tangents those of z, in the unit of Sigma.

#include "kernels/common/Activations.hpp"
#include "kernels/common/Launch.hpp"
#include "kernels/common/LossKernels.hpp"
#include "kernels/common/Tile.hpp"

#include <string>

namespace terrace::resnet::detail {

/// Where the columns of a chunk are.
struct Columns {
  int samples;    ///< Of the chunk, up to whole tiles: columns of values, and of each direction.
  int directions; ///< Of each sample.

  KOKKOS_INLINE_FUNCTION int of(int direction, int s) const { return (1 + direction) * samples + s; }
  KOKKOS_INLINE_FUNCTION int all() const { return (1 + directions) * samples; }
  int tangents() const { return directions * samples; }
};

/// The columns of \p slab from \p first on, which begins a tile.
template <class Tile, class Slab>
Slab columnsFrom(const Slab& slab, int first) {
  if (slab.extent(0) == 0) return Slab();
  if constexpr (Tile::onHost) {
    return Slab(&slab(0, first), slab.extent(0));
  } else {
    return Slab(slab.data() + first, slab.extent(0), slab.extent(1));
  }
}

/// The third derivative of an activation as a function of its value; 0 where it jumps.
template <class Sigma, class Pack>
KOKKOS_FORCEINLINE_FUNCTION typename Pack::Value thirdDerivative(const typename Pack::Value& a) {
  using S = typename Pack::Scalar;
  if constexpr (std::is_same_v<Sigma, TanhActivation>) {
    return Sigma::template slope<Pack>(a) * (S(6) * a * a - S(2));
  } else if constexpr (std::is_same_v<Sigma, SigmoidActivation>) {
    const auto slope = Sigma::template slope<Pack>(a);
    return slope * (S(1) - S(6) * slope);
  } else {
    return typename Pack::Value{};
  }
}

/// Calls f(i, s) with every neuron and the first sample of every pack of a tile of samples.
template <class Tile, class Function>
KOKKOS_FORCEINLINE_FUNCTION void forEachPack(int neurons, int tile, const Function& f) {
  for (int i = 0; i < neurons; ++i)
    for (int s = tile * Tile::samples; s < (tile + 1) * Tile::samples; s += Tile::Pack::lanes) f(i, s);
}

// a = sigma(z),  next(i, s) = [q(i, s)] + h a(i, s),  next(i, ds) = [q(i, ds)] + h sigma'(a) dz(i, ds)
//
// With q, a residual block, z is in the unit of Sigma; without, it has the unit 1. z becomes a.
template <class Tile, class Sigma, bool residual>
struct DirectionalStep {
  using Pack = typename Tile::Pack;
  Columns columns;
  typename Tile::Scalar h;
  typename Tile::Scalar hPerUnit;
  typename Tile::Slab pre;
  typename Tile::ConstSlab q;
  typename Tile::Slab next;

  KOKKOS_FORCEINLINE_FUNCTION void add(int i, int column, const typename Tile::Value& change) const {
    if constexpr (residual) {
      storePack<Pack>(&next(i, column), loadPack<Pack>(&q(i, column)) + change);
    } else {
      storePack<Pack>(&next(i, column), change);
    }
  }

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    forEachPack<Tile>(static_cast<int>(pre.extent(0)), tile, [this](int i, int s) {
      typename Tile::Value a[1] = {loadPack<Pack>(&pre(i, s))};
      if constexpr (residual) {
        Sigma::template scaledValues<Pack, 1>(a);
      } else {
        Sigma::template values<Pack, 1>(a);
      }
      storePack<Pack>(&pre(i, s), a[0]);
      add(i, s, h * a[0]);
      const auto slope = hPerUnit * Sigma::template slope<Pack>(a[0]);
      for (int d = 0; d < columns.directions; ++d) {
        const int column = columns.of(d, s);
        add(i, column, slope * loadPack<Pack>(&pre(i, column)));
      }
    });
  }
};

// The adjoint of a step: lambda by next becomes mu by z and the tangents of z.
//
// mu(i, ds) = sigma'(a) lambda(i, ds)
// mu(i, s)  = sigma'(a) lambda(i, s) + sigma''(a) sum_d dz(i, ds) lambda(i, ds)
//
// \p mu may be \p lambda.
template <class Tile, class Sigma>
struct DirectionalSlope {
  using Pack = typename Tile::Pack;
  Columns columns;
  typename Tile::Scalar perUnit;
  typename Tile::ConstSlab pre;
  typename Tile::ConstSlab lambda;
  typename Tile::Slab mu;

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    forEachPack<Tile>(static_cast<int>(pre.extent(0)), tile, [this](int i, int s) {
      const auto a = loadPack<Pack>(&pre(i, s));
      const auto slope = Sigma::template slope<Pack>(a);
      typename Tile::Value along = {};
      for (int d = 0; d < columns.directions; ++d) {
        const int column = columns.of(d, s);
        const auto adjoint = loadPack<Pack>(&lambda(i, column));
        along += loadPack<Pack>(&pre(i, column)) * adjoint;
        storePack<Pack>(&mu(i, column), slope * adjoint);
      }
      const auto curvature = perUnit * Sigma::template curvature<Pack>(a);
      storePack<Pack>(&mu(i, s), slope * loadPack<Pack>(&lambda(i, s)) + curvature * along);
    });
  }
};

// The derivative of a step along a direction of the parameters; D marks it, Dpre is that of z and of dz.
//
// Dnext(i, s)  = [Dq(i, s)] + h sigma'(a) Dz(i, s)
// Dnext(i, ds) = [Dq(i, ds)] + h (sigma'(a) Ddz(i, ds) + sigma''(a) Dz(i, s) dz(i, ds))
template <class Tile, class Sigma, bool residual>
struct DirectionalTangentStep {
  using Pack = typename Tile::Pack;
  Columns columns;
  typename Tile::Scalar perUnit;
  typename Tile::Scalar hPerUnit;
  typename Tile::ConstSlab pre;
  typename Tile::ConstSlab Dpre;
  typename Tile::ConstSlab Dq;
  typename Tile::Slab Dnext;

  KOKKOS_FORCEINLINE_FUNCTION void add(int i, int column, const typename Tile::Value& change) const {
    if constexpr (residual) {
      storePack<Pack>(&Dnext(i, column), loadPack<Pack>(&Dq(i, column)) + change);
    } else {
      storePack<Pack>(&Dnext(i, column), change);
    }
  }

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    forEachPack<Tile>(static_cast<int>(pre.extent(0)), tile, [this](int i, int s) {
      const auto a = loadPack<Pack>(&pre(i, s));
      const auto Dz = loadPack<Pack>(&Dpre(i, s));
      const auto slope = hPerUnit * Sigma::template slope<Pack>(a);
      const auto change = hPerUnit * perUnit * Sigma::template curvature<Pack>(a) * Dz;
      add(i, s, slope * Dz);
      for (int d = 0; d < columns.directions; ++d) {
        const int column = columns.of(d, s);
        add(i, column, slope * loadPack<Pack>(&Dpre(i, column)) + change * loadPack<Pack>(&pre(i, column)));
      }
    });
  }
};

// mu of DirectionalSlope and its derivative along a direction of the parameters:
//
// Dmu(i, ds) = sigma'(a) Dlambda(i, ds) + sigma''(a) Dz(i, s) lambda(i, ds)
// Dmu(i, s)  = sigma'(a) Dlambda(i, s) + sigma''(a) Dz(i, s) lambda(i, s)
//            + sum_d sigma''(a) (Ddz lambda + dz Dlambda)(i, ds) + sigma'''(a) Dz(i, s) (dz lambda)(i, ds)
//
// \p mu may be \p lambda, \p Dmu may be \p Dlambda.
template <class Tile, class Sigma>
struct DirectionalCurvature {
  using Pack = typename Tile::Pack;
  Columns columns;
  typename Tile::Scalar perUnit;
  typename Tile::ConstSlab pre;
  typename Tile::ConstSlab Dpre;
  typename Tile::ConstSlab lambda;
  typename Tile::ConstSlab Dlambda;
  typename Tile::Slab mu;
  typename Tile::Slab Dmu;

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    forEachPack<Tile>(static_cast<int>(pre.extent(0)), tile, [this](int i, int s) {
      const auto a = loadPack<Pack>(&pre(i, s));
      const auto slope = Sigma::template slope<Pack>(a);
      const auto curvature = perUnit * Sigma::template curvature<Pack>(a);
      const auto Dz = loadPack<Pack>(&Dpre(i, s));
      const auto Dslope = curvature * Dz;
      const auto Dcurvature = perUnit * perUnit * thirdDerivative<Sigma, Pack>(a) * Dz;
      typename Tile::Value along = {}, Dalong = {};
      for (int d = 0; d < columns.directions; ++d) {
        const int column = columns.of(d, s);
        const auto dz = loadPack<Pack>(&pre(i, column));
        const auto adjoint = loadPack<Pack>(&lambda(i, column));
        const auto Dadjoint = loadPack<Pack>(&Dlambda(i, column));
        along += dz * adjoint;
        Dalong += loadPack<Pack>(&Dpre(i, column)) * adjoint + dz * Dadjoint;
        storePack<Pack>(&mu(i, column), slope * adjoint);
        storePack<Pack>(&Dmu(i, column), slope * Dadjoint + Dslope * adjoint);
      }
      const auto adjoint = loadPack<Pack>(&lambda(i, s));
      const auto Dadjoint = loadPack<Pack>(&Dlambda(i, s));
      storePack<Pack>(&mu(i, s), slope * adjoint + curvature * along);
      storePack<Pack>(&Dmu(i, s),
                      slope * Dadjoint + Dslope * adjoint + curvature * Dalong + Dcurvature * along);
    });
  }
};

// q(j, ds) = 1 if j = d, else 0
template <class Tile>
struct UnitTangents {
  Columns columns;
  typename Tile::Slab q;

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    using Pack = typename Tile::Pack;
    for (int d = 0; d < columns.directions; ++d)
      forEachPack<Tile>(static_cast<int>(q.extent(0)), tile, [this, d](int j, int s) {
        storePack<Pack>(&q(j, columns.of(d, s)), broadcast<Pack>(typename Tile::Scalar(j == d ? 1 : 0)));
      });
  }
};

// The least-squares loss of derivatives; what is not here is in LeastSquares, which comes first.
//
// loss = 1/2 sum_dc w (y(c, ds) - t(dc, s))^2,  delta(c, ds) = weight w (y - t);  the squared errors and
// derivatives are summed in the units of the targets
template <class Tile>
struct DerivativeLoss {
  Columns columns;
  LossOperands<Tile> o;               ///< Its targets are not used.
  typename Tile::SampleArray targets; ///< Row d * outputs + c.
  double w;                           ///< Of a derivative's squared error, relative to a value's.

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    for (int s = tile * Tile::samples; s < (tile + 1) * Tile::samples; ++s) finishSample(s);
  }

  KOKKOS_FORCEINLINE_FUNCTION void finishSample(int s) const {
    using Scalar = typename Tile::Scalar;
    const int outputs = static_cast<int>(o.y.extent(0));
    const bool hasUnits = o.targetScale.extent(0) > 0, padding = s >= o.count;
    const Scalar weight = static_cast<Scalar>(w) * o.weight;
    double squares = 0, errorSquares = 0, targetSquares = 0;
    for (int d = 0; d < columns.directions; ++d)
      for (int c = 0; c < outputs; ++c) {
        const int column = columns.of(d, s);
        if (padding) {
          o.delta(c, column) = 0;
          continue;
        }
        const Scalar t = targets(d * outputs + c, s);
        const Scalar residual = o.y(c, column) - t;
        o.delta(c, column) = weight * residual;
        squares += static_cast<double>(residual) * static_cast<double>(residual);
        const double scale = hasUnits ? o.targetScale(c) : 1.0;
        const double error = scale * static_cast<double>(residual);
        const double target = scale * static_cast<double>(t);
        errorSquares += error * error;
        targetSquares += target * target;
      }
    if (padding) return;
    o.sums(lossRow, s) += 0.5 * w * squares;
    o.sums(derivativeRow, s) += errorSquares;
    o.sums(derivativeTargetRow, s) += targetSquares;
  }
};

// Second derivative of the averaged loss times dy, in place.
template <class Tile>
struct DirectionalLossHessian {
  Columns columns;
  typename Tile::Slab dy;
  typename Tile::Scalar weight; ///< Of values.
  typename Tile::Scalar derivativeWeight;
  int count;

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    for (int s = tile * Tile::samples; s < (tile + 1) * Tile::samples; ++s)
      for (int c = 0; c < static_cast<int>(dy.extent(0)); ++c) {
        const bool padding = s >= count;
        dy(c, s) = padding ? typename Tile::Scalar(0) : weight * dy(c, s);
        for (int d = 0; d < columns.directions; ++d) {
          auto& value = dy(c, columns.of(d, s));
          value = padding ? typename Tile::Scalar(0) : derivativeWeight * value;
        }
      }
  }
};

// rows(s, (d - first) outputs + c) = y(c, ds),  first <= d < directions, s < count;  d = -1: the values
template <class Tile>
struct ColumnRows {
  using Rows = Kokkos::View<double**, Kokkos::LayoutRight, typename Tile::Memory>;
  Columns columns;
  typename Tile::ConstSlab y;
  Rows rows;
  int first;
  int count;

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    const int outputs = static_cast<int>(y.extent(0));
    for (int s = tile * Tile::samples; s < (tile + 1) * Tile::samples && s < count; ++s)
      for (int d = first; d < columns.directions; ++d)
        for (int c = 0; c < outputs; ++c)
          rows(s, (d - first) * outputs + c) = static_cast<double>(y(c, columns.of(d, s)));
  }
};

} // namespace terrace::resnet::detail
