#pragma once

#include "../../examples/bratu/EnergyObjective.hpp"

#include <cmath>

namespace mesh {

/// A nonconvex optimal-control problem after NCCS of Gratton, Mouffe, Sartenaer, Toint & Tomanos (Optim.
/// Methods Softw. 25, 2010), smooth data, with f eliminated: min over (u, gamma) of the integral of (u -
/// u0)^2 + (gamma - gamma0)^2 + f^2, f = -laplace u + gamma u - f0, u = 0 on the boundary, u0 = gamma0 =
/// sin(x (1 - x)) sin(y (1 - y)), f0 = -laplace u0 + gamma0 u0.
///
/// Five-point differences; the vectors have two columns, u and gamma. The Hessian has the square of the
/// Laplacian in it, so interpolation must be better than bilinear.
class OptimalControl : public ROL::Objective<double> {
public:
  explicit OptimalControl(const ROL::Ptr<const Grid>& grid)
      : grid_(grid), state_(2, grid->field()), direction_(2, grid->field()), adjoint_(1, grid->field()),
        defect_(ROL::makePtr<MultiVector>(grid->map(), 1)) {}

  double value(const ROL::Vector<double>& x, double& /*tol*/) override {
    gather(state_, x);
    const double h = grid_->width();
    std::vector<double> rows(static_cast<std::size_t>(grid_->intervals()));
    forEachNode([&](int j, int i) {
      const double f = residual(j, i), du = u(j, i) - target(i, j), dg = gamma(j, i) - target(i, j);
      rows[static_cast<std::size_t>(j)] += h * h * (du * du + dg * dg + f * f);
    });
    return sumOfRows(grid_->comm(), std::move(rows));
  }

  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& /*tol*/) override {
    gather(state_, x);
    exchangeDefect([this](int j, int i) { return residual(j, i); });
    const auto [gu, gg] = columns(g);
    const double scale = 2 * grid_->width() * grid_->width();
    forEachNode([&, gu = gu, gg = gg](int j, int i) {
      const auto k = static_cast<Teuchos::Ordinal>(grid_->local(j, i));
      const double f = adjoint_[0](j, i);
      gu[k] = scale * (u(j, i) - target(i, j) + negativeLaplacian(adjoint_[0], j, i) + gamma(j, i) * f);
      gg[k] = scale * (gamma(j, i) - target(i, j) + u(j, i) * f);
    });
  }

  void hessVec(ROL::Vector<double>& hv, const ROL::Vector<double>& v, const ROL::Vector<double>& x,
               double& /*tol*/) override {
    gather(state_, x);
    gather(direction_, v);
    const GhostedField &du = direction_[0], &dg = direction_[1];
    exchangeDefect([&](int j, int i) {
      return negativeLaplacian(du, j, i) + gamma(j, i) * du(j, i) + u(j, i) * dg(j, i);
    });
    const auto [hu, hg] = columns(hv);
    const double scale = 2 * grid_->width() * grid_->width();
    forEachNode([&, hu = hu, hg = hg](int j, int i) {
      const auto k = static_cast<Teuchos::Ordinal>(grid_->local(j, i));
      const double df = adjoint_[0](j, i), f = residual(j, i);
      hu[k] = scale * (du(j, i) + negativeLaplacian(adjoint_[0], j, i) + gamma(j, i) * df + dg(j, i) * f);
      hg[k] = scale * (dg(j, i) + u(j, i) * df + du(j, i) * f);
    });
  }

private:
  using Column = Teuchos::ArrayRCP<double>;

  double u(int j, int i) const { return state_[0](j, i); }
  double gamma(int j, int i) const { return state_[1](j, i); }

  static double bump(double t) { return std::sin(t * (1 - t)); }
  static double bumpCurvature(double t) {
    return -2 * std::cos(t * (1 - t)) - (1 - 2 * t) * (1 - 2 * t) * std::sin(t * (1 - t));
  }
  double target(int i, int j) const { return bump(i * grid_->width()) * bump(j * grid_->width()); }
  double source(int i, int j) const {
    const double x = i * grid_->width(), y = j * grid_->width(), u0 = target(i, j);
    return -bumpCurvature(x) * bump(y) - bump(x) * bumpCurvature(y) + u0 * u0;
  }

  double negativeLaplacian(const GhostedField& f, int j, int i) const {
    const double n = grid_->intervals();
    return n * n * (4 * f(j, i) - f(j, i - 1) - f(j, i + 1) - f(j - 1, i) - f(j + 1, i));
  }
  double residual(int j, int i) const {
    return negativeLaplacian(state_[0], j, i) + gamma(j, i) * u(j, i) - source(i, j);
  }

  template <class Body>
  void forEachNode(const Body& body) const {
    for (int j = grid_->firstRow(); j < grid_->endRow(); ++j)
      for (int i = 1; i < grid_->intervals(); ++i) body(j, i);
  }

  void gather(std::vector<GhostedField>& fields, const ROL::Vector<double>& x) const {
    grid_->gather(fields, *dynamic_cast<const ROL::TpetraMultiVector<double>&>(x).getVector());
  }

  // The defect at this rank's nodes, with its neighbours' values, in adjoint_.
  template <class Defect>
  void exchangeDefect(const Defect& defect) {
    {
      const auto values = defect_->getDataNonConst(0);
      forEachNode(
          [&](int j, int i) { values[static_cast<Teuchos::Ordinal>(grid_->local(j, i))] = defect(j, i); });
    }
    grid_->gather(adjoint_, *defect_);
  }

  static std::pair<Column, Column> columns(ROL::Vector<double>& v) {
    const auto values = dynamic_cast<ROL::TpetraMultiVector<double>&>(v).getVector();
    return {values->getDataNonConst(0), values->getDataNonConst(1)};
  }

  ROL::Ptr<const Grid> grid_;
  std::vector<GhostedField> state_, direction_; // u and gamma
  std::vector<GhostedField> adjoint_;           // one field
  ROL::Ptr<MultiVector> defect_;
};

/// The mass matrix for u; for gamma it is weighted as the diagonal of the Hessian says, 2 h^2 against
/// 2 h^2 20 / h^4: with equal weights every frequency of gamma is slow for conjugate gradients.
inline std::vector<double> controlMetric(const Grid& grid) {
  const double h2 = grid.width() * grid.width();
  return {h2, h2 * h2 * h2 / 20};
}

} // namespace mesh
