#pragma once

#include <array>

namespace terrace::pde {

/// The square [0, side] x [0, side] in cells x cells equal squares.
///
/// Nodes (cells + 1 a direction) and cells are numbered row by row from the lower left corner, x running
/// fastest. The corners of a cell are counted counter-clockwise from its lower left one.
class SquareMesh {
public:
  static constexpr int fewestCells = 4;  ///< Of a side.
  static constexpr int mostCells = 1024; ///< Of a side.

  /// \throws std::invalid_argument if \p cells is not in fewestCells..mostCells or \p side is not positive.
  explicit SquareMesh(int cells, double side = 1);

  /// Cells in a row.
  int cellsPerSide() const { return cells_; }
  /// Nodes in a row.
  int nodesPerSide() const { return cells_ + 1; }
  /// Cells in all.
  int cells() const { return cells_ * cells_; }
  /// Nodes in all.
  int nodes() const { return (cells_ + 1) * (cells_ + 1); }
  /// Length of a side of the square.
  double side() const { return side_; }
  /// Length of a side of a cell, h.
  double cellSize() const { return side_ / cells_; }

  /// Number of the node in column \p i and row \p j, each in 0 .. cells.
  int node(int i, int j) const { return j * (cells_ + 1) + i; }
  /// Number of the cell in column \p i and row \p j, each in 0 .. cells - 1.
  int cell(int i, int j) const { return j * cells_ + i; }

  /// Nodes at the corners of a cell.
  std::array<int, 4> corners(int cell) const;
  /// x and y of a node.
  std::array<double, 2> position(int node) const;
  /// x and y of a cell's centre.
  std::array<double, 2> centre(int cell) const;

private:
  int cells_;
  double side_;
};

/// The region of a cell if the square is cut into regions x regions equal squares, numbered as cells are.
/// \p regions divides the cells of a side.
int regionOf(const SquareMesh& mesh, int regions, int cell);

} // namespace terrace::pde
