#include <terrace/pde/SquareMesh.hpp>

#include <cmath>
#include <stdexcept>
#include <string>

namespace terrace::pde {

SquareMesh::SquareMesh(int cells, double side) : cells_(cells), side_(side) {
  if (cells < fewestCells || cells > mostCells)
    throw std::invalid_argument("cells = " + std::to_string(cells) + " is out of range; expected " +
                                std::to_string(fewestCells) + ".." + std::to_string(mostCells) + ".");
  if (!(std::isfinite(side) && side > 0))
    throw std::invalid_argument("side = " + std::to_string(side) +
                                " is out of range; expected a positive number.");
}

std::array<int, 4> SquareMesh::corners(int cell) const {
  const int first = node(cell % cells_, cell / cells_);
  return {first, first + 1, first + nodesPerSide() + 1, first + nodesPerSide()};
}

std::array<double, 2> SquareMesh::position(int node) const {
  return {side_ * (node % nodesPerSide()) / cells_, side_ * (node / nodesPerSide()) / cells_};
}

std::array<double, 2> SquareMesh::centre(int cell) const {
  return {side_ * (cell % cells_ + 0.5) / cells_, side_ * (cell / cells_ + 0.5) / cells_};
}

int regionOf(const SquareMesh& mesh, int regions, int cell) {
  const int width = mesh.cellsPerSide() / regions;
  return cell / mesh.cellsPerSide() / width * regions + cell % mesh.cellsPerSide() / width;
}

} // namespace terrace::pde
