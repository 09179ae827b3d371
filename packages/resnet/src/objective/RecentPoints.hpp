#pragma once

#include "parameters/Differences.hpp"

#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace terrace::resnet::detail {

/// The entry of \p kept whose x is \p x, bit for bit on all ranks; null if there is none. Collective.
///
/// \p Kept has `x`, a ParameterVector, and `lastUse`, 0 where it is empty; the use is noted. \param uses
/// counts them.
template <class Kept>
Kept* findPoint(std::array<Kept, 2>& kept, const ParameterVector& x, long& uses) {
  std::array<int, 2> local{1, 1};
  std::array<int, 2> global{};
  for (std::size_t i = 0; i < kept.size(); ++i)
    if (kept[i].lastUse > 0) local[i] = differences(x.local(), std::as_const(*kept[i].x).local()) > 0 ? 1 : 0;
  Teuchos::reduceAll(*x.getVector()->getMap()->getComm(), Teuchos::REDUCE_MAX, 2, local.data(),
                     global.data());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (global[i] > 0) continue;
    kept[i].lastUse = ++uses;
    return &kept[i];
  }
  return nullptr;
}

/// The entry that was not used for the longest time.
template <class Kept>
Kept& oldestPoint(std::array<Kept, 2>& kept) {
  return kept[0].lastUse <= kept[1].lastUse ? kept[0] : kept[1];
}

} // namespace terrace::resnet::detail
