#pragma once

#include "kernels/device/fused/FusedPass.hpp"

namespace terrace::resnet::detail {

/// A FusedPass that takes tangents along a direction (dQ, db; dW_k, db_k; dV, dc) with it. Every state is
/// kept: two states and two adjoints of 32 neurons do not fit the registers of a thread.
template <class Space, class Scalar, int D>
class FusedTangentPass : public FusedPass<Space, Scalar, D> {
public:
  using Base = FusedPass<Space, Scalar, D>;
  using Base::Base;
  using typename Base::Operands;
  using typename Base::State;
  using typename Base::Team;
  using typename Base::Tile;

  /// \p q becomes q_K and \p dq its tangent; both, outputs, loss and their tangents are stored.
  KOKKOS_INLINE_FUNCTION void tangentForward(State& q, State& dq) const {
    Base::lift(q);
    liftTangent(q, dq);
    for (int k = 0; k < network_.blocks; ++k) {
      Base::store(q, o_.states, k);
      Base::store(dq, o_.tangents, k);
      team_.stage(o_.theta, network_.block(k));
      team_.forEachSample([&](int u, int s) { stepOfWeights(k, s, q.value[u], dq.value[u]); });
      team_.stage(o_.direction, network_.block(k));
      team_.forEachSample([&](int u, int s) { stepOfDirection(k, s, q.value[u], dq.value[u]); });
    }
    Base::store(q, o_.states, network_.blocks);
    Base::store(dq, o_.tangents, network_.blocks);
    Base::output(q);
    Base::outputProduct(o_.theta, dq, tangentRow, false, false);
    Base::outputProduct(o_.direction, q, tangentRow, true, true);
    Base::loss();
    lossTangent();
  }

  /// The derivative of backward() along the direction: every product there gives two terms here.
  KOKKOS_INLINE_FUNCTION void tangentBackward() const {
    State lambda, dlambda;
    backwardOutput(lambda, dlambda);
    for (int k = network_.blocks - 1; k >= 0; --k) {
      const MatrixPart block = network_.block(k);
      const bool pullsBack = k > 0 || network_.lift != Lift::Identity;
      team_.stage(o_.theta, block);
      team_.forEachSample(
          [&](int u, int s) { adjointOfWeights(k, s, pullsBack, lambda.value[u], dlambda.value[u]); });
      if (pullsBack) {
        team_.stage(o_.direction, block);
        team_.forEachSample([&](int u, int s) {
          team_.addTransposedProduct(network_.width, &team_.left(0, s), dlambda.value[u]);
        });
      }
      blockDerivatives(k, block);
    }
    if (network_.lift != Lift::Identity) tangentBackwardLift(lambda, dlambda);
  }

private:
  using Base::network_;
  using Base::o_;
  using Base::stored;
  using Base::team_;

  // dq_0 = dQ x + db, times sigma'(q_0) if the lift is activated
  KOKKOS_INLINE_FUNCTION void liftTangent(const State& q, State& dq) const {
    if (network_.lift == Lift::Identity) return Base::clear(dq);
    Base::liftProduct(o_.direction, dq);
    if (network_.lift != Lift::Activated) return;
    Base::store(dq, o_.preTangents, network_.blocks);
    team_.forEachSample([&](int u, int s) {
      TERRACE_UNROLL
      for (int j = 0; j < D; ++j) team_.left(j, s) = q.value[u][j];
      for (int i = 0; i < network_.width; ++i) team_.left(i, s) = network_.sigma.slope(team_.left(i, s));
      TERRACE_UNROLL
      for (int j = 0; j < D; ++j) dq.value[u][j] *= team_.left(j, s);
    });
  }

  // left = a = sigma(W q + b),  right = W dq
  KOKKOS_FORCEINLINE_FUNCTION void stepOfWeights(int k, int s, const Scalar (&q)[std::size_t(D)],
                                                 const Scalar (&dq)[std::size_t(D)]) const {
    for (int i = 0; i < network_.width; i += Team::rows) {
      Scalar z[std::size_t(Team::rows)], t[std::size_t(Team::rows)];
      TERRACE_UNROLL
      for (int r = 0; r < Team::rows; ++r) {
        z[r] = team_.bias(i + r);
        t[r] = 0;
      }
      team_.addProduct(i, q, z);
      team_.addProduct(i, dq, t);
      TERRACE_UNROLL
      for (int r = 0; r < Team::rows; ++r) {
        const Scalar a = network_.sigma.value(z[r]);
        team_.left(i + r, s) = a;
        team_.right(i + r, s) = t[r];
        if (i + r < network_.width) stored(o_.activations, k, i + r, s) = a;
      }
    }
  }

  // dz = W dq + dW q + db,  q += h a,  dq += h sigma'(a) dz
  KOKKOS_FORCEINLINE_FUNCTION void stepOfDirection(int k, int s, Scalar (&q)[std::size_t(D)],
                                                   Scalar (&dq)[std::size_t(D)]) const {
    for (int i = 0; i < network_.width; i += Team::rows) {
      Scalar t[std::size_t(Team::rows)];
      TERRACE_UNROLL
      for (int r = 0; r < Team::rows; ++r) t[r] = team_.right(i + r, s) + team_.bias(i + r);
      team_.addProduct(i, q, t);
      TERRACE_UNROLL
      for (int r = 0; r < Team::rows; ++r) {
        if (i + r < network_.width) stored(o_.preTangents, k, i + r, s) = t[r];
        team_.right(i + r, s) = network_.h * network_.sigma.slope(team_.left(i + r, s)) * t[r];
      }
    }
    TERRACE_UNROLL
    for (int j = 0; j < D; ++j)
      if (j < network_.width) {
        q[j] += network_.h * team_.left(j, s);
        dq[j] += team_.right(j, s);
      }
  }

