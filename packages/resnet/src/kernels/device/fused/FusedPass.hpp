#pragma once

#include "kernels/device/fused/FusedOperands.hpp"

namespace terrace::resnet::detail {

/// The way of one team's samples through all layers and back.
///
/// The state of a sample stays with its thread; the weights of a layer are brought into scratch once for the
/// team. Both scratch columns of a sample belong to its thread between outerProduct() and the next stage().
template <class Space, class Scalar, int D>
class FusedPass {
public:
  using Team = FusedTeam<Space, Scalar, D>;
  using State = typename Team::State;
  using Operands = FusedOperands<Space, Scalar>;
  using Tile = typename Operands::Tile;

  KOKKOS_INLINE_FUNCTION FusedPass(const typename Team::Member& member, const Operands& operands)
      : o_(operands), network_(operands.network), team_(member),
        firstSample_(operands.firstSample + member.league_rank() * teamSamples) {}

  /// \p q becomes q_K. keeps: activations and some states are stored for backward().
  template <bool keeps>
  KOKKOS_INLINE_FUNCTION void forward(State& q) const {
    lift(q);
    for (int k = 0; k < network_.blocks; ++k) {
      if (keeps && hasState(k)) store(q, o_.states, k / o_.layersBetweenStates);
      team_.stage(o_.theta, network_.block(k));
      team_.forEachSample([&](int u, int s) { eulerStep<keeps>(k, s, q.value[u]); });
    }
    output(q);
  }

  /// Loss of the outputs, its sums and derivatives.
  KOKKOS_INLINE_FUNCTION void loss() const {
    const LossOperands<Tile> operands = lossOperands();
    team_.forEachSample([&](int, int s) {
      for (int row = 0; row < sumRows; ++row) operands.sums(row, s) = 0;
      if (network_.crossEntropy) {
        CrossEntropy<Tile>{operands}(s);
      } else {
        LeastSquares<Tile>{operands}(s);
      }
    });
    team_.barrier();
    for (int row = team_.thread(); row < sumRows; row += team_.threadCount()) {
      double sum = 0;
      for (int s = 0; s < teamSamples; ++s) sum += operands.sums(row, s);
      o_.teamSums(row, team_.rank()) = sum;
    }
  }

  /// Derivatives of the team's loss. \param[in, out] q  q_K; overwritten. \param[in] row  of the outputs: the
  /// derivative of the loss by y.
  KOKKOS_INLINE_FUNCTION void backward(State& q, OutputRow row = deltaRow) const {
    State lambda;
    backwardOutput(row, q, lambda);
    for (int k = network_.blocks - 1; k >= 0; --k) {
      team_.stage(o_.theta, network_.block(k));
      if (hasState(k)) load(q, o_.states, k / o_.layersBetweenStates);
      team_.forEachSample([&](int u, int s) { adjointStep(k, s, q.value[u], lambda.value[u]); });
      team_.template outerProduct<false>(derivatives(), network_.block(k));
    }
    if (network_.lift != Lift::Identity) backwardLift(q, lambda);
  }

protected:
  KOKKOS_FORCEINLINE_FUNCTION double* derivatives() const { return &o_.derivatives(team_.rank(), 0); }
  KOKKOS_FORCEINLINE_FUNCTION Scalar& stored(const typename Operands::Layers& layers, int layer, int i,
                                             int s) const {
    return layers(team_.rank(), layer, i, s);
  }
  KOKKOS_FORCEINLINE_FUNCTION Scalar input(int feature, int s) const {
    return o_.inputs(feature, firstSample_ + s);
  }

  // The operands of this team's samples.
  KOKKOS_INLINE_FUNCTION LossOperands<Tile> lossOperands() const {
    using Slab = typename Tile::Slab;
    const std::size_t outputs = static_cast<std::size_t>(network_.outputs), samples = teamSamples;
    LossOperands<Tile> team = o_.loss;
    const auto slab = [&](int row) { return Slab(&stored(o_.outputs, row, 0, 0), outputs, samples); };
    team.y = slab(yRow);
    team.p = slab(pRow);
    team.delta = slab(deltaRow);
    team.sums = typename LossOperands<Tile>::Sums(&o_.sampleSums(team_.rank(), 0, 0), sumRows, samples);
    const int left = o_.loss.count - firstSample_;
    team.count = left < teamSamples ? left : teamSamples;
    const std::size_t first = static_cast<std::size_t>(firstSample_);
    if (team.labels.extent(0) > 0) {
      team.labels = typename LossOperands<Tile>::Labels(o_.loss.labels.data() + first,
                                                        static_cast<std::size_t>(team.count));
    } else {
      const auto& targets = o_.loss.targets;
      team.targets = typename Tile::ConstSlab(targets.data() + first, targets.extent(0), targets.extent(1));
    }
    return team;
  }

