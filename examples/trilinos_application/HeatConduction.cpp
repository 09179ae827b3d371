#include "HeatConduction.hpp"

#include <Teuchos_CommHelpers.hpp>
#include <Tpetra_Import.hpp>

#include <cmath>
#include <stdexcept>

namespace application {
namespace {

double dot(const Tpetra::MultiVector<double>& a, const Tpetra::MultiVector<double>& b) {
  std::array<double, 1> result{};
  a.dot(b, Teuchos::arrayView(result.data(), 1));
  return result[0];
}

} // namespace

HeatConduction::HeatConduction(int cells, const Teuchos::RCP<const Teuchos::Comm<int>>& comm)
    : cells_(cells),
      map_(Teuchos::rcp(new Map(Tpetra::global_size_t(cells) * Tpetra::global_size_t(cells), 0, comm))),
      diagonal_(map_, 1), state_(map_, 1), adjoint_(map_, 1), source_(map_, 1), weight_(map_, 1),
      residual_(map_, 1), direction_(map_, 1), image_(map_, 1), preconditioned_(map_, 1) {
  if (cells < 4 || cells % 4 != 0)
    throw std::invalid_argument("HeatConduction: " + std::to_string(cells) +
                                " cells a side; expected a multiple of 4.");
  assemble(last_);
  columns_ = matrix_->getColMap();
  import_ = Teuchos::rcp(new Tpetra::Import<>(map_, columns_));
  source_.putScalar(1.0 / (static_cast<double>(cells) * cells)); // the integral of 1 over a cell
}

int HeatConduction::quarterOf(Global cell) const {
  const Global half = cells_ / 2;
  return static_cast<int>(cell % cells_ / half + 2 * (cell / cells_ / half));
}

bool HeatConduction::inMiddle(Global cell) const {
  const auto inside = [this](Global i) { return i >= cells_ / 4 && i < 3 * cells_ / 4; };
  return inside(cell % cells_) && inside(cell / cells_);
}

// The harmonic mean of the two coefficients times face length over distance (both 1/n); towards the boundary
// the distance is half a cell.
std::array<HeatConduction::Face, 4> HeatConduction::facesOf(Global cell, const Parameters& p) const {
  const Global i = cell % cells_, j = cell / cells_;
  const double own = std::exp(p[static_cast<std::size_t>(quarterOf(cell))]);
  std::array<Face, 4> faces;
  int face = 0;
  for (const auto& [di, dj] : {std::pair(-1, 0), std::pair(1, 0), std::pair(0, -1), std::pair(0, 1)}) {
    const bool boundary = i + di < 0 || i + di >= cells_ || j + dj < 0 || j + dj >= cells_;
    Face& found = faces[static_cast<std::size_t>(face++)];
    if (boundary) {
      found = {-1, 2 * own, 2 * own, 0};
      continue;
    }
    const Global neighbour = cell + di + dj * static_cast<Global>(cells_);
    const double other = std::exp(p[static_cast<std::size_t>(quarterOf(neighbour))]);
    const double mean = 2 * own * other / (own + other);
    found = {neighbour, mean, mean * other / (own + other), mean * own / (own + other)};
  }
  return faces;
}

void HeatConduction::assemble(const Parameters& p) {
  const bool first = matrix_.is_null();
  if (first) matrix_ = Teuchos::rcp(new Matrix(map_, 5));
  if (!first) matrix_->resumeFill();
  const auto diagonal = diagonal_.getLocalViewHost(Tpetra::Access::OverwriteAll);
  for (std::size_t row = 0; row < diagonal_.getLocalLength(); ++row) {
    const Global cell = map_->getGlobalElement(static_cast<int>(row));
    std::array<Global, 5> indices;
    std::array<double, 5> values;
    std::size_t count = 1;
    indices[0] = cell;
    values[0] = 0;
    for (const Face& face : facesOf(cell, p)) {
      values[0] += face.conductance;
      if (face.other < 0) continue;
      indices[count] = face.other;
      values[count++] = -face.conductance;
    }
    diagonal(row, 0) = values[0];
    const auto where = Teuchos::arrayView(indices.data(), static_cast<int>(count));
    const auto what = Teuchos::arrayView(values.data(), static_cast<int>(count));
    if (first) {
      matrix_->insertGlobalValues(cell, where, what);
    } else {
      matrix_->replaceGlobalValues(cell, where, what);
    }
  }
  matrix_->fillComplete();
}

// Conjugate gradients with the diagonal as preconditioner.
void HeatConduction::solve(const Vector& right, Vector& x) {
  ++solves_;
  x.putScalar(0);
  residual_.assign(right);
  const auto precondition = [this] {
    const auto r = residual_.getLocalViewHost(Tpetra::Access::ReadOnly);
    const auto d = diagonal_.getLocalViewHost(Tpetra::Access::ReadOnly);
    const auto z = preconditioned_.getLocalViewHost(Tpetra::Access::OverwriteAll);
    for (std::size_t i = 0; i < z.extent(0); ++i) z(i, 0) = r(i, 0) / d(i, 0);
  };
  precondition();
  direction_.assign(preconditioned_);
  double energy = dot(residual_, preconditioned_);
  const double target = 1e-20 * dot(right, right);
  for (int iteration = 0; iteration < 50 * cells_ && dot(residual_, residual_) > target; ++iteration) {
    matrix_->apply(direction_, image_);
    const double length = energy / dot(direction_, image_);
    x.update(length, direction_, 1.0);
    residual_.update(-length, image_, 1.0);
    precondition();
    const double next = dot(residual_, preconditioned_);
    direction_.update(1.0, preconditioned_, next / energy);
    energy = next;
  }
  if (!(dot(residual_, residual_) <= target))
    throw std::runtime_error("HeatConduction: the solver did not converge.");
}

HeatConduction::Quantities HeatConduction::quantitiesOf(const Parameters& p) {
  last_ = p;
  assemble(p);
  solve(source_, state_);
  Quantities local{}, means{};
  const double quarter = 0.25 * cells_ * cells_;
  const auto u = state_.getLocalViewHost(Tpetra::Access::ReadOnly);
  for (std::size_t row = 0; row < u.extent(0); ++row) {
    const Global cell = map_->getGlobalElement(static_cast<int>(row));
    local[static_cast<std::size_t>(quarterOf(cell))] += u(row, 0) / quarter;
    if (inMiddle(cell)) local[4] += u(row, 0) / quarter;
  }
  Teuchos::reduceAll(*map_->getComm(), Teuchos::REDUCE_SUM, quantities, local.data(), means.data());
  return means;
}

// A(p) u = f, q = w . u:  dq/dp = -lambda . (dA/dp) u  with  A lambda = w  (A is symmetric). A face with
// conductance c between the cells i and j gives the term dc (lambda_i - lambda_j) (u_i - u_j).
HeatConduction::Parameters HeatConduction::gradientOf(const Quantities& weights) {
  const double quarter = 0.25 * cells_ * cells_;
  {
    const auto w = weight_.getLocalViewHost(Tpetra::Access::OverwriteAll);
    for (std::size_t row = 0; row < w.extent(0); ++row) {
      const Global cell = map_->getGlobalElement(static_cast<int>(row));
      w(row, 0) =
          (weights[static_cast<std::size_t>(quarterOf(cell))] + (inMiddle(cell) ? weights[4] : 0)) / quarter;
    }
  }
  solve(weight_, adjoint_);
  Vector stateAround(columns_, 1), adjointAround(columns_, 1);
  stateAround.doImport(state_, *import_, Tpetra::INSERT);
  adjointAround.doImport(adjoint_, *import_, Tpetra::INSERT);
  const auto u = stateAround.getLocalViewHost(Tpetra::Access::ReadOnly);
  const auto lambda = adjointAround.getLocalViewHost(Tpetra::Access::ReadOnly);
  Parameters local{}, gradient{};
  for (std::size_t row = 0; row < diagonal_.getLocalLength(); ++row) {
    const Global cell = map_->getGlobalElement(static_cast<int>(row));
    const auto own = static_cast<std::size_t>(columns_->getLocalElement(cell));
    for (const Face& face : facesOf(cell, last_)) {
      if (face.other < 0) {
        local[static_cast<std::size_t>(quarterOf(cell))] -= face.byOwn * lambda(own, 0) * u(own, 0);
        continue;
      }
      // Each inner face is met from both sides: half of it here.
      const auto other = static_cast<std::size_t>(columns_->getLocalElement(face.other));
      const double jumps = 0.5 * (lambda(own, 0) - lambda(other, 0)) * (u(own, 0) - u(other, 0));
      local[static_cast<std::size_t>(quarterOf(cell))] -= face.byOwn * jumps;
      local[static_cast<std::size_t>(quarterOf(face.other))] -= face.byOther * jumps;
    }
  }
  Teuchos::reduceAll(*map_->getComm(), Teuchos::REDUCE_SUM, parameters, local.data(), gradient.data());
  return gradient;
}

} // namespace application
