// Columns whose squares overflow or vanish.
#include "ObjectiveProblem.hpp"

#include <terrace/resnet/samples/DataScaling.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace terrace::resnet {
namespace {

using reference::index;
using reference::localRows;
using reference::Vector;

constexpr int rowCount = 300;

// Normal numbers in one column, times a factor.
Vector column(double factor) {
  Vector rows = reference::normals(index(rowCount), 5);
  for (double& value : rows) value *= factor;
  return rows;
}

DataScaling scalingOf(ScalingType type, const Vector& rows) {
  return DataScaling::of(type, localRows(rows, 1), 1, *Tpetra::getDefaultComm());
}

} // namespace

TEST(DataSizes, ColumnsOfAnySizeAreStandardisedAlike) {
  const auto ordinary = scalingOf(ScalingType::Standard, column(1));
  for (const int exponent : {-1000, -560, 530, 1000}) {
    const double factor = std::ldexp(1.0, exponent);
    const auto scaling = scalingOf(ScalingType::Standard, column(factor));
    EXPECT_EQ(scaling.scale[0], ordinary.scale[0] * factor) << exponent;
    EXPECT_EQ(scaling.shift[0], ordinary.shift[0] * factor) << exponent;
  }
}

TEST(DataSizes, AConstantWithNoiseInItsLastBitsKeepsTheScaleOne) {
  Vector rows(rowCount, 1.0);
  for (std::size_t i = 0; i < rows.size(); i += 2) rows[i] = std::nextafter(1.0, 2.0);
  EXPECT_EQ(scalingOf(ScalingType::Standard, rows).scale[0], 1.0);
  EXPECT_EQ(scalingOf(ScalingType::Logarithm, rows).scale[0], 1.0);
  EXPECT_EQ(scalingOf(ScalingType::UnitRange, rows).scale[0], 1.0);
}

} // namespace terrace::resnet
