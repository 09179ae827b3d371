// What any vector or transfer has to do is tested in test/conformance.
#include "AllocationCounter.hpp"
#include "Problems.hpp"

#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/levels/StageTransfer.hpp>
#include <terrace/resnet/parameters/InitialGuess.hpp>
#include <terrace/resnet/parameters/ParameterSpace.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <gtest/gtest.h>

#include <tuple>

namespace terrace::resnet {
namespace {

using reference::index;
using reference::Vector;
using SpacePtr = ROL::Ptr<const ParameterSpace>;

SpacePtr makeSpace(int blocks, MetricType metric = MetricType::L2, Lift lift = Lift::Activated) {
  Network network = reference::makeNetwork(3, blocks);
  network.metric = metric;
  network.lift = lift;
  return ROL::makePtr<ParameterSpace>(network, Tpetra::getDefaultComm());
}

ROL::Ptr<ParameterVector> makeVector(const SpacePtr& space, const Vector& values,
                                     VectorKind kind = VectorKind::Primal) {
  auto x = kind == VectorKind::Primal ? space->createVector() : space->createDualVector();
  space->assign(values, *x);
  return x;
}

ROL::Ptr<ParameterVector> makeRandom(const SpacePtr& space, unsigned seed,
                                     VectorKind kind = VectorKind::Primal) {
  return makeVector(space, reference::normals(index(space->layout().size()), seed), kind);
}

TEST(ParameterSpace, EveryIndexHasOneOwner) {
  const auto space = makeSpace(4);
  EXPECT_EQ(space->map()->getGlobalNumElements(), index(space->layout().size()));
  EXPECT_TRUE(space->map()->isOneToOne());
  const auto local = space->createVector()->local();
  EXPECT_EQ(local.extent(0), index(space->ownedCount()));
}

TEST(ParameterSpace, GatherReturnsWhatWasAssignedOrScattered) {
  const auto space = makeSpace(4);
  const auto values = reference::normals(index(space->layout().size()), 1);
  EXPECT_EQ(space->gatherToAll(*makeVector(space, values)), values);
  auto x = space->createVector();
  const bool root = space->comm()->getRank() == 0;
  space->scatterFromRoot(root ? values : Vector{1, 2}, *x);
  EXPECT_EQ(space->gatherToAll(*x), values);
  EXPECT_THROW(space->assign({1, 2, 3}, *x), std::invalid_argument);
  EXPECT_THROW(space->scatterFromRoot({1, 2, 3}, *x), std::invalid_argument);
}

TEST(ParameterSpace, FlagsOfAnyRankTravelWithTheSlices) {
  const auto space = makeSpace(4);
  const auto values = reference::normals(index(space->layout().size()), 1);
  const auto x = makeVector(space, values);
  const auto replicated = space->createReplicated();
  const int rank = space->comm()->getRank(), last = space->comm()->getSize() - 1;
  EXPECT_EQ(space->replicate(*x, *replicated), 0U);
  EXPECT_EQ(space->replicate(*x, *replicated, rank == last ? 2U : 0U), 2U);
  EXPECT_EQ(space->replicate(*x, *replicated, (rank == 0 ? 1U : 0U) | (rank == last ? 4U : 0U)), 5U);
  const auto all = replicated->getLocalViewHost(Tpetra::Access::ReadOnly);
  EXPECT_EQ(Vector(all.data(), all.data() + all.extent(0)), values);
}

TEST(ParameterSpace, ContributionsOfAllRanksAreAddedOnTheOwners) {
  const auto space = makeSpace(4);
  const auto values = reference::normals(index(space->layout().size()), 1);
  const auto comm = space->comm();
  std::vector<CompensatedSum> mine(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) mine[i].add((comm->getRank() + 1) * values[i]);
  auto sum = makeRandom(space, 2, VectorKind::Dual);
  space->sumOntoOwners(toDevice("contributions", mine), *sum);
  const auto result = space->gatherToAll(*sum);
  const double factor = comm->getSize() * (comm->getSize() + 1) / 2;
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(result[i], factor * values[i], 1e-14);
}

// What makes runs independent of the number of ranks: terms of very different size, added in any order.
TEST(CompensatedSum, DoesNotDependOnTheOrder) {
  auto terms = reference::normals(1000, 5);
  for (std::size_t i = 0; i < terms.size(); ++i) terms[i] *= std::pow(10.0, static_cast<int>(i % 17) - 8);
  CompensatedSum forward, backward, pairs[2];
  double plainForward = 0, plainBackward = 0;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    forward.add(terms[i]);
    backward.add(terms[terms.size() - 1 - i]);
    pairs[i % 2].add(terms[i]);
    plainForward += terms[i];
    plainBackward += terms[terms.size() - 1 - i];
  }
  pairs[0].add(pairs[1]);
  EXPECT_NE(plainForward, plainBackward); // else this shows nothing
  EXPECT_EQ(forward.value(), backward.value());
  EXPECT_EQ(forward.value(), pairs[0].value());
}

TEST(ParameterVector, ProductWeighsTheBlocksByTheStepAndNothingElse) {
  const auto space = makeSpace(4);
  const auto& layout = space->layout();
  const auto x = makeRandom(space, 1), y = makeRandom(space, 2);
  const auto xs = space->gatherToAll(*x), ys = space->gatherToAll(*y);
  double expected = 0, plain = 0;
  for (long i = 0; i < layout.size(); ++i) {
    const bool inBlocks = i >= layout.blocks(0).offset && i < layout.blocks(0).end();
    expected += (inBlocks ? space->network().stages[0].timeStep() : 1.0) * xs[index(i)] * ys[index(i)];
    plain += xs[index(i)] * ys[index(i)];
  }
  EXPECT_NEAR(x->dot(*y), expected, 1e-12);
  const auto euclidean = makeSpace(4, MetricType::Euclidean);
  EXPECT_NEAR(makeRandom(euclidean, 1)->dot(*makeRandom(euclidean, 2)), plain, 1e-12);
}

TEST(ParameterVector, DualIsOfTheOtherKind) {
  const auto x = makeRandom(makeSpace(4), 1);
  const auto& dual = dynamic_cast<const ParameterVector&>(x->dual());
  EXPECT_EQ(dual.kind(), VectorKind::Dual);
  EXPECT_EQ(dynamic_cast<const ParameterVector&>(dual.dual()).kind(), VectorKind::Primal);
}

TEST(ParameterVector, CloneKeepsTheKindAndIsZero) {
  const auto space = makeSpace(2);
  for (const auto kind : {VectorKind::Primal, VectorKind::Dual}) {
    const auto clone = makeRandom(space, 1, kind)->clone();
    EXPECT_EQ(dynamic_cast<const ParameterVector&>(*clone).kind(), kind);
    EXPECT_EQ(clone->norm(), 0.0);
  }
}

TEST(ParameterVector, BasisVectorsAreOneInOnePlace) {
  const auto space = makeSpace(2);
  const auto x = makeRandom(space, 1);
  const auto values = space->gatherToAll(*x);
  for (const int i : {0, 7, x->dimension() - 1})
    EXPECT_EQ(space->gatherToAll(dynamic_cast<ParameterVector&>(*x->basis(i)))[index(i)], 1.0);
  EXPECT_NEAR(x->basis(7)->apply(*x), values[7], 1e-15);
  EXPECT_THROW(x->basis(x->dimension()), std::invalid_argument);
}

TEST(ParameterVector, ArithmeticDoesNotAllocate) {
  TERRACE_SKIP_ON_DEVICE();
  const auto space = makeSpace(8);
  const auto x = makeRandom(space, 1), y = makeRandom(space, 2);
  const long before = allocationCount();
  y->set(*x);
  y->axpy(2.0, *x);
  y->plus(*x);
  y->scale(0.25);
  EXPECT_EQ(allocationCount(), before);
  y->axpy(-1.0, *x);
  EXPECT_LE(y->norm(), 1e-14);
}

TEST(ParameterVector, RejectsAVectorOfAnotherSpace) {
  EXPECT_THROW(makeRandom(makeSpace(4), 1)->set(*makeRandom(makeSpace(2), 1)), std::invalid_argument);
}

// blocks of the fine level, coarsening factor, prolongation, metric
using TransferCase = std::tuple<int, int, Prolongation, MetricType>;
class TransferTest : public ::testing::TestWithParam<TransferCase> {
protected:
  MetricType metric = std::get<3>(GetParam());
  SpacePtr fine = makeSpace(std::get<0>(GetParam()), metric);
  SpacePtr coarse = makeSpace(std::get<0>(GetParam()) / std::get<1>(GetParam()), metric);
  StageTransfer transfer{fine, coarse, std::get<2>(GetParam())};
};

TEST_P(TransferTest, ReproducesTheFunctionsOfItsOrder) {
  // Constant, or linear in the time of the blocks' midpoints, with another slope for each entry.
  const bool linear =
      std::get<2>(GetParam()) == Prolongation::PiecewiseLinear && coarse->network().blocks() > 1;
  const auto sample = [&](const SpacePtr& space) {
    Vector values(index(space->layout().size()), 0.5);
    const ParameterRun& blocks = space->layout().blocks(0);
    for (int k = 0; k < blocks.count; ++k)
      for (long r = 0; r < blocks.size; ++r) {
        const double time = (k + 0.5) * space->network().stages[0].timeStep();
        values[index(blocks.groupOffset(k) + r)] =
            1.0 + static_cast<double>(r) + (linear ? (static_cast<double>(r) - 3) * time : 0.0);
      }
    return values;
  };
  auto Ps = fine->createVector();
  transfer.prolong(*Ps, *makeVector(coarse, sample(coarse)));
  const auto expected = sample(fine), computed = fine->gatherToAll(*Ps);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(computed[i], expected[i], 1e-13) << i;
}

TEST_P(TransferTest, CopiesLiftAndOutput) {
  const auto s = makeRandom(coarse, 1);
  auto Ps = fine->createVector();
  transfer.prolong(*Ps, *s);
  const auto from = coarse->gatherToAll(*s), to = fine->gatherToAll(*Ps);
  const ParameterRun &output = coarse->layout().output(), &lift = *coarse->layout().lift();
  const long shift = fine->layout().output().offset - output.offset;
  for (long i = lift.offset; i < lift.end(); ++i) EXPECT_EQ(to[index(i)], from[index(i)]);
  for (long i = output.offset; i < output.end(); ++i) EXPECT_EQ(to[index(i + shift)], from[index(i)]);
}

INSTANTIATE_TEST_SUITE_P(Ladder, TransferTest,
                         ::testing::Combine(::testing::Values(12, 24), ::testing::Values(1, 2, 3, 12),
                                            ::testing::Values(Prolongation::PiecewiseConstant,
                                                              Prolongation::PiecewiseLinear),
                                            ::testing::Values(MetricType::L2, MetricType::Euclidean)));

TEST(StageTransfer, TheLinearOneIsSmootherThanTheConstantOne) {
  const auto fine = makeSpace(8), coarse = makeSpace(4);
  const StageTransfer linear(fine, coarse, Prolongation::PiecewiseLinear);
  Vector values(index(coarse->layout().size()), 0.0);
  for (int k = 0; k < 4; ++k) values[index(coarse->layout().blocks(0).groupOffset(k))] = k * k;
  auto Ps = fine->createVector();
  linear.prolong(*Ps, *makeVector(coarse, values));
  const auto result = fine->gatherToAll(*Ps);
  const Vector expected{-0.25, 0.25, 0.5, 1.5, 3.0, 5.0, 7.75, 10.25};
  for (int k = 0; k < 8; ++k)
    EXPECT_NEAR(result[index(fine->layout().blocks(0).groupOffset(k))], expected[index(k)], 1e-14);
}

TEST(StageTransfer, TwoStepsGoFromKToAQuarterOfK) {
  const auto fine = makeSpace(8), middle = makeSpace(4), coarse = makeSpace(2);
  const StageTransfer upper(fine, middle, Prolongation::PiecewiseLinear);
  const StageTransfer lower(middle, coarse, Prolongation::PiecewiseLinear);
  const auto s = makeRandom(coarse, 1);
  auto half = middle->createVector(), back = coarse->createVector();
  auto full = fine->createVector();
  lower.prolong(*half, *s);
  upper.prolong(*full, *half);
  half->zero();
  upper.project(*half, *full);
  lower.project(*back, *half);
  back->axpy(-1.0, *s);
  EXPECT_LE(back->norm(), 1e-14 * s->norm());
}

TEST(StageTransfer, CoarsensEachStageByItselfAndCopiesTransitions) {
  const auto spaceOf = [](const std::vector<int>& blocks) -> SpacePtr {
    return ROL::makePtr<ParameterSpace>(reference::makeStages({4, 3}, blocks), Tpetra::getDefaultComm());
  };
  const auto fine = spaceOf({8, 4}), coarse = spaceOf({2, 2});
  const StageTransfer transfer(fine, coarse, Prolongation::PiecewiseConstant);
  const auto s = makeRandom(coarse, 1);
  auto Ps = fine->createVector();
  transfer.prolong(*Ps, *s);
  const auto from = coarse->gatherToAll(*s), to = fine->gatherToAll(*Ps);
  for (std::size_t r = 0; r < fine->layout().runs().size(); ++r) {
    const ParameterRun &a = fine->layout().runs()[r], &b = coarse->layout().runs()[r];
    for (int k = 0; k < a.count; ++k)
      for (long i = 0; i < a.size; ++i)
        ASSERT_EQ(to[index(a.groupOffset(k) + i)], from[index(b.groupOffset(k * b.count / a.count) + i)])
            << r;
  }
  EXPECT_THROW(StageTransfer(fine, spaceOf({2, 3}), Prolongation::PiecewiseConstant), std::invalid_argument);
}

TEST(StageTransfer, RejectsForeignVectorsAndLevels) {
  const auto fine = makeSpace(8), coarse = makeSpace(4);
  const StageTransfer transfer(fine, coarse, Prolongation::PiecewiseLinear);
  auto a = fine->createVector(), b = coarse->createVector();
  auto dual = coarse->createDualVector();
  EXPECT_THROW(transfer.prolong(*b, *a), std::invalid_argument);
  EXPECT_THROW(transfer.prolong(*a, *dual), std::invalid_argument);
  EXPECT_THROW(transfer.restrictDual(*dual, *a), std::invalid_argument);
  EXPECT_THROW(StageTransfer(fine, makeSpace(3), Prolongation::PiecewiseLinear), std::invalid_argument);
  EXPECT_THROW(StageTransfer(fine, makeSpace(4, MetricType::Euclidean), Prolongation::PiecewiseLinear),
               std::invalid_argument);
}

Teuchos::ParameterList guess(const std::string& type, int pieces = 4, int seed = 1) {
  Teuchos::ParameterList list;
  list.set("Type", type).set("Pieces", pieces).set("Seed", seed);
  return list;
}

Vector initialValues(const SpacePtr& space, const Teuchos::ParameterList& list) {
  auto x = space->createVector();
  fillInitialGuess(*x, *space, list);
  return space->gatherToAll(*x);
}

TEST(InitialGuess, IsTheSameFunctionOfTimeOnEveryDepth) {
  for (const int pieces : {1, 3, 4}) {
    const auto finest = makeSpace(24);
    const auto reference = initialValues(finest, guess("Smooth Random", pieces));
    for (const int blocks : {4, 6, 12, 48}) {
      const auto space = makeSpace(blocks);
      const auto values = initialValues(space, guess("Smooth Random", pieces));
      const ParameterRun &run = space->layout().blocks(0), &lift = *space->layout().lift();
      for (int k = 0; k < blocks; ++k) {
        const double time = (k + 0.5) / blocks;
        const double inPiece = time * pieces - std::floor(time * pieces);
        if (inPiece == 0.0) continue;
        // A block of the finest level whose midpoint is in the same piece.
        const int twin = static_cast<int>((std::floor(time * pieces) + 0.5) / pieces * 24);
        for (long r = 0; r < run.size; ++r)
          EXPECT_EQ(values[index(run.groupOffset(k) + r)],
                    reference[index(finest->layout().blocks(0).groupOffset(twin) + r)]);
      }
      for (long i = 0; i < lift.end(); ++i) EXPECT_EQ(values[index(i)], reference[index(i)]);
      EXPECT_EQ(values.back(), reference.back());
    }
  }
}

TEST(InitialGuess, IsTheSameFunctionOnEveryDepthOfSeveralStages) {
  const auto valuesOf = [](const std::vector<int>& blocks) {
    const SpacePtr space =
        ROL::makePtr<ParameterSpace>(reference::makeStages({4, 3}, blocks), Tpetra::getDefaultComm());
    return std::pair(space->layout(), initialValues(space, guess("Smooth Random", 4)));
  };
  const auto [deep, fine] = valuesOf({8, 8});
  const auto [shallow, coarse] = valuesOf({2, 1});
  for (std::size_t r = 0; r < deep.runs().size(); ++r) {
    const ParameterRun &from = deep.runs()[r], &to = shallow.runs()[r];
    // The midpoint of the first coarse block: at a quarter or half of the time; the first moment of its
    // piece.
    const int twin = from.role != ParameterRole::Block ? 0 : (to.count == 2 ? 2 : 4);
    for (long i = 0; i < to.size; ++i)
      EXPECT_EQ(coarse[index(to.offset + i)], fine[index(from.groupOffset(twin) + i)]) << r << ' ' << i;
  }
}

TEST(InitialGuess, IsConstantOnPiecesAndDiffersBetweenThem) {
  const auto space = makeSpace(8);
  const auto values = initialValues(space, guess("Smooth Random", 4));
  const auto entry = [&](int block) { return values[index(space->layout().blocks(0).groupOffset(block))]; };
  for (int k = 0; k < 8; k += 2) EXPECT_EQ(entry(k), entry(k + 1));
  for (int k = 1; k < 7; k += 2) EXPECT_NE(entry(k), entry(k + 1));
  const auto random = initialValues(space, guess("Random"));
  EXPECT_NE(random[index(space->layout().blocks(0).groupOffset(0))],
            random[index(space->layout().blocks(0).groupOffset(1))]);
}

TEST(InitialGuess, HasTheNumbersOfTheSeedOnEveryPlatformAndRankCount) {
  const auto space = makeSpace(8);
  const auto values = initialValues(space, guess("Smooth Random"));
  EXPECT_NEAR(values[0], 0.9960600043245844, 1e-14);
  EXPECT_NEAR(values[index(space->layout().blocks(0).groupOffset(0))], -1.085448744373166, 1e-14);
  EXPECT_NEAR(values.back(), -0.23452285184234803, 1e-14);
  EXPECT_NE(values, initialValues(space, guess("Smooth Random", 4, 2)));
}

TEST(InitialGuess, HasTheStandardDeviationOfItsScale) {
  Network network = reference::makeNetwork(16, 64);
  const SpacePtr space = ROL::makePtr<ParameterSpace>(network, Tpetra::getDefaultComm());
  auto list = guess("Random");
  list.set("Scale", 2.0);
  const auto values = initialValues(space, list);
  const ParameterRun& blocks = space->layout().blocks(0);
  double sum = 0, squares = 0;
  for (long i = blocks.offset; i < blocks.end(); ++i) {
    sum += values[index(i)];
    squares += values[index(i)] * values[index(i)];
  }
  const double count = static_cast<double>(blocks.end() - blocks.offset);
  EXPECT_NEAR(sum / count, 0.0, 0.02);
  EXPECT_NEAR(std::sqrt(squares / count), 0.5, 0.02);
  // The lift: near the identity, padded.
  for (int i = 0; i < 16; ++i)
    for (int j = 0; j < network.features(); ++j)
      EXPECT_NEAR(values[index(i * network.features() + j)], i == j ? 1.0 : 0.0, 0.5);
}

TEST(InitialGuess, RejectsAnUnknownType) {
  const auto space = makeSpace(4);
  auto x = space->createVector();
  EXPECT_THROW(fillInitialGuess(*x, *space, guess("Smoth Random")), ParameterError);
}

} // namespace
} // namespace terrace::resnet
