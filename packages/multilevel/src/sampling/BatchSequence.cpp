#include <terrace/multilevel/sampling/BatchSequence.hpp>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>

namespace terrace {
namespace {

// Uniform among 0 .. bound-1: the standard fixes the generator but not its distributions.
std::uint64_t below(std::uint64_t bound, std::mt19937_64& generator) {
  constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t limit = largest - largest % bound;
  std::uint64_t draw = generator();
  while (draw >= limit) draw = generator();
  return draw % bound;
}

} // namespace

BatchSequence::BatchSequence(long samples, long batchSize, std::uint64_t seed)
    : batchSize_(batchSize > 0 ? batchSize : samples), seed_(seed),
      order_(static_cast<std::size_t>(std::max(samples, 0L))) {
  if (samples < 1 || batchSize_ > samples)
    throw std::invalid_argument("BatchSequence: batches of " + std::to_string(batchSize_) + " from " +
                                std::to_string(samples) + " samples.");
  startEpoch(0);
}

void BatchSequence::startEpoch(int epoch) {
  std::seed_seq sequence{static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32U),
                         static_cast<std::uint32_t>(epoch)};
  std::mt19937_64 generator(sequence);
  std::iota(order_.begin(), order_.end(), 0L);
  for (std::size_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[below(i, generator)]);
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
