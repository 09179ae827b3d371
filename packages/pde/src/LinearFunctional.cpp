#include <terrace/pde/LinearFunctional.hpp>

#include <algorithm>

namespace terrace::pde {

double LinearFunctional::operator()(const std::vector<double>& nodalValues) const {
  double sum = 0;
  for (const auto& [node, weight] : terms_) sum += weight * nodalValues[static_cast<std::size_t>(node)];
  return sum;
}

LinearFunctional regionMean(const SquareMesh& mesh, int regions, int region) {
  const int width = mesh.cellsPerSide() / regions;
  const int left = region % regions * width;
  const int bottom = region / regions * width;
  std::vector<std::pair<int, double>> terms;
  const double cellShare = 1.0 / (static_cast<double>(width) * width);
  for (int j = 0; j <= width; ++j)
    for (int i = 0; i <= width; ++i) {
      const double atX = i == 0 || i == width ? 0.5 : 1.0;
      const double atY = j == 0 || j == width ? 0.5 : 1.0;
      terms.emplace_back(mesh.node(left + i, bottom + j), atX * atY * cellShare);
    }
  return LinearFunctional(std::move(terms));
}

LinearFunctional pointValue(const SquareMesh& mesh, double x, double y) {
  const int last = mesh.cellsPerSide() - 1;
  const int i = std::clamp(static_cast<int>(x / mesh.cellSize()), 0, last);
  const int j = std::clamp(static_cast<int>(y / mesh.cellSize()), 0, last);
  const double s = x / mesh.cellSize() - i;
  const double t = y / mesh.cellSize() - j;
  const auto corners = mesh.corners(mesh.cell(i, j));
  return LinearFunctional({{corners[0], (1 - s) * (1 - t)},
                           {corners[1], s * (1 - t)},
                           {corners[2], s * t},
                           {corners[3], (1 - s) * t}});
}

LinearFunctional boundaryIntegral(const SquareMesh& mesh, const std::vector<Side>& sides, double weight) {
  const int last = mesh.cellsPerSide();
  std::vector<std::pair<int, double>> terms;
  for (const Side side : sides)
    for (int k = 0; k <= last; ++k) {
      const bool vertical = side == Left || side == Right;
      const int fixed = side == Left || side == Bottom ? 0 : last;
      const double share = (k == 0 || k == last ? 0.5 : 1.0) * mesh.cellSize();
      terms.emplace_back(vertical ? mesh.node(fixed, k) : mesh.node(k, fixed), weight * share);
    }
  return LinearFunctional(std::move(terms));
}

} // namespace terrace::pde
