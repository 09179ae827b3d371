#pragma once

// The fused sweeps: a team takes its samples through all layers (and back) in one kernel.

#include "kernels/device/fused/FusedPass.hpp"
#include "kernels/device/fused/FusedTangentPass.hpp"

#include <terrace/resnet/parameters/CompensatedSum.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace terrace::resnet::detail {

// Outputs; losses if they are wanted
template <class Space, class Scalar, int D>
struct FusedValue {
  FusedOperands<Space, Scalar> operands;

  KOKKOS_INLINE_FUNCTION void operator()(const typename FusedTeam<Space, Scalar, D>::Member& member) const {
    const FusedPass<Space, Scalar, D> pass(member, operands);
    typename FusedTeam<Space, Scalar, D>::State q;
    pass.template forward<false>(q);
    if (operands.hasLoss) pass.loss();
  }
};

// Losses, and their derivatives summed over each team
template <class Space, class Scalar, int D>
struct FusedGradient {
  FusedOperands<Space, Scalar> operands;

  KOKKOS_INLINE_FUNCTION void operator()(const typename FusedTeam<Space, Scalar, D>::Member& member) const {
    const FusedPass<Space, Scalar, D> pass(member, operands);
    typename FusedTeam<Space, Scalar, D>::State q;
    pass.template forward<true>(q);
    pass.loss();
    pass.backward(q);
  }
};

// The derivatives' derivatives along the direction, summed over each team; Gauss-Newton: J^T (H_loss J v),
// the backward sweep with the loss's derivative replaced
template <class Space, class Scalar, int D>
struct FusedHessian {
  FusedOperands<Space, Scalar> operands;

  KOKKOS_INLINE_FUNCTION void operator()(const typename FusedTeam<Space, Scalar, D>::Member& member) const {
    const FusedTangentPass<Space, Scalar, D> pass(member, operands);
    typename FusedTeam<Space, Scalar, D>::State q, dq;
    pass.tangentForward(q, dq);
    if (operands.gaussNewton) {
      pass.backward(q, tangentRow);
    } else {
      pass.tangentBackward();
    }
  }
};

/// Runs a kernel for \p teams teams, with the smallest of the compiled widths that holds the network's.
template <template <class, class, int> class Kernel, class Space, class Scalar, int D = 4>
void launchFused(const typename Space::execution_space& space, const std::string& label, int teams,
                 const FusedOperands<Space, Scalar>& operands) {
  if constexpr (D < 32) {
    if (operands.network.width > D)
      return launchFused<Kernel, Space, Scalar, 2 * D>(space, label, teams, operands);
  }
  using Team = FusedTeam<Space, Scalar, D>;
  using Policy = Kokkos::TeamPolicy<Space, Kokkos::LaunchBounds<Team::threads, 1>>;
  Policy policy(space, teams, Team::threads);
  policy.set_scratch_size(0, Kokkos::PerTeam(Team::scratchBytes()));
  Kokkos::parallel_for(label, policy, Kernel<Space, Scalar, D>{operands});
}

// partial(piece, i) = derivatives(first, i) + ..., one after another, over the teams of a piece
template <class Derivatives, class Partial>
struct SumDerivatives {
  Derivatives derivatives;
  Partial partial;
  int teams;

  KOKKOS_INLINE_FUNCTION void operator()(const std::size_t item) const {
    const std::size_t piece = item / partial.extent(1), i = item % partial.extent(1);
    const auto first = static_cast<int>(piece * static_cast<std::size_t>(teams) / partial.extent(0));
    const auto last = static_cast<int>((piece + 1) * static_cast<std::size_t>(teams) / partial.extent(0));
    CompensatedSum sum;
    for (int team = first; team < last; ++team) sum.add(derivatives(team, i));
    partial(piece, i) = sum;
  }
};

// sums(i) += partial(0, i) + partial(1, i) + ...
template <class Partial>
struct AddPieces {
  Partial partial;
  CompensatedView sums;

  KOKKOS_INLINE_FUNCTION void operator()(const std::size_t i) const {
    CompensatedSum sum = sums(i);
    for (std::size_t piece = 0; piece < partial.extent(0); ++piece) sum.add(partial(piece, i));
    sums(i) = sum;
  }
};

/// Adds the derivatives of teams, an array of the size of the parameters each, to compensated sums. The
/// teams are cut into pieces, because the parameters of a small network are too few threads for a device.
template <class Space>
class DerivativeSum {
public:
  template <class Derivatives>
  void add(const typename Space::execution_space& space, const Derivatives& derivatives, int teams,
           const CompensatedView& sums) {
    static const std::string sumLabel = "terrace::resnet::sumDerivatives",
                             addLabel = "terrace::resnet::addDerivatives";
    using Range = Kokkos::RangePolicy<typename Space::execution_space, Kokkos::IndexType<std::size_t>>;
    if (partial_.extent(1) < sums.extent(0))
      partial_ = Partial("terrace::resnet::partialDerivatives", mostPieces, sums.extent(0));
    const std::size_t pieces = std::min(mostPieces, static_cast<std::size_t>((teams + 7) / 8));
    const auto partial = Kokkos::subview(partial_, std::make_pair(std::size_t(0), pieces), Kokkos::ALL());
    Kokkos::parallel_for(sumLabel, Range(space, 0, pieces * sums.extent(0)),
                         SumDerivatives<Derivatives, Partial>{derivatives, partial, teams});
    Kokkos::parallel_for(addLabel, Range(space, 0, sums.extent(0)), AddPieces<Partial>{partial, sums});
  }

private:
  using Partial = Kokkos::View<CompensatedSum**, Kokkos::LayoutRight, typename Space::memory_space>;
  static constexpr std::size_t mostPieces = 32;

  Partial partial_;
};

} // namespace terrace::resnet::detail
