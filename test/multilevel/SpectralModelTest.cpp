#include "StdVectors.hpp"

#include <terrace/multilevel/secant/SpectralModel.hpp>
#include <terrace/multilevel/secant/SymmetricEigen.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

using namespace terrace_test;
using Model = terrace::SpectralModel<double>;
using Scaling = Model::InitialScaling;
using Vectors = std::vector<ROL::Ptr<StdVector>>;

namespace {

constexpr int dimension = 9;

/// Pairs as a list of vectors, in Euclidean space.
struct Pairs {
  void add(const ROL::Ptr<StdVector>& s, const ROL::Ptr<StdVector>& y) {
    steps.push_back(s);
    differences.push_back(y);
  }
  terrace::GramMatrices<double> gram() const {
    const int count = static_cast<int>(steps.size());
    terrace::GramMatrices<double> gram(count);
    gram.pairs = count;
    for (int i = 0; i < count; ++i)
      for (int j = 0; j < count; ++j) {
        gram.stepStep(i, j) = s(i)->dot(*s(j));
        gram.stepDifference(i, j) = s(i)->dot(*y(j));
        gram.differenceDifference(i, j) = y(i)->dot(*y(j));
      }
    return gram;
  }
  terrace::PairProducts<double> productsWith(const ROL::Ptr<StdVector>& v) const {
    terrace::PairProducts<double> products;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      products.withSteps.push_back(v->dot(*steps[i]));
      products.withDifferences.push_back(v->dot(*differences[i]));
    }
    return products;
  }
  const ROL::Ptr<StdVector>& s(int i) const { return steps[static_cast<std::size_t>(i)]; }
  const ROL::Ptr<StdVector>& y(int i) const { return differences[static_cast<std::size_t>(i)]; }

  Vectors steps, differences;
};

Pairs pairsOf(const Dense& hessian, int count, std::mt19937_64& engine) {
  Pairs pairs;
  for (int k = 0; k < count; ++k) {
    const auto s = randomVector(hessian.n, engine);
    pairs.add(s, hessian * s);
  }
  return pairs;
}

// Psi times coefficients.
ROL::Ptr<StdVector> psiTimes(const Model& model, const Pairs& pairs,
                             const std::vector<double>& coefficients) {
  const auto v = makeVector(dimension);
  const std::vector<double> ofPairs = model.ofPairs(coefficients);
  const std::size_t used = model.pairs().size();
  for (std::size_t j = 0; j < used; ++j) {
    v->axpy(ofPairs[j], *pairs.s(model.pairs()[j]));
    v->axpy(ofPairs[used + j], *pairs.y(model.pairs()[j]));
  }
  return v;
}

std::vector<double> psiProducts(const Model& model, const Pairs& pairs, const ROL::Ptr<StdVector>& v) {
  return model.psiProducts(pairs.productsWith(v).of(model.pairs()));
}

// B v = gamma v + Psi M^{-1} Psi^T v.
ROL::Ptr<StdVector> applyB(const Model& model, const Pairs& pairs, const ROL::Ptr<StdVector>& v) {
  const auto bv = psiTimes(model, pairs, model.solveMiddle(psiProducts(model, pairs, v)));
  bv->axpy(model.initialScaling(), *v);
  return bv;
}

// The j-th eigenvector of B.
ROL::Ptr<StdVector> eigenvector(const Model& model, const Pairs& pairs, std::size_t j) {
  std::vector<double> unit(model.pairs().size());
  unit[j] = 1;
  return psiTimes(model, pairs, model.fromEigenbasis(unit));
}

} // namespace

TEST(SpectralModel, HasTheEigenvectorsAndEigenvaluesOfItsMatrix) {
  std::mt19937_64 engine(1);
  for (const Scaling scaling : {Scaling::Fixed, Scaling::SmallestEigenvalue}) {
    const Pairs pairs = pairsOf(Dense::randomSymmetric(dimension, engine), 5, engine);
    Model model(scaling, 0.7);
    model.rebuild(pairs.gram());
    ASSERT_EQ(model.pairs(), (std::vector<int>{4, 3, 2, 1, 0}));
    EXPECT_TRUE(std::is_sorted(model.eigenvalues().begin(), model.eigenvalues().end()));
    for (std::size_t j = 0; j < 5; ++j) {
      const auto v = eigenvector(model, pairs, j), bv = applyB(model, pairs, v);
      for (std::size_t i = 0; i < 5; ++i)
        EXPECT_NEAR(v->dot(*eigenvector(model, pairs, i)), i == j ? 1.0 : 0.0, 1e-10);
      bv->axpy(-model.eigenvalues()[j], *v);
      EXPECT_LT(bv->norm(), 1e-9) << j;
    }
  }
}

