#pragma once

#include <Teuchos_Comm.hpp>
#include <Teuchos_RCP.hpp>
#include <Tpetra_CrsMatrix.hpp>
#include <Tpetra_MultiVector.hpp>

#include <array>
#include <vector>

namespace application {

/// The application's own solver: -div(kappa grad u) = 1 on the unit square, u = 0 on its boundary, by finite
/// volumes on n x n cells. kappa = exp(p_r) on four quarters r of the square (p: its logarithm); the
/// quantities of interest are the means of u over the four quarters and over the middle square of half the
/// side.
///
/// The matrix is a Tpetra::CrsMatrix distributed over the ranks, the solver conjugate gradients with a
/// diagonal preconditioner to a relative residual of 1e-10.
class HeatConduction {
public:
  static constexpr int parameters = 4;
  static constexpr int quantities = 5;
  using Parameters = std::array<double, parameters>;
  using Quantities = std::array<double, quantities>;

  HeatConduction(int cells, const Teuchos::RCP<const Teuchos::Comm<int>>& comm);

  /// Quantities of interest; collective, one solve.
  Quantities quantitiesOf(const Parameters& p);

  /// The gradient by p of sum_i weights(i) q_i(p) at the p of the last quantitiesOf(); collective, one
  /// adjoint solve.
  Parameters gradientOf(const Quantities& weights);

  long solves() const { return solves_; }

private:
  using Matrix = Tpetra::CrsMatrix<double>;
  using Vector = Tpetra::MultiVector<double>;
  using Map = Tpetra::Map<>;
  using Global = Map::global_ordinal_type;

  /// A face between two cells, or between a cell and the boundary (other < 0).
  struct Face {
    Global other;
    double conductance;
    /// Its derivatives by the p of this cell's and of the other cell's quarter.
    double byOwn;
    double byOther;
  };

  int quarterOf(Global cell) const;
  bool inMiddle(Global cell) const;
  std::array<Face, 4> facesOf(Global cell, const Parameters& p) const;
  void assemble(const Parameters& p);
  void solve(const Vector& right, Vector& x);

  int cells_;
  Teuchos::RCP<const Map> map_;
  Teuchos::RCP<const Map> columns_; ///< the owned cells and their neighbours
  Teuchos::RCP<const Tpetra::Import<>> import_;
  Teuchos::RCP<Matrix> matrix_;
  Vector diagonal_, state_, adjoint_, source_, weight_;
  Vector residual_, direction_, image_, preconditioned_;
  Parameters last_{};
  long solves_ = 0;
};

} // namespace application
