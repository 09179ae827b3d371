// That it is a transfer is tested in test/conformance.
#include "../../examples/bratu/Interpolation.hpp"
#include "../../examples/bratu/MeshVector.hpp"

#include <Tpetra_Core.hpp>

#include <gtest/gtest.h>

#include <cmath>

using namespace mesh;

namespace {

double difference(const ROL::Vector<double>& a, const ROL::Vector<double>& b) {
  const auto d = a.clone();
  d->set(a);
  d->axpy(-1, b);
  return d->norm() / b.norm();
}

} // namespace

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