TEST(SpectralModel, SatisfiesTheSecantEquationsOfAQuadratic) {
  std::mt19937_64 engine(2);
  const Dense hessian = Dense::randomSymmetric(dimension, engine);
  const Pairs pairs = pairsOf(hessian, 6, engine);
  Model model(Scaling::SmallestEigenvalue, 0.03);
  model.rebuild(pairs.gram());
  for (int i = 0; i < 6; ++i) {
    const auto bs = applyB(model, pairs, pairs.s(i));
    bs->axpy(-1, *pairs.y(i));
    EXPECT_LT(bs->norm(), 1e-9 * pairs.y(i)->norm()) << i;
  }
}

// gamma lies beyond the smallest eigenvalue of the Hessian on the span of the steps.
TEST(SpectralModel, ScalesByTheSmallestCurvatureOnTheSpanOfTheSteps) {
  std::mt19937_64 engine(3);
  const Dense hessian = Dense::randomSymmetric(dimension, engine);
  const Pairs pairs = pairsOf(hessian, dimension, engine); // the whole space
  terrace::DenseMatrix<double> entries(dimension, dimension), noVectors(0, dimension, false);
  for (int j = 0; j < dimension; ++j)
    for (int i = 0; i < dimension; ++i) entries(i, j) = hessian(i, j);
  const double smallest = terrace::SymmetricEigen<double>(entries, noVectors).values().front();
  ASSERT_LT(smallest, 0);
  Model model(Scaling::SmallestEigenvalue, 0.03), fixed(Scaling::Fixed, 0.03);
  EXPECT_EQ(model.initialScaling(), 0.03) << "no pairs";
  model.rebuild(pairs.gram());
  fixed.rebuild(pairs.gram());
  EXPECT_NEAR(model.initialScaling(), 1.5 * smallest, 1e-8);
  EXPECT_EQ(fixed.initialScaling(), 0.03);
  EXPECT_TRUE(model.scalingIsEstimated());
  EXPECT_FALSE(fixed.scalingIsEstimated());
  EXPECT_THROW(Model(Scaling::Fixed, 0), std::invalid_argument);
}

TEST(SpectralModel, LeavesOutTheOlderOfPairsThatSayTheSame) {
  std::mt19937_64 engine(4);
  const Dense hessian = Dense::randomSymmetric(dimension, engine);
  Pairs pairs = pairsOf(hessian, 3, engine);
  const auto again = makeVector(dimension);
  again->set(*pairs.s(1));
  again->scale(3);
  pairs.add(again, hessian * again);
  Model model(Scaling::Fixed, 0.5);
  model.rebuild(pairs.gram());
  EXPECT_EQ(model.pairs(), (std::vector<int>{3, 2, 0}));
  pairs.differences[2]->set(*pairs.s(2)); // y = gamma s: nothing that gamma does not say
  pairs.differences[2]->scale(0.5);
  model.rebuild(pairs.gram());
  EXPECT_EQ(model.pairs(), (std::vector<int>{3, 0}));
}

TEST(SpectralModel, TakesVectorsToTheEigenbasisAndBack) {
  std::mt19937_64 engine(5);
  const Pairs pairs = pairsOf(Dense::randomSymmetric(dimension, engine), 4, engine);
  Model model(Scaling::SmallestEigenvalue, 0.03);
  model.rebuild(pairs.gram());
  const auto inSpan = psiTimes(model, pairs, {0.3, -1, 2, 0.7});
  const auto components = model.toEigenbasis(psiProducts(model, pairs, inSpan));
  for (std::size_t j = 0; j < 4; ++j)
    EXPECT_NEAR(components[j], inSpan->dot(*eigenvector(model, pairs, j)), 1e-9 * inSpan->norm());
  const auto back = psiTimes(model, pairs, model.fromEigenbasis(components));
  back->axpy(-1, *inSpan);
  EXPECT_LT(back->norm(), 1e-9 * inSpan->norm());
}

TEST(SpectralModel, GivesANormFromProductsUnlessItIsLostInTheirRoundingErrors) {
  std::mt19937_64 engine(6);
  const Pairs pairs = pairsOf(Dense::randomSymmetric(dimension, engine), 4, engine);
  Model model(Scaling::SmallestEigenvalue, 0.03);
  model.rebuild(pairs.gram());
  const std::vector<double> a = {0.3, -1, 2, 0.7};
  for (const double part : {1.0, 1e-2, 1e-12}) {
    const auto outside = randomVector(dimension, engine), v = psiTimes(model, pairs, a);
    outside->scale(part);
    v->plus(*outside);
    const auto norm = model.normOfDifference(v->norm(), psiProducts(model, pairs, v), a);
    ASSERT_EQ(norm.has_value(), part > 1e-6) << part;
    if (norm) {
      EXPECT_NEAR(*norm, outside->norm(), 1e-6 * outside->norm()) << part;
    }
  }
}
