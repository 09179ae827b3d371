#include "run/Pulse.hpp"

#include <Teuchos_CommHelpers.hpp>

#include <algorithm>
#include <array>

namespace terrace::program {

void Pulse::start(double seconds) {
  seconds_ = seconds;
  interrupted_ = false;
  steps_ = 0;
  stepsOfBeat_ = 1;
}

void Pulse::beat(double seconds, bool interrupted) {
  // Rank 0's seconds are positive, the others' do not count.
  const std::array<double, 2> mine{comm_.getRank() == 0 ? seconds : 0.0, interrupted ? 1.0 : 0.0};
  std::array<double, 2> all{};
  Teuchos::reduceAll(comm_, Teuchos::REDUCE_MAX, 2, mine.data(), all.data());
  constexpr double between = 0.2;
  const double passed = all[0] - seconds_;
  if (comm_.getSize() > 1 && steps_ > 0)
    stepsOfBeat_ = passed * static_cast<double>(2 * stepsOfBeat_) < between * static_cast<double>(steps_)
                       ? 2 * stepsOfBeat_
                       : std::max(1L, static_cast<long>(between * static_cast<double>(steps_) / passed));
  seconds_ = all[0];
  interrupted_ = all[1] > 0;
  steps_ = 0;
}

void Pulse::step(double seconds, bool interrupted) {
  if (++steps_ >= stepsOfBeat_) beat(seconds, interrupted);
}

} // namespace terrace::program
