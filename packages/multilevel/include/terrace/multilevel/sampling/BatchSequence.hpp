#pragma once

#include <cstdint>
#include <vector>

namespace terrace {

/// The mini-batches of a stochastic method. Each epoch has every sample once, in an order drawn from the seed
/// and the epoch's number. The order is the same on every platform and any number of ranks.
class BatchSequence {
public:
  /// \param batchSize  samples of a batch, 0 for all; the last batch of an epoch may have fewer.
  /// \throws std::invalid_argument if there are no samples or fewer than \p batchSize.
  BatchSequence(long samples, long batchSize, std::uint64_t seed);

  /// Draws the order of \p epoch. It does not depend on earlier epochs.
  void startEpoch(int epoch);

  /// Batches of an epoch.
  long batches() const;

  /// Positions of the samples of batch \p index of the epoch.
  std::vector<long> batch(long index) const;

private:
  long batchSize_;
  std::uint64_t seed_;
  std::vector<long> order_;
};

} // namespace terrace
