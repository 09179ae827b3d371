#pragma once

#include <terrace/pde/BoundaryCondition.hpp>
#include <terrace/pde/SquareMesh.hpp>

#include <utility>
#include <vector>

namespace terrace::pde {

/// A linear function of the nodal values of a bilinear field, such as a mean.
class LinearFunctional {
public:
  /// \param terms  node and weight.
  explicit LinearFunctional(std::vector<std::pair<int, double>> terms) : terms_(std::move(terms)) {}

  /// Sum of weights times values. \param nodalValues  one a node of the mesh.
  double operator()(const std::vector<double>& nodalValues) const;

  /// Node and weight of each term; a node may be in several.
  const std::vector<std::pair<int, double>>& terms() const { return terms_; }

private:
  std::vector<std::pair<int, double>> terms_;
};

/// Mean over a region as regionOf() numbers them.
LinearFunctional regionMean(const SquareMesh& mesh, int regions, int region);

/// Value at a point of the square.
LinearFunctional pointValue(const SquareMesh& mesh, double x, double y);

/// \p weight times the integral over the sides.
LinearFunctional boundaryIntegral(const SquareMesh& mesh, const std::vector<Side>& sides, double weight);

} // namespace terrace::pde
