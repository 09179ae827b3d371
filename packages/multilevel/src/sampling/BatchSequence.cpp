#include "RandomOrder.hpp"

#include <terrace/multilevel/sampling/BatchSequence.hpp>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>

namespace terrace {
BatchSequence::BatchSequence(long samples, long batchSize, std::uint64_t seed)
    : batchSize_(batchSize > 0 ? batchSize : samples), seed_(seed),
      order_(static_cast<std::size_t>(std::max(samples, 0L))) {
  if (samples < 1 || batchSize_ > samples)
    throw std::invalid_argument("BatchSequence: batches of " + std::to_string(batchSize_) + " from " +
                                std::to_string(samples) + " samples; expected at most that many.");
  startEpoch(0);
}

void BatchSequence::startEpoch(int epoch) {
  auto generator = generatorOf(seed_, epoch);
  std::iota(order_.begin(), order_.end(), 0L);
  shuffle(order_, generator);
}

long BatchSequence::batches() const {
  return (static_cast<long>(order_.size()) + batchSize_ - 1) / batchSize_;
}

std::vector<long> BatchSequence::batch(long index) const {
  const long begin = index * batchSize_;
  const long end = std::min(begin + batchSize_, static_cast<long>(order_.size()));
  return {order_.begin() + begin, order_.begin() + end};
}

} // namespace terrace
