#include "MemoryArchive.hpp"
#include "PairTransfer.hpp"
#include "PassCountingVector.hpp"

#include <terrace/multilevel/secant/PairMemory.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

using namespace terrace_test;
using terrace::PairedGradient;
using terrace::PairMemory;

namespace {

using Pair = std::pair<ROL::Ptr<StdVector>, ROL::Ptr<StdVector>>;

// Appends random pairs and gives them back.
std::vector<Pair> fill(PairMemory<double>& memory, int pairs, int n, std::mt19937_64& engine) {
  std::vector<Pair> added;
  memory.reserve(*makeVector(n), *makeVector(n));
  for (int k = 0; k < pairs; ++k) {
    added.emplace_back(randomVector(n, engine), randomVector(n, engine));
    EXPECT_TRUE(memory.append(*added.back().first, *added.back().second));
  }
  return added;
}

// The memory holds the last of these pairs and their inner products.
void expectNewest(const PairMemory<double>& memory, const std::vector<Pair>& pairs) {
  const int first = static_cast<int>(pairs.size()) - memory.size();
  const auto pair = [&](int i) { return pairs[static_cast<std::size_t>(first + i)]; };
  for (int i = 0; i < memory.size(); ++i) {
    EXPECT_EQ(memory.step(i).dot(*pair(i).first), pair(i).first->dot(*pair(i).first));
    for (int j = 0; j < memory.size(); ++j) {
      EXPECT_EQ(memory.gram().stepStep(i, j), pair(i).first->dot(*pair(j).first)) << i << ' ' << j;
      EXPECT_EQ(memory.gram().stepDifference(i, j), pair(i).first->dot(*pair(j).second)) << i << ' ' << j;
      EXPECT_EQ(memory.gram().differenceDifference(i, j), pair(i).second->dot(*pair(j).second))
          << i << ' ' << j;
    }
  }
}

} // namespace

TEST(PairMemory, KeepsTheNewestPairsAndTheirInnerProducts) {
  std::mt19937_64 engine(1);
  for (const int pairs : {1, 3, 4, 5, 11}) {
    PairMemory<double> memory(4);
    const auto added = fill(memory, pairs, 7, engine);
    ASSERT_EQ(memory.size(), std::min(pairs, 4));
    expectNewest(memory, added);
  }
}

TEST(PairMemory, DoesNotKeepAPairWithoutAStepOrWithAProductThatIsNotFinite) {
  std::mt19937_64 engine(2);
  PairMemory<double> memory(4);
  const auto added = fill(memory, 2, 5, engine);
  const auto good = randomVector(5, engine), bad = randomVector(5, engine);
  at(bad, 3) = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(memory.append(*makeVector(5), *good));
  EXPECT_FALSE(memory.append(*good, *bad));
  EXPECT_FALSE(memory.append(*bad, *good));
  ASSERT_EQ(memory.size(), 2);
  expectNewest(memory, added);
  EXPECT_THROW(PairMemory<double>(0), std::invalid_argument);
}

TEST(PairMemory, TakesTheProductsOfAGradientInThePassOfTheNewPair) {
  std::mt19937_64 engine(3);
  const auto random = [&engine](const std::shared_ptr<int>& count) {
    return ROL::makePtr<PassCountingVector>(*randomVector(6, engine)->getVector(), count);
  };
  const auto count = std::make_shared<int>(0);
  PairMemory<double> memory(3);
  memory.reserve(*random(count), *random(count));
  PairedGradient<double> gradient(random(count));
  for (int k = 1; k <= 5; ++k) {
    memory.append(*random(count), *random(count), &gradient);
    EXPECT_EQ(*count, k);
    EXPECT_EQ(gradient.norm(), gradient.vector().norm());
    const auto* products = gradient.products(memory.revision());
    ASSERT_NE(products, nullptr);
    for (int i = 0; i < memory.size(); ++i) {
      EXPECT_EQ(products->withSteps.at(static_cast<std::size_t>(i)), memory.step(i).dot(gradient.vector()));
      EXPECT_EQ(products->withDifferences.at(static_cast<std::size_t>(i)),
                memory.difference(i).dot(gradient.vector()));
    }
  }
}

TEST(PairMemory, StaysAsItIsWhereTheGradientIsNotFinite) {
  std::mt19937_64 engine(7);
  PairMemory<double> memory(4);
  const auto added = fill(memory, 4, 5, engine);
  const auto revision = memory.revision();
  const auto bad = randomVector(5, engine);
  at(bad, 2) = std::numeric_limits<double>::quiet_NaN();
  PairedGradient<double> gradient(bad);
  EXPECT_FALSE(memory.append(*randomVector(5, engine), *bad, &gradient));
  EXPECT_TRUE(std::isnan(gradient.norm()));
  EXPECT_EQ(memory.revision(), revision);
  ASSERT_EQ(memory.size(), 4);
  expectNewest(memory, added);
}

