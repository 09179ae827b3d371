#pragma once

#include "Grid.hpp"

#include <ROL_Objective.hpp>
#include <ROL_TpetraMultiVector.hpp>
#include <Teuchos_CommHelpers.hpp>

#include <array>
#include <functional>

namespace mesh {

/// A field and its two derivatives at a point.
struct Point {
  double u, x, y;
};

/// The sum over the rows of elements of one number each, in the same order whatever the number of ranks.
/// \param rows  of all element rows; zero where another rank has them. Collective.
inline double sumOfRows(const Comm& comm, std::vector<double> rows) {
  std::vector<double> all(rows.size());
  Teuchos::reduceAll(*comm, Teuchos::REDUCE_SUM, static_cast<int>(rows.size()), rows.data(), all.data());
  double sum = 0;
  for (const double row : all) sum += row;
  return sum;
}

/// The integral of an energy density e(u, grad u) over the unit square, bilinear elements with 2 x 2 Gauss
/// points, matrix-free. The unknown w is the field's difference from a lift of its boundary values,
/// u = w + lift, so it vanishes on the boundary.
///
/// \tparam Density  has value(Point), gradient(Point) and hessVec(Point, direction), the derivatives by
///                  (u, u_x, u_y) as a Point.
template <class Density>
class EnergyObjective : public ROL::Objective<double> {
public:
  using Lift = std::function<double(double x, double y)>;

  EnergyObjective(const ROL::Ptr<const Grid>& grid, Density density, const Lift& lift = {})
      : grid_(grid), density_(density), lift_(grid->field()), field_(1, grid->field()),
        direction_(1, grid->field()), result_(grid->field()) {
    if (!lift || grid->firstRow() == grid->endRow()) return;
    for (int j = grid->firstRow() - 1; j <= grid->endRow(); ++j)
      for (int i = 0; i <= grid->intervals(); ++i) lift_(j, i) = lift(i * grid->width(), j * grid->width());
  }

  double value(const ROL::Vector<double>& x, double& /*tol*/) override {
    grid_->gather(field_, entries(x));
    const int n = grid_->intervals();
    // A rank has the elements below its nodes; the last one also those above.
    const int first = grid_->firstRow() - 1, end = grid_->endRow() == n ? n : grid_->endRow() - 1;
    std::vector<double> rows(static_cast<std::size_t>(n));
    if (grid_->firstRow() < grid_->endRow())
      for (int j = first; j < end; ++j)
        for (int i = 0; i < n; ++i)
          for (const Quadrature& q : quadrature())
            rows[static_cast<std::size_t>(j)] += weight() * density_.value(at(q, j, i));
    return sumOfRows(grid_->comm(), std::move(rows));
  }

  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& /*tol*/) override {
    grid_->gather(field_, entries(x));
    assemble(g, [this](const Quadrature& q, int j, int i) { return density_.gradient(at(q, j, i)); });
  }

  void hessVec(ROL::Vector<double>& hv, const ROL::Vector<double>& v, const ROL::Vector<double>& x,
               double& /*tol*/) override {
    grid_->gather(field_, entries(x));
    grid_->gather(direction_, entries(v));
    assemble(hv, [this](const Quadrature& q, int j, int i) {
      return density_.hessVec(at(q, j, i), interpolate(q, direction_[0], j, i));
    });
  }

protected:
  /// The Hessian's diagonal at \p x, for preconditioners. Costs as much as some two Hessian products.
  /// \param[out] d  dual vector.
  void hessianDiagonal(ROL::Vector<double>& d, const ROL::Vector<double>& x) {
    grid_->gather(field_, entries(x));
    forEachGaussPoint(d, [this](const Quadrature& q, int j, int i) {
      const double n = grid_->intervals();
      for (int a = 0; a < 4; ++a) {
        const auto k = static_cast<std::size_t>(a);
        const Point shape = {q.u[k], n * q.x[k], n * q.y[k]}, f = density_.hessVec(at(q, j, i), shape);
        result_(j + a / 2, i + a % 2) += weight() * (shape.u * f.u + shape.x * f.x + shape.y * f.y);
      }
    });
  }

private:
  // Values and derivatives of the four shape functions at a Gauss point of an element of width 1.
  struct Quadrature {
    std::array<double, 4> u, x, y;
  };

