#pragma once

#include "EnergyObjective.hpp"

#include <cmath>

namespace mesh {

/// The Bratu problem, -div grad u = lambda e^u with u = 0 on the boundary, as the stationary points of the
/// integral of |grad u|^2 / 2 - lambda e^u: nonconvex and unbounded below, with a local minimiser for lambda
/// up to about 6.808, the fold.
struct Bratu {
  double lambda;

  double value(const Point& p) const { return 0.5 * (p.x * p.x + p.y * p.y) - lambda * std::exp(p.u); }
  Point gradient(const Point& p) const { return {-lambda * std::exp(p.u), p.x, p.y}; }
  Point hessVec(const Point& p, const Point& v) const { return {-lambda * std::exp(p.u) * v.u, v.x, v.y}; }
};

} // namespace mesh
