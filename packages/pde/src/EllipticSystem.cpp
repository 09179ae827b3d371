#include "detail/BilinearElement.hpp"

#include <terrace/pde/EllipticSystem.hpp>

#include <Teuchos_DefaultMpiComm.hpp>
#include <Tpetra_CrsGraph.hpp>
#include <Tpetra_CrsMatrix.hpp>
#include <Tpetra_Map.hpp>
#include <Tpetra_MultiVector.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace terrace::pde {
namespace {

using Graph = Tpetra::CrsGraph<>;
using GlobalOrdinal = Graph::global_ordinal_type;
using Map = Tpetra::Map<>;
using Matrix = Tpetra::CrsMatrix<>;
using Vector = Tpetra::MultiVector<>;

constexpr std::size_t mostNeighbours = 9; // of a node, itself included

// Nodes of a side in order.
std::vector<int> nodesOf(const SquareMesh& mesh, Side side) {
  const int last = mesh.cellsPerSide();
  std::vector<int> nodes;
  for (int k = 0; k <= last; ++k) {
    switch (side) {
    case Left:
      nodes.push_back(mesh.node(0, k));
      break;
    case Right:
      nodes.push_back(mesh.node(last, k));
      break;
    case Bottom:
      nodes.push_back(mesh.node(k, 0));
      break;
    case Top:
      nodes.push_back(mesh.node(k, last));
      break;
    }
  }
  return nodes;
}

double dataAt(const BoundaryCondition& condition, const SquareMesh& mesh, int node) {
  const auto [x, y] = mesh.position(node);
  return condition.data ? condition.data(x, y) : 0.0;
}

/// Where the entries of a matrix are among its values.
class Places {
public:
  explicit Places(const Matrix& matrix) : local_(matrix.getLocalMatrixHost()), columns_(matrix.getColMap()) {}

  /// -1 if the row or the column is no unknown.
  int operator()(int row, int column) const {
    if (row < 0 || column < 0) return -1;
    const auto wanted = columns_->getLocalElement(column);
    auto place = local_.graph.row_map(row);
    while (local_.graph.entries(place) != wanted) ++place;
    return static_cast<int>(place);
  }

  std::size_t count() const { return static_cast<std::size_t>(local_.nnz()); }

private:
  decltype(std::declval<const Matrix&>().getLocalMatrixHost()) local_;
  Teuchos::RCP<const Map> columns_;
};

void requireLength(const char* name, const std::vector<double>& field, std::size_t length) {
  if (field.size() != length)
    throw std::invalid_argument(std::string("EllipticFields: ") + name + " has " +
                                std::to_string(field.size()) + " values; the mesh needs " +
                                std::to_string(length) + ".");
}

void requireLengths(const EllipticFields& fields, std::size_t cells) {
  requireLength("diffusion", fields.diffusion, cells);
  requireLength("velocityX", fields.velocityX, cells);
  requireLength("velocityY", fields.velocityY, cells);
  requireLength("reaction", fields.reaction, cells);
  requireLength("source", fields.source, 4 * cells);
}

} // namespace

EllipticSystem::EllipticSystem(const SquareMesh& mesh, const BoundaryConditions& boundary) : mesh_(mesh) {
  for (const auto& condition : boundary)
    if (!(std::isfinite(condition.coefficient) && condition.coefficient >= 0))
      throw std::invalid_argument("A Robin coefficient is " + std::to_string(condition.coefficient) +
                                  "; expected 0 or more.");
  numberUnknowns(boundary);
  makeMatrix();
  findPlaces();
  addBoundary(boundary);
}

