#include <terrace/dataset/SampleOrder.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace terrace::dataset {
namespace {

// Labels in ascending order, as in files sorted by class.
std::vector<int> sortedLabels(const std::vector<std::size_t>& classCounts) {
  std::vector<int> labels;
  for (std::size_t c = 0; c < classCounts.size(); ++c)
    labels.insert(labels.end(), classCounts[c], static_cast<int>(c));
  return labels;
}

bool isPermutation(std::vector<std::int64_t> order) {
  std::vector<std::int64_t> identity(order.size());
  std::iota(identity.begin(), identity.end(), std::int64_t{0});
  std::sort(order.begin(), order.end());
  return order == identity;
}

// Largest distance of a class's number from its share over all leading subsets.
double largestDeviation(const std::vector<int>& labels, const std::vector<std::size_t>& classCounts,
                        const std::vector<std::int64_t>& order) {
  std::vector<double> seen(classCounts.size(), 0);
  double largest = 0;
  for (std::size_t m = 1; m <= order.size(); ++m) {
    seen[static_cast<std::size_t>(labels[static_cast<std::size_t>(order[m - 1])])] += 1;
    for (std::size_t c = 0; c < seen.size(); ++c) {
      const double share = static_cast<double>(m * classCounts[c]) / static_cast<double>(labels.size());
      largest = std::max(largest, std::abs(seen[c] - share));
    }
  }
  return largest;
}

TEST(SampleOrder, EverySampleComesOnce) {
  EXPECT_TRUE(isPermutation(sampleOrder(1000, 1)));
  EXPECT_TRUE(isPermutation(sampleOrder(sortedLabels({700, 200, 100}), 1)));
  EXPECT_TRUE(isPermutation(sampleOrder(sortedLabels({0, 50}), 1)));
}

TEST(SampleOrder, LeadingSubsetsAreNested) {
  const auto labels = sortedLabels({40, 30, 30});
  const auto all = sampleOrder(labels, 3);
  const auto plain = sampleOrder(100, 3);
  for (const std::size_t wanted : {1U, 7U, 99U}) {
    const auto length = static_cast<std::ptrdiff_t>(wanted);
    EXPECT_EQ(sampleOrder(labels, 3, wanted), std::vector<std::int64_t>(all.begin(), all.begin() + length));
    EXPECT_EQ(sampleOrder(100, 3, wanted), std::vector<std::int64_t>(plain.begin(), plain.begin() + length));
  }
}

TEST(SampleOrder, EveryLeadingSubsetHoldsEachClassWithinOneSampleOfItsShare) {
  for (const auto& counts : std::vector<std::vector<std::size_t>>{
           {1000, 1000, 1000, 1000, 1000}, {997, 3}, {1, 1, 1, 500}, {123, 456, 78, 9, 250}, {7, 0, 13}}) {
    const auto labels = sortedLabels(counts);
    for (const std::uint64_t seed : {1U, 2U})
      EXPECT_LT(largestDeviation(labels, counts, sampleOrder(labels, seed)), 1.0);
  }
}

TEST(SampleOrder, PlainOrderMixesSortedSamples) {
  const auto order = sampleOrder(10000, 5, 1000);
  const double mean =
      static_cast<double>(std::accumulate(order.begin(), order.end(), std::int64_t{0})) / 1000;
  EXPECT_NEAR(mean, 5000, 400); // standard deviation of the mean: 91
}

TEST(SampleOrder, EachFirstSampleIsEquallyLikely) {
  std::vector<int> hits(5, 0);
  for (std::uint64_t seed = 0; seed < 5000; ++seed) ++hits[static_cast<std::size_t>(sampleOrder(5, seed)[0])];
  for (const int h : hits) EXPECT_NEAR(h, 1000, 150); // standard deviation: 28
}

TEST(SampleOrder, DependsOnTheSeedAlone) {
  EXPECT_EQ(sampleOrder(100, 1), sampleOrder(100, 1));
  EXPECT_NE(sampleOrder(100, 1), sampleOrder(100, 2));
  const auto labels = sortedLabels({50, 50});
  EXPECT_EQ(sampleOrder(labels, 1), sampleOrder(labels, 1));
  EXPECT_NE(sampleOrder(labels, 1), sampleOrder(labels, 2));
}

TEST(SampleOrder, IsTheSameOnEveryPlatform) {
  EXPECT_EQ(sampleOrder(8, 1), (std::vector<std::int64_t>{4, 2, 1, 7, 0, 3, 6, 5}));
  EXPECT_EQ(sampleOrder({0, 0, 0, 0, 1, 1, 1, 1}, 1), (std::vector<std::int64_t>{2, 7, 3, 4, 0, 6, 1, 5}));
}

TEST(SampleOrder, MoreSamplesThanThereAreIsAnError) {
  EXPECT_THROW(sampleOrder(10, 1, 11), std::invalid_argument);
  EXPECT_THROW(sampleOrder(std::vector<int>{0, 1}, 1, 3), std::invalid_argument);
  EXPECT_THROW(sampleOrder(std::vector<int>{0, -1}, 1), std::invalid_argument);
}

} // namespace
} // namespace terrace::dataset
