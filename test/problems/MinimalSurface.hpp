#pragma once

#include "../../examples/bratu/EnergyObjective.hpp"

#include <cmath>

namespace mesh {

/// The surface of least area over the unit square with given boundary values: energy sqrt(1 + |grad u|^2).
struct MinimalSurface {
  double value(const Point& p) const { return std::sqrt(1 + p.x * p.x + p.y * p.y); }
  Point gradient(const Point& p) const {
    const double area = value(p);
    return {0, p.x / area, p.y / area};
  }
  Point hessVec(const Point& p, const Point& v) const {
    const double area = value(p), slope = (p.x * v.x + p.y * v.y) / (area * area);
    return {0, (v.x - slope * p.x) / area, (v.y - slope * p.y) / area};
  }
};

/// A boundary curve that is not convex, a wave on each side, blended into the square (Coons patch).
inline double wavyBoundary(double amplitude, double x, double y) {
  const auto wave = [amplitude](double t) { return amplitude * std::sin(2 * M_PI * t); };
  return (1 - y) * wave(x) - y * wave(x) + (1 - x) * wave(y) - x * wave(y);
}

} // namespace mesh