void EllipticSystem::numberUnknowns(const BoundaryConditions& boundary) {
  constexpr int unseen = 0;
  constexpr int dirichlet = -1;
  unknownOfNode_.assign(static_cast<std::size_t>(mesh_.nodes()), unseen);
  dirichletData_.assign(unknownOfNode_.size(), 0.0);
  for (const Side side : {Left, Right, Bottom, Top}) {
    const BoundaryCondition& condition = boundary[side];
    if (condition.type != BoundaryCondition::Type::Dirichlet) continue;
    for (const int node : nodesOf(mesh_, side)) {
      const auto n = static_cast<std::size_t>(node);
      if (unknownOfNode_[n] == dirichlet) continue;
      unknownOfNode_[n] = dirichlet;
      dirichletData_[n] = dataAt(condition, mesh_, node);
    }
  }
  int unknowns = 0;
  for (int& unknown : unknownOfNode_)
    if (unknown != dirichlet) unknown = unknowns++;
}

void EllipticSystem::makeMatrix() {
  const auto comm = Teuchos::rcp(new Teuchos::MpiComm<int>(MPI_COMM_SELF));
  const auto unknowns = static_cast<std::size_t>(
      std::count_if(unknownOfNode_.begin(), unknownOfNode_.end(), [](int unknown) { return unknown >= 0; }));
  const auto map = Teuchos::rcp(new Map(unknowns, 0, comm));
  const auto graph = Teuchos::rcp(new Graph(map, mostNeighbours));
  const int last = mesh_.cellsPerSide();
  std::vector<GlobalOrdinal> columns;
  for (int j = 0; j <= last; ++j)
    for (int i = 0; i <= last; ++i) {
      const int row = unknownOf(mesh_.node(i, j));
      if (row < 0) continue;
      columns.clear();
      for (int q = std::max(j - 1, 0); q <= std::min(j + 1, last); ++q)
        for (int p = std::max(i - 1, 0); p <= std::min(i + 1, last); ++p) {
          const int column = unknownOf(mesh_.node(p, q));
          if (column >= 0) columns.push_back(column);
        }
      graph->insertGlobalIndices(row, static_cast<int>(columns.size()), columns.data());
    }
  graph->fillComplete();
  matrix_ = Teuchos::rcp(new Matrix(graph));
  matrix_->fillComplete();
  rightHandSide_ = Teuchos::rcp(new Vector(map, 1));
}

void EllipticSystem::findPlaces() {
  const Places placeOf(*matrix_);
  places_.resize(static_cast<std::size_t>(mesh_.cells()));
  for (int cell = 0; cell < mesh_.cells(); ++cell) {
    const auto corners = mesh_.corners(cell);
    auto& places = places_[static_cast<std::size_t>(cell)];
    for (std::size_t a = 0; a < 4; ++a)
      for (std::size_t c = 0; c < 4; ++c)
        places[4 * a + c] = placeOf(unknownOf(corners[a]), unknownOf(corners[c]));
  }
}

void EllipticSystem::addBoundary(const BoundaryConditions& boundary) {
  const Places placeOf(*matrix_);
  boundaryMatrix_.assign(placeOf.count(), 0.0);
  boundaryLoad_.assign(rightHandSide_->getLocalLength(), 0.0);
  // Adds what the value at node c of an edge contributes to the equation of node a.
  const auto add = [&](const BoundaryCondition& condition, int a, int c) {
    if (unknownOf(a) < 0) return;
    const auto row = static_cast<std::size_t>(unknownOf(a));
    // Integral of the product of their shape functions.
    const double integral = mesh_.cellSize() / (a == c ? 3 : 6);
    boundaryLoad_[row] += integral * dataAt(condition, mesh_, c);
    const int place = placeOf(unknownOf(a), unknownOf(c));
    if (place >= 0) {
      boundaryMatrix_[static_cast<std::size_t>(place)] += integral * condition.coefficient;
    } else {
      boundaryLoad_[row] -= integral * condition.coefficient * dirichletData_[static_cast<std::size_t>(c)];
    }
  };
  for (const Side side : {Left, Right, Bottom, Top}) {
    if (boundary[side].type != BoundaryCondition::Type::Robin) continue;
    const auto nodes = nodesOf(mesh_, side);
    for (std::size_t edge = 0; edge + 1 < nodes.size(); ++edge)
      for (const int a : {nodes[edge], nodes[edge + 1]})
        for (const int c : {nodes[edge], nodes[edge + 1]}) add(boundary[side], a, c);
  }
}

