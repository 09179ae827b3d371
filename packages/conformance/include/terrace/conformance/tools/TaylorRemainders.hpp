#pragma once

#include <terrace/conformance/tools/Findings.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

namespace terrace::conformance::detail {

/// Remainders r_p(h) of the Taylor polynomials of degree p = 0, 1, 2 along a direction, for halved steps h.
///
/// The slope log2(r_p(h) / r_p(h/2)) is p + 1 if all derivatives in the polynomial are right. A derivative
/// with a relative error e spoils it only at steps below about e, so the slope is taken at the smallest steps
/// whose remainder stands clear of rounding errors.
struct TaylorRemainders {
  double value = 0, first = 0, second = 0; ///< f, <g, d>, <Hd, d>
  double valueError = 0;                   ///< Relative rounding error of a value.

  /// \param valueAt  f(x + h d).
  template <class ValueAt>
  void evaluate(double largestStep, const ValueAt& valueAt) {
    step_ = largestStep;
    double largest = std::abs(value), h = largestStep;
    for (int halvings = 0; halvings <= 14; ++halvings, h /= 2) {
      const double moved = valueAt(h);
      largest = std::max(largest, std::abs(moved));
      const double r0 = moved - value, r1 = r0 - h * first, r2 = r1 - h * h / 2 * second;
      remainders_.push_back({std::abs(r0), std::abs(r1), std::abs(r2)});
    }
    clear_ = 1e4 * valueError * largest;
  }

  /// Whether the remainder of degree p has the slope p + 1, or more: terms of the next degree may vanish. An
  /// error of 1 % in the last derivative must stand out, so a test that cannot see one fails, too.
  void check(Findings& findings, std::size_t p, const std::string& what) const {
    const double least[] = {0.9, 1.9, 2.8};
    std::size_t k = remainders_.size() - 1;
    while (k > 0 && remainders_[k][p] <= clear_) --k;
    const double h = step_ / std::pow(2.0, static_cast<double>(k)), remainder = remainders_[k][p];
    const bool isRounding = k == 0; // a polynomial of degree p
    const double slope = std::log2(remainders_[isRounding ? 0 : k - 1][p] / remainder);
    std::ostringstream failure;
    failure << "Taylor slope of " << what;
    if (!isRounding && !(slope >= least[p])) {
      failure << ". The slope is " << slope << " at the step " << h << "; expected " << p + 1 << '.';
      return findings.expect(false, failure.str());
    }
    const double onePercent = 0.01 * (p == 1 ? h * std::abs(first) : h * h / 2 * std::abs(second));
    failure << ". At the step " << h << " an error of 1 % would be " << onePercent
            << ", and the remainder is " << remainder
            << ": nothing is seen. Choose another point, distance or step.";
    findings.expect(p == 0 || onePercent > (isRounding ? clear_ : 2 * remainder), failure.str());
  }

private:
  double step_ = 0;
  double clear_ = 0; ///< Remainders above this stand clear of rounding errors.
  std::vector<std::array<double, 3>> remainders_;
};

} // namespace terrace::conformance::detail
