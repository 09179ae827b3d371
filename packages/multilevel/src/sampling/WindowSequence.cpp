#include "RandomOrder.hpp"

#include <terrace/multilevel/sampling/WindowSequence.hpp>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>

namespace terrace {
namespace {

// Windows are cut at multiples of this, or of their size if it is less: objectives may sum samples in groups.
constexpr long cutUnit = 128;

} // namespace

WindowSequence::WindowSequence(long samples, long size, std::uint64_t seed, bool scattered)
    : samples_(samples), size_(size), seed_(seed), scattered_(scattered),
      positions_(static_cast<std::size_t>(size > 0 ? size : 0)) {
  if (size < 1 || size > samples)
    throw std::invalid_argument("WindowSequence: batches of " + std::to_string(size) + " from " +
                                std::to_string(samples) + " samples.");
}

void WindowSequence::startEpoch(long epoch) {
  auto generator = generatorOf(seed_, epoch);
  const long cuts = std::min((size_ + cutUnit - 1) / cutUnit, (samples_ - size_) / cutUnit + 1);
  const long first = size_ % cutUnit == 0 && !scattered_
                         ? cutUnit * static_cast<long>(below(static_cast<std::uint64_t>(cuts), generator))
                         : 0;
  starts_.clear();
  for (long start = first; start + size_ <= samples_; start += size_) starts_.push_back(start);
  shuffle(starts_, generator);
  epoch_ = epoch;
  if (!scattered_) return;
  order_.resize(static_cast<std::size_t>(samples_));
  std::iota(order_.begin(), order_.end(), 0L);
  shuffle(order_, generator);
}

const std::vector<long>& WindowSequence::batch(long number) {
  if (epoch_ < 0 || number < firstOfEpoch_) {
    firstOfEpoch_ = 0;
    startEpoch(0);
  }
  while (number - firstOfEpoch_ >= static_cast<long>(starts_.size())) {
    firstOfEpoch_ += static_cast<long>(starts_.size());
    startEpoch(epoch_ + 1);
  }
  const auto index = static_cast<std::size_t>(number - firstOfEpoch_);
  if (scattered_) {
    std::copy_n(order_.begin() + starts_[index], size_, positions_.begin());
  } else {
    std::iota(positions_.begin(), positions_.end(), starts_[index]);
  }
  return positions_;
}

} // namespace terrace