void EllipticSystem::assemble(const EllipticFields& fields, bool transposed) {
  requireLengths(fields, static_cast<std::size_t>(mesh_.cells()));
  const auto values = matrix_->getLocalMatrixHost().values;
  const auto loads = rightHandSide_->getLocalViewHost(Tpetra::Access::OverwriteAll);
  for (std::size_t k = 0; k < boundaryMatrix_.size(); ++k) values(k) = boundaryMatrix_[k];
  for (std::size_t k = 0; k < boundaryLoad_.size(); ++k) loads(k, 0) = boundaryLoad_[k];

  detail::ElementMatrix matrix{};
  detail::ElementVector load{};
  for (std::size_t cell = 0; cell < places_.size(); ++cell) {
    detail::computeElement({fields.diffusion[cell], fields.velocityX[cell], fields.velocityY[cell],
                            fields.reaction[cell], &fields.source[4 * cell]},
                           mesh_.cellSize(), matrix, load);
    const auto corners = mesh_.corners(static_cast<int>(cell));
    for (std::size_t ac = 0; ac < 16; ++ac) {
      const int row = unknownOf(corners[ac / 4]);
      const int place = places_[cell][ac];
      if (place >= 0) {
        values(place) += matrix[transposed ? 4 * (ac % 4) + ac / 4 : ac];
      } else if (row >= 0) { // the column is a Dirichlet node
        loads(row, 0) -= matrix[ac] * dirichletData_[static_cast<std::size_t>(corners[ac % 4])];
      }
      if (row >= 0 && ac % 4 == 0) loads(row, 0) += load[ac / 4];
    }
  }
}

void EllipticSystem::setLoad(const LinearFunctional& functional, Vector& load) const {
  load.putScalar(0);
  const auto values = load.getLocalViewHost(Tpetra::Access::ReadWrite);
  for (const auto& [node, weight] : functional.terms())
    if (const int row = unknownOf(node); row >= 0) values(row, 0) += weight;
}

// For equations A u = f and a functional l . u: by p it is lambda . (df/dp - dA/dp u) with A^T lambda = l,
// cell by cell.
EllipticFields EllipticSystem::derivative(const EllipticFields& fields,
                                          const std::vector<double>& nodalValues,
                                          const Vector& adjoint) const {
  EllipticFields derivative(mesh_);
  const auto values = adjoint.getLocalViewHost(Tpetra::Access::ReadOnly);
  for (std::size_t cell = 0; cell < places_.size(); ++cell) {
    const auto corners = mesh_.corners(static_cast<int>(cell));
    detail::ElementVector u{}, lambda{};
    for (std::size_t a = 0; a < 4; ++a) {
      u[a] = nodalValues[static_cast<std::size_t>(corners[a])];
      const int row = unknownOf(corners[a]);
      lambda[a] = row >= 0 ? values(row, 0) : 0.0;
    }
    const auto of =
        detail::derivativeOfResidual({fields.diffusion[cell], fields.velocityX[cell], fields.velocityY[cell],
                                      fields.reaction[cell], &fields.source[4 * cell]},
                                     mesh_.cellSize(), u, lambda);
    derivative.diffusion[cell] = of.diffusion;
    derivative.velocityX[cell] = of.velocityX;
    derivative.velocityY[cell] = of.velocityY;
    derivative.reaction[cell] = of.reaction;
    std::copy(of.source.begin(), of.source.end(),
              derivative.source.begin() + static_cast<std::ptrdiff_t>(4 * cell));
  }
  return derivative;
}

std::vector<double> EllipticSystem::nodalValues(const Vector& solution) const {
  const auto values = solution.getLocalViewHost(Tpetra::Access::ReadOnly);
  std::vector<double> nodal(dirichletData_);
  for (std::size_t node = 0; node < nodal.size(); ++node)
    if (unknownOfNode_[node] >= 0) nodal[node] = values(unknownOfNode_[node], 0);
  return nodal;
}

} // namespace terrace::pde