  static const std::array<Quadrature, 4>& quadrature() {
    static const std::array<Quadrature, 4> points = [] {
      std::array<Quadrature, 4> result{};
      const double gauss[2] = {0.5 - std::sqrt(1. / 12), 0.5 + std::sqrt(1. / 12)};
      for (std::size_t p = 0; p < 4; ++p) {
        const double s = gauss[p % 2], t = gauss[p / 2];
        result[p] = {{(1 - s) * (1 - t), s * (1 - t), (1 - s) * t, s * t},
                     {t - 1, 1 - t, -t, t},
                     {s - 1, -s, 1 - s, s}};
      }
      return result;
    }();
    return points;
  }

  static const MultiVector& entries(const ROL::Vector<double>& v) {
    return *dynamic_cast<const ROL::TpetraMultiVector<double>&>(v).getVector();
  }

  double weight() const { return grid_->width() * grid_->width() / 4; }

  Point combine(const Quadrature& q, double a, double b, double c, double d) const {
    const double n = grid_->intervals();
    return {q.u[0] * a + q.u[1] * b + q.u[2] * c + q.u[3] * d,
            n * (q.x[0] * a + q.x[1] * b + q.x[2] * c + q.x[3] * d),
            n * (q.y[0] * a + q.y[1] * b + q.y[2] * c + q.y[3] * d)};
  }
  Point interpolate(const Quadrature& q, const GhostedField& f, int j, int i) const {
    return combine(q, f(j, i), f(j, i + 1), f(j + 1, i), f(j + 1, i + 1));
  }
  Point at(const Quadrature& q, int j, int i) const {
    const GhostedField &f = field_[0], &l = lift_;
    return combine(q, f(j, i) + l(j, i), f(j, i + 1) + l(j, i + 1), f(j + 1, i) + l(j + 1, i),
                   f(j + 1, i + 1) + l(j + 1, i + 1));
  }

  // Tests the flux, a Point for each Gauss point, with the shape functions.
  template <class Flux>
  void assemble(ROL::Vector<double>& result, const Flux& flux) {
    forEachGaussPoint(result, [&](const Quadrature& q, int j, int i) { addToNodes(q, flux(q, j, i), j, i); });
  }

  // Sums up in result what \p body adds to result_ at the Gauss points of the elements. Every rank does the
  // elements around its nodes, those on the border of two ranks twice, so that a node's sum is the same on
  // any number of ranks.
  template <class Body>
  void forEachGaussPoint(ROL::Vector<double>& result, const Body& body) {
    const int n = grid_->intervals(), first = grid_->firstRow(), end = grid_->endRow();
    result_.zero();
    if (first < end)
      for (int j = first - 1; j < end; ++j)
        for (int i = 0; i < n; ++i)
          for (const Quadrature& q : quadrature()) body(q, j, i);
    const auto values = dynamic_cast<ROL::TpetraMultiVector<double>&>(result).getVector()->getDataNonConst(0);
    Teuchos::Ordinal next = 0;
    for (int j = first; j < end; ++j)
      for (int i = 1; i < n; ++i) values[next++] = result_(j, i);
  }

  void addToNodes(const Quadrature& q, const Point& f, int j, int i) {
    const double n = grid_->intervals();
    for (int a = 0; a < 4; ++a) {
      const auto k = static_cast<std::size_t>(a);
      result_(j + a / 2, i + a % 2) += weight() * (q.u[k] * f.u + n * (q.x[k] * f.x + q.y[k] * f.y));
    }
  }

  ROL::Ptr<const Grid> grid_;
  Density density_;
  GhostedField lift_;
  std::vector<GhostedField> field_, direction_; // one field each
  GhostedField result_;
};

} // namespace mesh
