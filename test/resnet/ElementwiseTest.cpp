// ROL's elementwise functions: the kernels that devices have for them, and what a vector makes of them,
// against ROL's own objects called number by number.
#include "Problems.hpp"
#include "parameters/ElementwiseKernels.hpp"

#include <terrace/resnet/parameters/ParameterSpace.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

namespace terrace::resnet {
namespace {

namespace rol = ROL::Elementwise;
using reference::toView;
using reference::Vector;

// Normal numbers, and those for which a function has a case of its own.
Vector numbers(unsigned seed) {
  Vector values = reference::normals(40, seed);
  for (const double special : {0.0, -0.0, 1.0, -1.0, 0.5, -2.5}) values.push_back(special);
  return values;
}

Vector toVector(const ParameterView& view) {
  return toHost(view);
}

std::vector<std::shared_ptr<rol::UnaryFunction<double>>> unaryFunctions() {
  return {
      std::make_shared<rol::Fill<double>>(0.3),           std::make_shared<rol::Shift<double>>(-0.7),
      std::make_shared<rol::Scale<double>>(1.7),          std::make_shared<rol::Reciprocal<double>>(),
      std::make_shared<rol::AbsoluteValue<double>>(),     std::make_shared<rol::Sign<double>>(),
      std::make_shared<rol::ThresholdUpper<double>>(0.2), std::make_shared<rol::ThresholdLower<double>>(0.2),
      std::make_shared<rol::Heaviside<double>>()};
}

std::vector<std::shared_ptr<rol::BinaryFunction<double>>> binaryFunctions() {
  return {std::make_shared<rol::Multiply<double>>(), std::make_shared<rol::Plus<double>>(),
          std::make_shared<rol::Divide<double>>(),   std::make_shared<rol::DivideAndInvert<double>>(),
          std::make_shared<rol::Axpy<double>>(0.3),  std::make_shared<rol::Aypx<double>>(-1.2),
          std::make_shared<rol::Min<double>>(),      std::make_shared<rol::Max<double>>(),
          std::make_shared<rol::Set<double>>(),      std::make_shared<rol::Lesser<double>>(),
          std::make_shared<rol::Greater<double>>()};
}

TEST(Elementwise, KernelsDoWhatRolsFunctionsDoWithEveryNumber) {
  // A fused multiply-add of a device rounds once.
  const auto expectEqual = [](double found, double expected, std::size_t f) {
    if (std::isfinite(expected)) {
      EXPECT_NEAR(found, expected, 1e-15 * (1 + std::abs(expected))) << f;
    } else {
      EXPECT_EQ(std::isnan(found), std::isnan(expected)) << f;
    }
  };
  const Vector x = numbers(1), y = numbers(2);
  const auto unary = unaryFunctions();
  for (std::size_t f = 0; f < unary.size(); ++f) {
    const auto view = toView(x);
    ASSERT_TRUE(detail::applyUnaryByKernel(*unary[f], view)) << f;
    const Vector found = toVector(view);
    for (std::size_t i = 0; i < x.size(); ++i) expectEqual(found[i], unary[f]->apply(x[i]), f);
  }
  const auto binary = binaryFunctions();
  for (std::size_t f = 0; f < binary.size(); ++f) {
    const auto view = toView(x);
    ASSERT_TRUE(detail::applyBinaryByKernel(*binary[f], view, toView(y))) << f;
    const Vector found = toVector(view);
    for (std::size_t i = 0; i < x.size(); ++i) expectEqual(found[i], binary[f]->apply(x[i], y[i]), f);
  }
}

TEST(Elementwise, SquareRootsAreOfNumbersThatHaveOne) {
  const auto view = toView({0.0, 0.25, 2.0});
  ASSERT_TRUE(detail::applyUnaryByKernel(rol::SquareRoot<double>(), view));
  const Vector found = toVector(view);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(found[i], std::sqrt(Vector{0.0, 0.25, 2.0}[i]), 1e-15);
}

TEST(Elementwise, ReductionsByKernelsAreThoseOfRol) {
  const auto reduced = [](const rol::ReductionOp<double>& r, const Vector& values) {
    double result = r.initialValue();
    for (const double value : values) r.reduce(value, result);
    return result;
  };
  const Vector mixed = numbers(3), positive{0.5, 3.0, 2.0}, negative{-4.0, -1.0};
  for (const Vector& values : {mixed, positive, negative}) {
    const auto view = toView(values);
    EXPECT_NEAR(*detail::reduceByKernel(rol::ReductionSum<double>(), view),
                reduced(rol::ReductionSum<double>(), values), 1e-13);
    EXPECT_EQ(*detail::reduceByKernel(rol::ReductionMin<double>(), view),
              reduced(rol::ReductionMin<double>(), values));
    EXPECT_EQ(*detail::reduceByKernel(rol::ReductionMax<double>(), view),
              reduced(rol::ReductionMax<double>(), values));
    EXPECT_EQ(*detail::reduceByKernel(rol::ReductionAnd<double>(), view),
              reduced(rol::ReductionAnd<double>(), values));
  }
}

TEST(Elementwise, OtherFunctionsAreLeftToTheHost) {
  const Vector values = numbers(4);
  const auto view = toView(values);
  const auto twice = [](const double& x) { return 2 * x; };
  EXPECT_FALSE(detail::applyUnaryByKernel(rol::Power<double>(3.0), view));
  EXPECT_FALSE(detail::applyUnaryByKernel(rol::UnaryFunctionWrapper<double, decltype(twice)>(twice), view));
  EXPECT_FALSE(detail::applyBinaryByKernel(rol::ValueSet<double>(0.0, 0), view, view));
  EXPECT_FALSE(detail::reduceByKernel(rol::EuclideanNormSquared<double>(), view));
  EXPECT_EQ(toVector(view), values);
}

TEST(Elementwise, AVectorAppliesThemAll) {
  const auto space = ROL::makePtr<ParameterSpace>(reference::makeNetwork(3, 4), Tpetra::getDefaultComm());
  const auto count = static_cast<std::size_t>(space->layout().size());
  const Vector values = reference::normals(count, 5), others = reference::normals(count, 6);
  const auto x = space->createVector(), y = space->createVector();
  space->assign(values, *x);
  space->assign(others, *y);
  x->applyUnary(rol::Shift<double>(0.5));
  x->applyBinary(rol::Multiply<double>(), *y);
  x->applyBinary(rol::Plus<double>(), *x);
  x->applyUnary(rol::Power<double>(2.0));
  const Vector found = space->gatherToAll(*x);
  double sum = 0, least = 1e300;
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_NEAR(found[i], std::pow(2 * (values[i] + 0.5) * others[i], 2.0), 1e-13 * (1 + found[i]));
    sum += found[i];
    least = std::min(least, found[i]);
  }
  EXPECT_NEAR(x->reduce(rol::ReductionSum<double>()), sum, 1e-12 * sum);
  EXPECT_EQ(x->reduce(rol::ReductionMin<double>()), least);
}

} // namespace
} // namespace terrace::resnet
