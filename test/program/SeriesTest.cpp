// Curves of a report.
#include "report/Series.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace terrace::program;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Series series(std::vector<double> x, std::vector<double> y) {
  return {std::move(x), std::move(y)};
}

} // namespace

TEST(Series, DrawablePointsAreFiniteAndPositiveOnLogarithmicAxes) {
  const Series all = series({0, 1, 2, 3, 4}, {1, -1, NAN, infinity, 2});
  EXPECT_EQ(drawable(all, true, true).x, (std::vector<double>{4}));
  EXPECT_EQ(drawable(all, false, true).x, (std::vector<double>{0, 4}));
  EXPECT_EQ(drawable(all, false, false).y, (std::vector<double>{1, -1, 2}));
}

TEST(Series, ThinningKeepsEndsAndPeaksOfThousandsOfPoints) {
  Series all;
  for (int i = 0; i < 20000; ++i) all.add(i, i == 7777 ? 50 : i == 13131 ? -3 : std::sin(0.01 * i));
  const Series thin = thinned(all, false, 100);
  EXPECT_LE(thin.size(), 404U);
  EXPECT_EQ(thin.x.front(), 0);
  EXPECT_EQ(thin.x.back(), 19999);
  EXPECT_EQ(*std::max_element(thin.y.begin(), thin.y.end()), 50);
  EXPECT_EQ(*std::min_element(thin.y.begin(), thin.y.end()), -3);
  EXPECT_TRUE(std::is_sorted(thin.x.begin(), thin.x.end()));
}

TEST(Series, ThinningLeavesShortCurvesAndEqualPlacesAlone) {
  EXPECT_EQ(thinned(series({1}, {2}), true, 1).size(), 1U);
  Series wall;
  for (int i = 0; i < 100; ++i) wall.add(5, i);
  EXPECT_EQ(thinned(wall, true, 10).y, (std::vector<double>{0, 99}));
}

TEST(Series, MedianKeepsValuesBetweenPointsAndAfterTheEndOfACurve) {
  const Series median =
      medianOf({series({1, 3}, {10, 4}), series({1, 2}, {8, 6}), series({1, 4}, {9, 1})}, infinity);
  EXPECT_EQ(median.x, (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(median.y, (std::vector<double>{9, 9, 6}));
}

TEST(Series, MedianCountsCurvesThatHaveNotBegunAsTheWorst) {
  const std::vector<Series> curves{series({1, 5}, {3, 3}), series({2, 5}, {7, 7}), series({4, 5}, {1, 1})};
  const Series smallIsGood = medianOf(curves, infinity), largeIsGood = medianOf(curves, -infinity);
  EXPECT_EQ(smallIsGood.x, (std::vector<double>{2, 4, 5}));
  EXPECT_EQ(smallIsGood.y, (std::vector<double>{7, 3, 3}));
  EXPECT_EQ(largeIsGood.x, (std::vector<double>{2, 4, 5}));
  EXPECT_EQ(largeIsGood.y, (std::vector<double>{3, 3, 3}));
}

TEST(Series, MedianOfNothingIsEmpty) {
  EXPECT_TRUE(medianOf({}, infinity).empty());
  EXPECT_TRUE(medianOf({Series(), Series()}, infinity).empty());
}
