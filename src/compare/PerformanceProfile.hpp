#pragma once

#include <vector>

namespace terrace::program {

/// Performance profiles (Dolan & Moré, Math. Program. 91, 2002): for each solver the fraction of the
/// instances that it solves at no more than \f$\tau\f$ times the cost of the best solver there.
class PerformanceProfile {
public:
  /// \param costs  costs[solver][instance], not negative; infinity: not solved. All solvers have the same
  /// instances.
  explicit PerformanceProfile(const std::vector<std::vector<double>>& costs);

  std::size_t instances() const { return instances_; }

  /// The ratios at which the profile of \p solver rises, finite and ascending. The profile at ratios()[i] is
  /// at least (i + 1) / instances().
  const std::vector<double>& ratios(std::size_t solver) const { return ratios_.at(solver); }

  /// The profile of \p solver at \p tau; at infinity the fraction that it solves at all.
  double at(std::size_t solver, double tau) const;

private:
  std::size_t instances_;
  std::vector<std::vector<double>> ratios_;
};

} // namespace terrace::program
