#pragma once

#include <terrace/resnet/parameters/Device.hpp>

#include <Teuchos_Comm.hpp>

#include <vector>

namespace terrace::resnet::detail {

/// Brings the slices of a vector to all ranks in one all-gather, with flags of each rank in the same message.
/// The memory of the messages is made once.
class SliceGather {
public:
  /// \param ownedCounts  entries of each rank's slice.
  SliceGather(const Teuchos::Comm<int>& comm, const std::vector<int>& ownedCounts);

  /// Collective.
  /// \param[in]  own    this rank's slice.
  /// \param[out] all    all slices, in the order of the ranks.
  /// \param[in]  flags  of this rank.
  /// \return the flags that any rank has set.
  unsigned gather(const ConstParameterView& own, const ParameterView& all, unsigned flags);

private:
  const Teuchos::Comm<int>& comm_;
  std::vector<int> counts_, offsets_; // of the ranks' parts: the slice, then the flags
  std::vector<double> parts_;
};

} // namespace terrace::resnet::detail
