#pragma once

#include <terrace/multilevel/secant/DiagonalTrustRegion.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace terrace {

template <class Real>
DiagonalTrustRegion<Real>::DiagonalTrustRegion(const std::vector<Real>& eigenvalues,
                                               const std::vector<Real>& coefficients, Real radius)
    : step(eigenvalues.size(), Real(0)), coefficients_(coefficients), radius_(radius) {
  if (eigenvalues.empty() || eigenvalues.size() != coefficients.size() || !(radius > Real(0)))
    throw std::invalid_argument(
        "DiagonalTrustRegion: needs as many coefficients as eigenvalues and a radius > 0.");
  hardDirection = static_cast<std::size_t>(std::min_element(eigenvalues.begin(), eigenvalues.end()) -
                                           eigenvalues.begin());
  const Real smallest = eigenvalues[hardDirection];
  for (const Real eigenvalue : eigenvalues) gaps_.push_back(eigenvalue - smallest);

  // The unknown is the distance sigma + smallest >= 0 of the shift from the pole; sigma >= 0 bounds it below.
  const Real lowest = std::max(smallest, Real(0));
  const Real normAtLowest = normAt(lowest);
  onBoundary = normAtLowest > radius_ || smallest < Real(0);
  hardCase = onBoundary && normAtLowest <= radius_;
  const Real distance = onBoundary && !hardCase ? solveSecularEquation(lowest) : lowest;
  shift = std::max(distance - smallest, Real(0));
  setStep(distance);
  // Hard case: the gradient has no part in the eigenspace of the smallest, negative eigenvalue.
  if (hardCase) step[hardDirection] = std::sqrt((radius_ - normAtLowest) * (radius_ + normAtLowest));

  // Model decrease = (sigma |p|^2 - a.p) / 2 since (Lambda + sigma) p = -a.
  Real slope = 0, norm2 = 0;
  for (std::size_t i = 0; i < step.size(); ++i) {
    slope += coefficients_[i] * step[i];
    norm2 += step[i] * step[i];
  }
  predictedReduction = std::max((shift * norm2 - slope) / Real(2), Real(0));
}

// Norm of the step whose shift is `distance` above the pole; entries on the pole without gradient count as
// zero.
template <class Real>
Real DiagonalTrustRegion<Real>::normAt(Real distance) const {
  Real norm2 = 0, gradient2 = 0;
  for (const Real a : coefficients_) gradient2 += a * a;
  const Real negligible = std::numeric_limits<Real>::epsilon() * std::sqrt(gradient2);
  for (std::size_t i = 0; i < gaps_.size(); ++i) {
    const Real curvature = gaps_[i] + distance;
    if (curvature > Real(0)) {
      norm2 += (coefficients_[i] / curvature) * (coefficients_[i] / curvature);
    } else if (std::abs(coefficients_[i]) > negligible) {
      return std::numeric_limits<Real>::infinity();
    }
  }
  return std::sqrt(norm2);
}

// Newton's method on 1/radius - 1/|p|, kept inside a shrinking bracket.
template <class Real>
Real DiagonalTrustRegion<Real>::solveSecularEquation(Real lowest) const {
  Real low = lowest, high = lowest, gradient2 = 0;
  for (std::size_t i = 0; i < gaps_.size(); ++i) {
    low = std::max(low, std::abs(coefficients_[i]) / radius_ - gaps_[i]);
    gradient2 += coefficients_[i] * coefficients_[i];
  }
  high = std::max(low, std::sqrt(gradient2) / radius_);
  Real distance = low;
  for (int iteration = 0; iteration < 200; ++iteration) {
    Real norm2 = 0, derivative = 0;
    for (std::size_t i = 0; i < gaps_.size(); ++i) {
      const Real curvature = gaps_[i] + distance;
      if (coefficients_[i] == Real(0)) continue;
      const Real p = coefficients_[i] / curvature;
      norm2 += p * p;
      derivative += p * p / curvature;
    }
    const Real norm = std::sqrt(norm2);
    if (std::abs(norm - radius_) <= Real(4) * std::numeric_limits<Real>::epsilon() * radius_) break;
    (norm > radius_ ? low : high) = distance;
    const Real newton = distance + norm2 / derivative * (norm - radius_) / radius_;
    const Real next = newton > low && newton < high ? newton : low + (high - low) / Real(2);
    if (next == distance) break;
    distance = next;
  }
  return distance;
}

template <class Real>
void DiagonalTrustRegion<Real>::setStep(Real distance) {
  for (std::size_t i = 0; i < gaps_.size(); ++i) {
    const Real curvature = gaps_[i] + distance;
    step[i] = curvature > Real(0) ? -coefficients_[i] / curvature : Real(0);
  }
}

} // namespace terrace
