#pragma once

// The fused sweeps: a team takes its samples through all layers (and back) in one kernel.

#include "kernels/device/fused/FusedPass.hpp"
#include "kernels/device/fused/FusedTangentPass.hpp"

#include <terrace/resnet/parameters/CompensatedSum.hpp>

#include <string>
#include <type_traits>

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

// sums(i) += derivatives(0, i), derivatives(1, i), ... one after another
template <class Derivatives>
struct AddDerivatives {
  Derivatives derivatives;
  CompensatedView sums;
  int teams;

  KOKKOS_INLINE_FUNCTION void operator()(const std::size_t i) const {
    CompensatedSum sum = sums(i);
    for (int team = 0; team < teams; ++team) sum.add(derivatives(team, i));
    sums(i) = sum;
  }
};

template <class Space, class Derivatives>
void addDerivatives(const Space& space, const Derivatives& derivatives, int teams,
                    const CompensatedView& sums) {
  static const std::string label = "terrace::resnet::addDerivatives";
  Kokkos::parallel_for(label, Kokkos::RangePolicy<Space>(space, 0, sums.extent(0)),
                       AddDerivatives<Derivatives>{derivatives, sums, teams});
}

} // namespace terrace::resnet::detail