  KOKKOS_FORCEINLINE_FUNCTION bool hasState(int k) const { return k % o_.layersBetweenStates == 0; }
  KOKKOS_INLINE_FUNCTION void store(const State& q, const typename Operands::Layers& layers,
                                    int layer) const {
    team_.forEachSample([&](int u, int s) {
      TERRACE_UNROLL
      for (int j = 0; j < D; ++j)
        if (j < network_.width) stored(layers, layer, j, s) = q.value[u][j];
    });
  }
  KOKKOS_INLINE_FUNCTION void load(State& q, const typename Operands::Layers& layers, int layer) const {
    team_.forEachSample([&](int u, int s) {
      TERRACE_UNROLL
      for (int j = 0; j < D; ++j)
        if (j < network_.width) q.value[u][j] = stored(layers, layer, j, s);
    });
  }

  // z(i) += sum_f Q(i, f) x(f) for the features of the part in scratch
  KOKKOS_FORCEINLINE_FUNCTION void addLift(const MatrixPart& part, int first, int s,
                                           Scalar (&z)[std::size_t(D)]) const {
    for (int f = 0; f < part.columns; ++f) {
      const Scalar x = input(first + f, s);
      TERRACE_UNROLL
      for (int i = 0; i < D; ++i) z[i] += team_.weight(i, f) * x;
    }
  }

  // z = Q x + b of \p parameters
  KOKKOS_INLINE_FUNCTION void liftProduct(const ConstParameterView& parameters, State& z) const {
    for (int first = 0; first < network_.features; first += D) {
      const MatrixPart part = network_.liftColumns(first, D);
      team_.stage(parameters, part);
      team_.forEachSample([&](int u, int s) {
        TERRACE_UNROLL
        for (int i = 0; i < D; ++i) z.value[u][i] = (first == 0 ? Scalar(0) : z.value[u][i]) + team_.bias(i);
        addLift(part, first, s, z.value[u]);
      });
    }
  }

  // q = q_0;  neurons from the width to D stay 0 through all layers
  KOKKOS_INLINE_FUNCTION void lift(State& q) const {
    if (network_.lift == Lift::Identity) {
      team_.forEachSample([&](int u, int s) {
        TERRACE_UNROLL
        for (int i = 0; i < D; ++i) q.value[u][i] = i < network_.features ? input(i, s) : Scalar(0);
      });
      return;
    }
    liftProduct(o_.theta, q);
    if (network_.lift == Lift::Activated)
      team_.forEachSample([&](int u, int s) {
        TERRACE_UNROLL
        for (int i = 0; i < D; ++i) team_.left(i, s) = q.value[u][i];
        for (int i = 0; i < network_.width; ++i) team_.left(i, s) = network_.sigma.value(team_.left(i, s));
        TERRACE_UNROLL
        for (int i = 0; i < D; ++i) q.value[u][i] = team_.left(i, s);
      });
  }

  // a = sigma(W q + b),  q += h a;  a passes through scratch so that the loop over the rows need not be
  // unrolled
  template <bool keeps>
  KOKKOS_FORCEINLINE_FUNCTION void eulerStep(int k, int s, Scalar (&q)[std::size_t(D)]) const {
    for (int i = 0; i < network_.width; i += Team::rows) {
      Scalar z[std::size_t(Team::rows)];
      TERRACE_UNROLL
      for (int r = 0; r < Team::rows; ++r) z[r] = team_.bias(i + r);
      team_.addProduct(i, q, z);
      TERRACE_UNROLL
      for (int r = 0; r < Team::rows; ++r) {
        const Scalar a = network_.sigma.value(z[r]);
        team_.left(i + r, s) = a;
        if (keeps && i + r < network_.width) stored(o_.activations, k, i + r, s) = a;
      }
    }
    TERRACE_UNROLL
    for (int j = 0; j < D; ++j)
      if (j < network_.width) q[j] += network_.h * team_.left(j, s);
  }

