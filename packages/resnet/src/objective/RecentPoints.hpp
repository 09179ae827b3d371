#pragma once

#include "parameters/Differences.hpp"

#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace terrace::resnet::detail {

/// A flag for each entry of \p kept, from the lowest bit on: whether its x differs from \p x on this rank.
///
/// \p Kept has `x`, a ParameterVector, and `lastUse`, 0 where it is empty.
template <class Kept>
unsigned differingPoints(const std::array<Kept, 2>& kept, const ParameterVector& x) {
  unsigned flags = 0;
  for (std::size_t i = 0; i < kept.size(); ++i)
    if (kept[i].lastUse == 0 || differences(x.local(), std::as_const(*kept[i].x).local()) > 0)
      flags |= 1U << i;
  return flags;
}

/// The entry that differs on no rank; null if there is none. The use is noted. \param uses  counts them.
template <class Kept>
Kept* knownPoint(std::array<Kept, 2>& kept, unsigned differsOnAnyRank, long& uses) {
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if ((differsOnAnyRank >> i & 1U) != 0) continue;
    kept[i].lastUse = ++uses;
    return &kept[i];
  }
  return nullptr;
}

/// The entry of \p kept whose x is \p x, bit for bit on all ranks; null if there is none. Collective.
template <class Kept>
Kept* findPoint(std::array<Kept, 2>& kept, const ParameterVector& x, long& uses) {
  const unsigned flags = differingPoints(kept, x);
  std::array<int, 2> local{};
  std::array<int, 2> global{};
  for (std::size_t i = 0; i < kept.size(); ++i) local[i] = static_cast<int>(flags >> i & 1U);
  Teuchos::reduceAll(*x.getVector()->getMap()->getComm(), Teuchos::REDUCE_MAX, 2, local.data(),
                     global.data());
  return knownPoint(kept, static_cast<unsigned>(global[0] + 2 * global[1]), uses);
}

/// The entry that was not used for the longest time.
template <class Kept>
Kept& oldestPoint(std::array<Kept, 2>& kept) {
  return kept[0].lastUse <= kept[1].lastUse ? kept[0] : kept[1];
}

} // namespace terrace::resnet::detail
