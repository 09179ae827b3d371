#pragma once

#include <array>

namespace terrace::pde {

/// The square [0, side] x [0, side] in cells x cells equal squares.
///
/// Nodes (cells + 1 a direction) and cells are numbered row by row from the lower left corner, x running
/// fastest. The corners of a cell are counted counter-clockwise from its lower left one.
class SquareMesh {
public:
  static constexpr int fewestCells = 4;
  static constexpr int mostCells = 1024;

  /// \throws std::invalid_argument if \p cells is not in fewestCells..mostCells or \p side is not positive.
  explicit SquareMesh(int cells, double side = 1);

  int cellsPerSide() const { return cells_; }
  int nodesPerSide() const { return cells_ + 1; }
  int cells() const { return cells_ * cells_; }
  int nodes() const { return (cells_ + 1) * (cells_ + 1); }
  double side() const { return side_; }
  double cellSize() const { return side_ / cells_; }

  int node(int i, int j) const { return j * (cells_ + 1) + i; }
  int cell(int i, int j) const { return j * cells_ + i; }

  std::array<int, 4> corners(int cell) const;
  std::array<double, 2> position(int node) const;
  std::array<double, 2> centre(int cell) const;

private:
  int cells_;
  double side_;
};

/// The region of a cell if the square is cut into regions x regions equal squares, numbered as cells are.
/// \p regions divides the cells of a side.
int regionOf(const SquareMesh& mesh, int regions, int cell);

} // namespace terrace::pde