  // The row of outputs = V q + c with \p parameters; added to what is there if \p add, without c unless \p
  // bias.
  KOKKOS_INLINE_FUNCTION void outputProduct(const ConstParameterView& parameters, const State& q, int row,
                                            bool bias, bool add) const {
    for (int first = 0; first < network_.outputs; first += D) {
      const MatrixPart part = network_.outputRows(first, D);
      team_.stage(parameters, part);
      team_.forEachSample([&](int u, int s) {
        for (int i = 0; i < part.rows; i += Team::rows) {
          Scalar z[std::size_t(Team::rows)];
          TERRACE_UNROLL
          for (int r = 0; r < Team::rows; ++r) z[r] = bias ? team_.bias(i + r) : Scalar(0);
          team_.addProduct(i, q.value[u], z);
          TERRACE_UNROLL
          for (int r = 0; r < Team::rows; ++r)
            if (i + r < part.rows) {
              Scalar& y = stored(o_.outputs, row, first + i + r, s);
              y = add ? y + z[r] : z[r];
            }
        }
      });
    }
  }
  KOKKOS_INLINE_FUNCTION void output(const State& q) const { outputProduct(o_.theta, q, yRow, true, false); }

  // lambda += V^T delta with \p parameters, delta being a row of outputs; and the thread's columns of an
  // outer product with q
  KOKKOS_INLINE_FUNCTION void pullBackOutput(const MatrixPart& part, int first, int row,
                                             State& lambda) const {
    team_.forEachSample([&](int u, int s) {
      for (int i = 0; i < part.rows; ++i) team_.left(i, s) = stored(o_.outputs, row, first + i, s);
      team_.addTransposedProduct(part.rows, &team_.left(0, s), lambda.value[u]);
    });
  }
  KOKKOS_INLINE_FUNCTION void setRight(const State& q) const {
    team_.forEachSample([&](int u, int s) {
      TERRACE_UNROLL
      for (int j = 0; j < D; ++j) team_.right(j, s) = q.value[u][j];
    });
  }
  KOKKOS_INLINE_FUNCTION static void clear(State& state) {
    for (int u = 0; u < Team::samplesPerThread; ++u) {
      TERRACE_UNROLL
      for (int j = 0; j < D; ++j) state.value[u][j] = 0;
    }
  }

  // lambda = V^T delta;  derivatives by V and c
  KOKKOS_INLINE_FUNCTION void backwardOutput(int row, const State& q, State& lambda) const {
    clear(lambda);
    for (int first = 0; first < network_.outputs; first += D) {
      const MatrixPart part = network_.outputRows(first, D);
      team_.stage(o_.theta, part);
      setRight(q);
      pullBackOutput(part, first, row, lambda);
      team_.template outerProduct<false>(derivatives(), part);
    }
  }

  // mu = h sigma'(a) lambda (left),  q = q_k (right),  lambda += W^T mu
  KOKKOS_FORCEINLINE_FUNCTION void adjointStep(int k, int s, Scalar (&q)[std::size_t(D)],
                                               Scalar (&lambda)[std::size_t(D)]) const {
    const bool isLoaded = hasState(k);
    TERRACE_UNROLL
    for (int j = 0; j < D; ++j) team_.left(j, s) = lambda[j];
    for (int i = 0; i < network_.width; ++i) {
      const Scalar a = stored(o_.activations, k, i, s);
      team_.left(i, s) *= network_.h * network_.sigma.slope(a);
      team_.right(i, s) = isLoaded ? Scalar(0) : network_.h * a;
    }
    TERRACE_UNROLL
    for (int j = 0; j < D; ++j)
      if (j < network_.width) {
        q[j] -= team_.right(j, s);
        team_.right(j, s) = q[j];
      }
    if (k > 0 || network_.lift != Lift::Identity)
      team_.addTransposedProduct(network_.width, &team_.left(0, s), lambda);
  }

  // lambda = sigma'(q_0) lambda if the lift is activated;  derivatives by Q and b
  KOKKOS_INLINE_FUNCTION void backwardLift(const State& q, const State& lambda) const {
    team_.barrier();
    team_.forEachSample([&](int u, int s) {
      TERRACE_UNROLL
      for (int j = 0; j < D; ++j) {
        team_.left(j, s) = lambda.value[u][j];
        team_.right(j, s) = q.value[u][j];
      }
      if (network_.lift == Lift::Activated)
        for (int i = 0; i < network_.width; ++i) team_.left(i, s) *= network_.sigma.slope(team_.right(i, s));
    });
    liftDerivatives();
  }

  // The outer product of left and the inputs
  KOKKOS_INLINE_FUNCTION void liftDerivatives() const {
    for (int first = 0; first < network_.features; first += D) {
      const MatrixPart part = network_.liftColumns(first, D);
      team_.forEachSample([&](int, int s) {
        for (int f = 0; f < part.columns; ++f) team_.right(f, s) = input(first + f, s);
      });
      team_.template outerProduct<false>(derivatives(), part);
      team_.barrier();
    }
  }

  const Operands& o_;
  const FusedNetwork<Scalar>& network_;
  Team team_;
  int firstSample_;
};

} // namespace terrace::resnet::detail