TEST(PairedGradient, AsksForItsNormOnceAndAgainWhenItIsWritten) {
  struct Counting : StdVector {
    using StdVector::StdVector;
    double norm() const override {
      ++norms;
      return StdVector::norm();
    }
    mutable int norms = 0;
  };
  const auto vector = ROL::makePtr<Counting>(ROL::makePtr<std::vector<double>>(2, 3.0));
  PairedGradient<double> gradient(vector);
  EXPECT_EQ(gradient.norm(), std::sqrt(18.0));
  EXPECT_EQ(gradient.norm(), std::sqrt(18.0));
  EXPECT_EQ(vector->norms, 1);
  gradient.overwrite().scale(2);
  EXPECT_EQ(gradient.norm(), std::sqrt(72.0));
  EXPECT_EQ(vector->norms, 2);
  gradient.noteNorm(7);
  EXPECT_EQ(gradient.norm(), 7);
}

TEST(PairedGradient, KnowsNoProductsOfOtherPairsOrOfAnOlderGradient) {
  std::mt19937_64 engine(4);
  PairMemory<double> memory(3), other(3);
  fill(memory, 2, 5, engine);
  fill(other, 3, 5, engine); // as many changes as `memory` has after the next pair
  PairedGradient<double> gradient(randomVector(5, engine));
  const auto append = [&] { memory.append(*randomVector(5, engine), *randomVector(5, engine), &gradient); };
  const auto knows = [&](const PairMemory<double>& pairs) {
    return gradient.products(pairs.revision()) != nullptr;
  };
  EXPECT_FALSE(knows(memory));
  append();
  EXPECT_TRUE(knows(memory));
  EXPECT_FALSE(knows(other));
  gradient.overwrite();
  EXPECT_FALSE(knows(memory)) << "written";
  append();
  memory.append(*randomVector(5, engine), *randomVector(5, engine));
  EXPECT_FALSE(knows(memory)) << "another pair";
  append();
  memory.append(*makeVector(5), *makeVector(5));
  EXPECT_FALSE(knows(memory)) << "the oldest pair went for one that was not kept";
  append();
  memory.clear();
  EXPECT_FALSE(knows(memory)) << "no pairs";
}

TEST(PairedGradient, LosesItsProductsOnlyWhereItIsRestored) {
  std::mt19937_64 engine(5);
  PairMemory<double> memory(3);
  fill(memory, 2, 5, engine);
  PairedGradient<double> gradient(randomVector(5, engine));
  memory.append(*randomVector(5, engine), *randomVector(5, engine), &gradient);
  State state;
  MemoryArchive kept(state, false), restored(state, true);
  gradient.visitState(kept, "gradient");
  EXPECT_NE(gradient.products(memory.revision()), nullptr);
  gradient.visitState(restored, "gradient");
  EXPECT_EQ(gradient.products(memory.revision()), nullptr);
}

TEST(PairMemory, ProlongsTheNewestPairsOfACoarserLevel) {
  std::mt19937_64 engine(6);
  const UnevenTransfer transfer;
  PairMemory<double> coarse(5), fine(3);
  const auto added = fill(coarse, 5, 4, engine);
  fill(fine, 2, 8, engine); // go
  const auto step = makeVector(8), difference = makeVector(8);
  fine.prolong(coarse, transfer, *step, *difference);
  ASSERT_EQ(fine.size(), 3);
  std::vector<Pair> prolonged;
  for (const auto& [s, y] : added) {
    prolonged.emplace_back(makeVector(8), makeVector(8));
    transfer.prolongStep(*prolonged.back().first, *s);
    transfer.prolongDual(*prolonged.back().second, *y);
  }
  expectNewest(fine, prolonged);
}

TEST(StateArchive, RefusesWhatIsNotOneNumberOfTheType) {
  State state{
      {"none", {}}, {"two", {1, 2}}, {"huge", {1e300}}, {"nan", {std::nan("")}}, {"largest", {2147483647.0}},
      {"flag", {1}}};
  MemoryArchive restored(state, true);
  int number = 0;
  for (const char* name : {"none", "two", "huge", "nan"})
    EXPECT_THROW(restored.visitNumber(name, number), std::invalid_argument) << name;
  double real = 0;
  EXPECT_THROW(restored.visitNumber("none", real), std::invalid_argument);
  restored.visitNumber("huge", real);
  EXPECT_EQ(real, 1e300);
  restored.visitNumber("largest", number);
  EXPECT_EQ(number, 2147483647);
  bool flag = false;
  restored.visitNumber("flag", flag);
  EXPECT_TRUE(flag);
}

TEST(PairMemory, RestoresItsPairsAndProductsToTheBit) {
  std::mt19937_64 engine(7);
  PairMemory<double> memory(4), other(4), small(2);
  const auto added = fill(memory, 6, 9, engine);
  fill(other, 1, 9, engine); // goes
  State state;
  MemoryArchive kept(state, false), restored(state, true);
  memory.visitState(kept, "secant");
  EXPECT_EQ(state.at("secant/pairs"), (std::vector<double>{4}));
  EXPECT_EQ(state.at("secant/step_3"), *added[5].first->getVector());
  other.visitState(restored, "secant");
  ASSERT_EQ(other.size(), 4);
  expectNewest(other, added);
  small.reserve(*makeVector(9), *makeVector(9));
  EXPECT_THROW(small.visitState(restored, "secant"), std::invalid_argument);
}
