#pragma once

#include <terrace/resnet/parameters/Device.hpp>

#include <Teuchos_Comm.hpp>

#include <vector>

namespace terrace::resnet {

/// A sum kept as an unevaluated pair high + low, in effect with twice the digits of a double.
///
/// Rounded at the end, it is the same double in whatever order the terms were added (but for ties of
/// probability 1e-16 or so): this is how a run does not depend on the number of ranks. Source: Ogita, Rump &
/// Oishi, Accurate sum and dot product, SIAM J. Sci. Comput. 26 (2005), algorithm 4.4.
struct CompensatedSum {
  double high = 0; ///< The sum, rounded.
  double low = 0;  ///< What it lacks.

  /// Adds a number.
  KOKKOS_INLINE_FUNCTION void add(double x) {
    const double sum = high + x;
    const double part = sum - high;
    low += (high - (sum - part)) + (x - part);
    high = sum;
  }
  /// Adds another sum.
  KOKKOS_INLINE_FUNCTION void add(const CompensatedSum& x) {
    const double lows = low + x.low; // first: two sums then add up to the same bits either way round
    low = 0;
    add(x.high);
    low += lows;
  }
  /// The sum, rounded once.
  KOKKOS_INLINE_FUNCTION double value() const { return high + low; }
};

/// One sum for each entry of a vector, on the device.
using CompensatedView = Kokkos::View<CompensatedSum*, Device>;
/// The same, read only.
using ConstCompensatedView = Kokkos::View<const CompensatedSum*, Device>;

/// sum += partial entry by entry, and partial = 0.
void moveInto(const ParameterView& partial, const CompensatedView& sum);

/// sum = 0.
void clear(const CompensatedView& sum);

/// Adds the ranks' sums, every entry on all ranks; collective, in place.
void sumOverRanks(const Teuchos::Comm<int>& comm, CompensatedSum* sums, int count);

/// Adds the ranks' vectors and gives each rank its slice, rounded: owned(i) = sum over ranks; collective.
/// \param[in] ownedCounts  length of each rank's slice, in order of the ranks.
void sumOntoOwners(const Teuchos::Comm<int>& comm, const CompensatedView& contributions,
                   const std::vector<int>& ownedCounts, const ParameterView& owned);

} // namespace terrace::resnet
