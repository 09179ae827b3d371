#pragma once

#include <cstdint>
#include <vector>

namespace terrace {

/// Batches of samples that follow each other in the order of the positions, for data that are in random order
/// already: an objective may take such a batch without moving any data.
///
/// In each epoch the windows come in a new random order, and they are cut at another place; the samples
/// before the first cut and after the last whole window are left out of it. Or, scattered, they are windows
/// of an order that is drawn anew for each epoch: neighbours in a batch are then strangers in the next epoch.
/// The same on every platform and any number of ranks.
class WindowSequence {
public:
  /// \throws std::invalid_argument if \p size is not in 1 .. \p samples.
  WindowSequence(long samples, long size, std::uint64_t seed, bool scattered = false);

  /// Samples of a batch.
  long size() const { return size_; }

  /// Positions of batch \p number of the run, counted from 0; valid until the next call.
  const std::vector<long>& batch(long number);

private:
  void startEpoch(long epoch);

  long samples_;
  long size_;
  std::uint64_t seed_;
  bool scattered_;
  long epoch_ = -1;
  long firstOfEpoch_ = 0; ///< Number of its first batch.
  std::vector<long> starts_;
  std::vector<long> order_; ///< Of the epoch, if batches are scattered.
  std::vector<long> positions_;
};

} // namespace terrace