  // dy becomes the tangent of delta
  KOKKOS_INLINE_FUNCTION void lossTangent() const {
    const LossOperands<Tile> operands = Base::lossOperands();
    const typename Tile::Slab dy(&stored(o_.outputs, tangentRow, 0, 0),
                                 static_cast<std::size_t>(network_.outputs),
                                 static_cast<std::size_t>(teamSamples));
    const typename Tile::ConstSlab p =
        network_.crossEntropy ? typename Tile::ConstSlab(operands.p) : typename Tile::ConstSlab();
    team_.forEachSample([&](int, int s) { LossHessian<Tile>{p, dy, operands.weight, operands.count}(s); });
  }

  KOKKOS_INLINE_FUNCTION void setRight(const typename Operands::Layers& layers, int layer) const {
    team_.forEachSample([&](int, int s) {
      for (int j = 0; j < network_.width; ++j) team_.right(j, s) = stored(layers, layer, j, s);
    });
  }

  // lambda = V^T delta,  dlambda = V^T ddelta + dV^T delta;  derivatives ddelta (q, 1)^T + delta (dq, 0)^T
  KOKKOS_INLINE_FUNCTION void backwardOutput(State& lambda, State& dlambda) const {
    Base::clear(lambda);
    Base::clear(dlambda);
    for (int first = 0; first < network_.outputs; first += D) {
      MatrixPart part = network_.outputRows(first, D);
      team_.stage(o_.direction, part);
      Base::pullBackOutput(part, first, deltaRow, dlambda);
      team_.stage(o_.theta, part);
      Base::pullBackOutput(part, first, deltaRow, lambda);
      Base::pullBackOutput(part, first, tangentRow, dlambda);
      setRight(o_.states, network_.blocks);
      team_.template outerProduct<false>(Base::derivatives(), part);
      team_.barrier();
      team_.forEachSample([&](int, int s) {
        for (int i = 0; i < part.rows; ++i) team_.left(i, s) = stored(o_.outputs, deltaRow, first + i, s);
      });
      setRight(o_.tangents, network_.blocks);
      part.bias = -1;
      team_.template outerProduct<true>(Base::derivatives(), part);
    }
  }

  // mu = h sigma'(a) lambda (left; kept in place of dz),  dmu = h (sigma''(a) dz lambda + sigma'(a) dlambda)
  // (right) lambda += W^T mu,  dlambda += W^T dmu
  KOKKOS_FORCEINLINE_FUNCTION void adjointOfWeights(int k, int s, bool pullsBack,
                                                    Scalar (&lambda)[std::size_t(D)],
                                                    Scalar (&dlambda)[std::size_t(D)]) const {
    TERRACE_UNROLL
    for (int j = 0; j < D; ++j) {
      team_.left(j, s) = lambda[j];
      team_.right(j, s) = dlambda[j];
    }
    for (int i = 0; i < network_.width; ++i) {
      const Scalar a = stored(o_.activations, k, i, s);
      Scalar& dz = stored(o_.preTangents, k, i, s);
      const Scalar slope = network_.sigma.slope(a), adjoint = team_.left(i, s);
      const Scalar mu = network_.h * slope * adjoint;
      team_.right(i, s) =
          network_.h * (network_.sigma.curvature(a) * dz * adjoint + slope * team_.right(i, s));
      team_.left(i, s) = mu;
      dz = mu;
    }
    if (!pullsBack) return;
    team_.addTransposedProduct(network_.width, &team_.left(0, s), lambda);
    team_.addTransposedProduct(network_.width, &team_.right(0, s), dlambda);
  }

  // dmu (q_k, 1)^T + mu (dq_k, 0)^T;  dmu comes in right, mu in place of dz
  KOKKOS_INLINE_FUNCTION void blockDerivatives(int k, MatrixPart block) const {
    team_.forEachSample([&](int, int s) {
      for (int i = 0; i < network_.width; ++i) {
        team_.left(i, s) = team_.right(i, s);
        team_.right(i, s) = stored(o_.states, k, i, s);
      }
    });
    team_.template outerProduct<false>(Base::derivatives(), block);
    team_.barrier();
    team_.forEachSample([&](int, int s) {
      for (int i = 0; i < network_.width; ++i) {
        team_.left(i, s) = stored(o_.preTangents, k, i, s);
        team_.right(i, s) = stored(o_.tangents, k, i, s);
      }
    });
    block.bias = -1;
    team_.template outerProduct<true>(Base::derivatives(), block);
  }

  // dlambda becomes sigma''(q_0) dz lambda + sigma'(q_0) dlambda if the lift is activated;  derivatives
  // dlambda (x, 1)^T
  KOKKOS_INLINE_FUNCTION void tangentBackwardLift(const State& lambda, const State& dlambda) const {
    team_.barrier();
    team_.forEachSample([&](int u, int s) {
      TERRACE_UNROLL
      for (int j = 0; j < D; ++j) {
        team_.left(j, s) = dlambda.value[u][j];
        team_.right(j, s) = lambda.value[u][j];
      }
      if (network_.lift == Lift::Activated)
        for (int i = 0; i < network_.width; ++i) {
          const Scalar a = stored(o_.states, 0, i, s), dz = stored(o_.preTangents, network_.blocks, i, s);
          team_.left(i, s) = network_.sigma.curvature(a) * dz * team_.right(i, s) +
                             network_.sigma.slope(a) * team_.left(i, s);
        }
    });
    Base::liftDerivatives();
  }
};

} // namespace terrace::resnet::detail
