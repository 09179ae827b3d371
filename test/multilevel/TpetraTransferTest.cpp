#include "../../examples/bratu/Interpolation.hpp"
#include "../../examples/bratu/MeshVector.hpp"

#include <Tpetra_Core.hpp>

#include <gtest/gtest.h>

#include <cmath>

using namespace mesh;

namespace {

// Values that do not depend on the number of ranks.
void fillWaves(const Grid& grid, MeshVector& v, double phase) {
  for (std::size_t column = 0; column < v.getVector()->getNumVectors(); ++column) {
    const auto values = v.getVector()->getDataNonConst(column);
    for (int j = grid.firstRow(); j < grid.endRow(); ++j)
      for (int i = 1; i < grid.intervals(); ++i)
        values[static_cast<Teuchos::Ordinal>(grid.local(j, i))] =
            std::sin(12.9898 * i + 78.233 * j + phase + 3 * static_cast<double>(column));
  }
}

struct Transfer : ::testing::TestWithParam<WeightRule> {
  Grid fine{Tpetra::getDefaultComm(), 16}, coarse{Tpetra::getDefaultComm(), 8};
  std::vector<double> metric(const Grid& grid) const { return {std::pow(grid.width(), 2), 0.3}; }
};

double difference(const ROL::Vector<double>& a, const ROL::Vector<double>& b) {
  const auto d = a.clone();
  d->set(a);
  d->axpy(-1, b);
  return d->norm() / b.norm();
}

} // namespace

TEST_P(Transfer, RestrictionIsTheAdjointOfProlongationInEveryColumn) {
  const auto transfer = makeTransfer(fine, coarse, GetParam());
  const auto s = makeVector(coarse, metric(coarse)), ps = makeVector(fine, metric(fine));
  const auto g = ROL::dynamicPtrCast<MeshVector>(ps->dual().clone());
  const auto rg = ROL::dynamicPtrCast<MeshVector>(s->dual().clone());
  for (int trial = 0; trial < 5; ++trial) {
    fillWaves(coarse, *s, trial);
    fillWaves(fine, *g, 10 + trial);
    transfer->prolong(*ps, *s);
    transfer->restrictDual(*rg, *g);
    EXPECT_NEAR(s->apply(*rg), ps->apply(*g), 1e-13 * std::sqrt(ps->apply(*ps) * g->apply(*g)));
    EXPECT_GT(std::abs(s->apply(*rg)), 1e-8);
  }
}

TEST_P(Transfer, InjectionUndoesProlongation) {
  const auto transfer = makeTransfer(fine, coarse, GetParam());
  const auto s = makeVector(coarse, metric(coarse)), back = makeVector(coarse, metric(coarse));
  const auto ps = makeVector(fine, metric(fine));
  fillWaves(coarse, *s, 1);
  transfer->prolong(*ps, *s);
  transfer->project(*back, *ps);
  EXPECT_LT(difference(*back, *s), 1e-15);
}

TEST_P(Transfer, ProlongsDualsAsTheirRieszRepresentatives) {
  const auto transfer = makeTransfer(fine, coarse, GetParam());
  const auto s = makeVector(coarse, metric(coarse)), ps = makeVector(fine, metric(fine));
  const auto dual = ps->dual().clone();
  fillWaves(coarse, *s, 2);
  transfer->prolong(*ps, *s);
  transfer->prolongDual(*dual, s->dual());
  EXPECT_LT(difference(*dual, ps->dual()), 1e-13);
}

INSTANTIATE_TEST_SUITE_P(Rules, Transfer, ::testing::Values(&linearWeights, &cubicWeights));

// Bilinear functions are prolonged exactly, cubic ones by the cubic rule, where no boundary is near.
TEST(Interpolation, IsExactForPolynomialsOfItsDegree) {
  const int n = 16;
  for (int i = 4; i <= 2 * n - 4; ++i) {
    for (int degree = 0; degree <= 3; ++degree) {
      const auto sum = [&](const Weights& weights) {
        double value = 0;
        for (const auto& [k, w] : weights) value += w * std::pow(2.0 * k, degree);
        return value;
      };
      EXPECT_NEAR(sum(cubicWeights(i, n)), std::pow(i, degree), 1e-10 * std::pow(i, degree));
      if (degree <= 1) {
        EXPECT_NEAR(sum(linearWeights(i, n)), std::pow(i, degree), 1e-12 * i);
      }
    }
  }
}

TEST(TpetraTransfer, WithoutAProjectionMatrixTheScaledRestrictionKeepsConstants) {
  const Grid fine(Tpetra::getDefaultComm(), 16), coarse(Tpetra::getDefaultComm(), 8);
  const terrace::TpetraTransfer<double> transfer(interpolation(fine, coarse, linearWeights));
  const auto x = makeVector(fine, massMetric(fine)), projected = makeVector(coarse, massMetric(coarse));
  const auto ones = projected->clone();
  x->setScalar(1);
  ones->setScalar(1);
  transfer.project(*projected, *x);
  EXPECT_LT(difference(*projected, *ones), 1e-15);
}

TEST(TpetraTransfer, RefusesAProjectionThatDoesNotFit) {
  const Grid fine(Tpetra::getDefaultComm(), 16), coarse(Tpetra::getDefaultComm(), 8);
  const auto p = interpolation(fine, coarse, linearWeights);
  EXPECT_THROW(terrace::TpetraTransfer<double>(p, p), std::invalid_argument);
}
