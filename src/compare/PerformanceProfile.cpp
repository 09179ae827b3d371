#include "compare/PerformanceProfile.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace terrace::program {

PerformanceProfile::PerformanceProfile(const std::vector<std::vector<double>>& costs)
    : instances_(costs.empty() ? 0 : costs.front().size()), ratios_(costs.size()) {
  for (std::size_t i = 0; i < instances_; ++i) {
    double best = std::numeric_limits<double>::infinity();
    for (const auto& solver : costs) best = std::min(best, solver.at(i));
    if (std::isinf(best)) continue;
    for (std::size_t s = 0; s < costs.size(); ++s) {
      if (std::isinf(costs[s][i])) continue;
      // A best cost of 0 means that the start meets the target, so no solver is better than another.
      ratios_[s].push_back(best > 0 ? costs[s][i] / best : 1.0);
    }
  }
  for (auto& ratios : ratios_) std::sort(ratios.begin(), ratios.end());
}

double PerformanceProfile::at(std::size_t solver, double tau) const {
  const auto& ratios = ratios_.at(solver);
  const auto solved = std::upper_bound(ratios.begin(), ratios.end(), tau) - ratios.begin();
  return instances_ == 0 ? 0.0 : static_cast<double>(solved) / static_cast<double>(instances_);
}

} // namespace terrace::program
