#include "Problems.hpp"

#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/levels/LevelOptions.hpp>
#include <terrace/resnet/network/NetworkParameters.hpp>
#include <terrace/resnet/parameters/InitialGuess.hpp>
#include <terrace/resnet/parameters/ParameterSpace.hpp>

#include <Teuchos_Array.hpp>

#include <gtest/gtest.h>

#include <string>

namespace terrace::resnet {
namespace {

using reference::index;
using Teuchos::ParameterList;

template <class Number = double>
Teuchos::Array<Number> array(const std::vector<Number>& values) {
  return Teuchos::Array<Number>(values);
}

// The message of the ParameterError that `f` throws; a failure if it throws none.
template <class Function>
std::string errorOf(Function f) {
  try {
    f();
  } catch (const ParameterError& error) {
    return error.what();
  }
  ADD_FAILURE() << "no ParameterError";
  return "";
}

void expectContains(const std::string& text, const std::vector<std::string>& parts) {
  for (const auto& part : parts) EXPECT_NE(text.find(part), std::string::npos) << text << " lacks " << part;
  EXPECT_EQ(text.find('\n'), std::string::npos) << text;
}

Network withBlocks(int blocks) {
  return Network::dense(2, 3, 4, blocks);
}

TEST(Network, ReadsTheDeckAndFillsInDefaults) {
  ParameterList list;
  list.set("Blocks", 64).set("Activation", "ReLU").set("Lift", "Activated").set("Loss", "Least Squares");
  list.set("Metric", "Euclidean").set("Final Time", 8.0);
  list.sublist("Regularization").set("Smoothness", 0.25);
  const auto network = Network::fromParameters(list, 3, 2);
  EXPECT_EQ(network.blocks(), 64);
  EXPECT_EQ(network.firstShape(), Shape::dense(8));
  EXPECT_EQ(network.features(), 3);
  EXPECT_EQ(network.outputs, 2);
  EXPECT_EQ(network.activation, Activation::ReLU);
  EXPECT_EQ(network.lift, Lift::Activated);
  EXPECT_EQ(network.loss, LossType::LeastSquares);
  EXPECT_EQ(network.metric, MetricType::Euclidean);
  EXPECT_DOUBLE_EQ(network.stages.front().timeStep(), 0.125);
  EXPECT_DOUBLE_EQ(network.regularization.smoothness, 0.25);
  EXPECT_DOUBLE_EQ(network.regularization.tikhonov, 1e-4);
}

ParameterList stagesList(const std::vector<int>& widths, const std::vector<int>& blocks,
                         const std::vector<double>& times) {
  ParameterList list;
  list.sublist("Stages")
      .set("Widths", Teuchos::Array<int>(widths))
      .set("Blocks", Teuchos::Array<int>(blocks))
      .set("Final Times", array(times));
  return list;
}

TEST(Network, ReadsSeveralStagesAndWritesThemBack) {
  const auto network = Network::fromParameters(stagesList({32, 16, 8}, {4, 2, 6}, {1.0, 2.0, 3.0}), 64, 10);
  ASSERT_EQ(network.stages.size(), 3u);
  EXPECT_EQ(network.stages[1].shape, Shape::dense(16));
  EXPECT_EQ(network.stages[2].blocks, 6);
  EXPECT_DOUBLE_EQ(network.stages[2].timeStep(), 0.5);
  EXPECT_EQ(network.widest(), 32);
  EXPECT_EQ(network.blocks(), 12);
  const auto again = Network::fromParameters(network.toParameters(), 64, 10);
  EXPECT_EQ(again.toParameters(), network.toParameters());
  EXPECT_EQ(again.stages[0].blocks, 4);
  EXPECT_EQ(again.parameterCount(),
            32 * 64 + 4 * 33 * 32 + 33 * 16 + 2 * 17 * 16 + 17 * 8 + 6 * 9 * 8 + 9 * 10);
}

TEST(Network, StagesHaveTheBlocksAndTimeOfTheListWhereTheyHaveNone) {
  auto list = stagesList({5, 7}, {}, {});
  list.set("Blocks", 3).set("Final Time", 6.0);
  const auto network = Network::fromParameters(list, 2, 2);
  for (const Stage& stage : network.stages) {
    EXPECT_EQ(stage.blocks, 3);
    EXPECT_DOUBLE_EQ(stage.finalTime, 6.0);
  }
}

TEST(Network, RejectsStagesThatDoNotFit) {
  expectContains(errorOf([&] {
                   Network::fromParameters(stagesList({5, 7}, {3}, {}), 2, 2);
                 }),
                 {"Network > Stages", "\"Blocks\" has 1 entries", "2 entries of \"Widths\""});
  expectContains(errorOf([&] {
                   Network::fromParameters(stagesList({5, 0}, {}, {}), 2, 2);
                 }),
                 {"\"Widths\" has the entry 0"});
  expectContains(errorOf([&] {
                   Network::fromParameters(stagesList({5, 7}, {}, {1.0, -1.0}), 2, 2);
                 }),
                 {"\"Final Times\" has the entry -1"});
}

ParameterList imagesList(const std::vector<int>& channels) {
  ParameterList list;
  list.set("Type", "Convolutional").set("Block", "Symmetric").set("Blocks", 2);
  list.sublist("Stages").set("Channels", Teuchos::Array<int>(channels));
  return list;
}

TEST(Network, ReadsAConvolutionalNetworkForTheShapeOfTheSamplesAndWritesItBack) {
  const Shape input{3, 12, 8};
  const auto network = Network::fromParameters(imagesList({4, 6, 5}), input, 10);
  ASSERT_EQ(network.stages.size(), 3u);
  EXPECT_EQ(network.stages[0].kind, StageKind::Symmetric);
  EXPECT_EQ(network.stages[0].shape, (Shape{4, 12, 8}));
  EXPECT_EQ(network.stages[2].shape, (Shape{5, 3, 2}));
  EXPECT_EQ(network.headInputs(), 5);
  EXPECT_NO_THROW(network.check());
  const auto again = Network::fromParameters(network.toParameters(), input, 10);
  EXPECT_EQ(again.toParameters(), network.toParameters());
  EXPECT_EQ(again.stages[1].shape, network.stages[1].shape);
  EXPECT_EQ(network.parameterCount(), 4 * 3 * 9 + 2 * 4 * (4 * 9 + 1) + 6 * 5 + 2 * 6 * (6 * 9 + 1) + 5 * 7 +
                                          2 * 5 * (5 * 9 + 1) + 10 * 6);
}

TEST(Network, NamesTheArraysOfConvolutionsByTheirStageAndShape) {
  const ParameterLayout layout(Network::fromParameters(imagesList({4, 6}), Shape{3, 12, 8}, 10));
  const auto arrays = layout.arrays();
  EXPECT_EQ(arrays.front().group, "lift");
  EXPECT_EQ(arrays.front().shape, (std::vector<int>{4, 3, 3, 3}));
  const auto shapeOf = [&](const std::string& group) {
    for (const auto& array : arrays)
      if (array.group == group && array.name == "W") return array.shape;
    ADD_FAILURE() << group;
    return std::vector<int>();
  };
  EXPECT_EQ(shapeOf("stage_1/block_0001"), (std::vector<int>{4, 4, 3, 3}));
  EXPECT_EQ(shapeOf("stage_2/transition"), (std::vector<int>{6, 4, 1, 1}));
  EXPECT_EQ(shapeOf("output"), (std::vector<int>{10, 6}));
  EXPECT_EQ(layout.blocks(0).arrays.front().fanIn, 36);
  EXPECT_EQ(layout.blocks(0).taps(), 9);
}

TEST(Network, WithGhostBatchTakesTheSamplesOfAGroupTogether) {
  auto list = imagesList({6});
  list.set("Block", "Basic").set("Normalization", "Ghost Batch");
  const auto network = Network::fromParameters(list, Shape{1, 4, 4}, 3);
  EXPECT_EQ(network.stages[0].normalization, Normalization::GhostBatch);
  EXPECT_EQ(network.samplesTogether(), samplesOfGroup);
  EXPECT_EQ(Network::fromParameters(network.toParameters(), Shape{1, 4, 4}, 3).samplesTogether(),
            samplesOfGroup);
  list.set("Normalization", "Group");
  EXPECT_EQ(Network::fromParameters(list, Shape{1, 4, 4}, 3).samplesTogether(), 1);
  list.set("Normalization", "Ghost Batch").set("Block", "Single");
  try {
    Network::fromParameters(list, Shape{1, 4, 4}, 3);
    FAIL() << "Single blocks have no normalisation.";
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find("expected Basic or Bottleneck"), std::string::npos);
  }
}

TEST(Network, HasTheLayersOfABlockOneAfterAnotherWithGainsThatStartAtOne) {
  auto list = imagesList({8});
  list.set("Block", "Bottleneck").set("Normalization", "Group").set("Normalization Groups", 2);
  const auto network = Network::fromParameters(list, Shape{1, 4, 4}, 3);
  EXPECT_EQ(network.stages[0].normalization, Normalization::Group);
  EXPECT_EQ(Network::fromParameters(network.toParameters(), Shape{1, 4, 4}, 3).stages[0].groups, 2);
  const ParameterLayout layout(network);
  std::string names;
  for (const auto& array : layout.blocks(0).arrays) names += array.name;
  EXPECT_EQ(names, "WbgUckVdl");
  EXPECT_EQ(layout.blocks(0).size, 2 * 8 + 2 * 2 + 2 * 2 * 9 + 2 * 2 + 8 * 2 + 2 * 8);
  const auto space = ROL::makePtr<ParameterSpace>(network, Tpetra::getDefaultComm());
  const auto x = space->createVector();
  fillInitialGuess(*x, *space, validNetworkParameters()->sublist("Initial Guess"));
  const auto values = space->gatherToAll(*x);
  for (const auto& array : layout.arrays())
    for (long i = array.offset; i < array.offset + array.size; ++i)
      EXPECT_EQ(values[index(i)] == 1.0, array.name == "g" || array.name == "k" || array.name == "l")
          << array.name;
}

TEST(Network, RefusesChannelsThatANormalisationCannotDivide) {
  const auto error = [](const char* block, int channels, int groups) {
    auto list = imagesList({4, channels});
    list.set("Block", block).set("Normalization", "Group").set("Normalization Groups", groups);
    return errorOf([&] { Network::fromParameters(list, Shape{1, 4, 4}, 3); });
  };
  expectContains(error("Basic", 6, 4), {"stage 2 has 6 channels", "4 groups"});
  expectContains(error("Bottleneck", 6, 1), {"stage 2 has 6 channels", "multiple of 4"});
  expectContains(error("Single", 6, 1), {"stage 1 has a normalisation and Single blocks"});
}

TEST(Network, RefusesImagesThatAConvolutionalNetworkCannotTake) {
  const auto error = [](const ParameterList& list, const Shape& input) {
    return errorOf([&] { Network::fromParameters(list, input, 10); });
  };
  expectContains(
      error(imagesList({4, 6, 5}), Shape{1, 10, 8}),
      {"stage 2 has images of 5 x 4 pixels", "cannot be halved for stage 3", "divisible by 4", "10 x 8"});
  expectContains(error(imagesList({4}), Shape::dense(64)), {"\"Convolutional\" is for images", "64 numbers"});
  auto list = imagesList({2, 4});
  list.set("Lift", "Identity");
  expectContains(error(list, Shape{3, 4, 4}), {"\"Channels\" begins with 2", "3 channels"});
  list = imagesList({});
  list.sublist("Stages").set("Widths", Teuchos::Array<int>(std::vector<int>{4, 4}));
  expectContains(error(list, Shape{3, 4, 4}),
                 {"\"Widths\" has entries", "\"Convolutional\"", "\"Channels\""});
  list = imagesList({4});
  list.set("Type", "Dense");
  expectContains(error(list, Shape{3, 4, 4}), {"\"Channels\" has entries", "\"Dense\"", "\"Widths\""});
  EXPECT_THROW(reference::makeImages(StageKind::Single, {1, 5, 4}, {2, 3}, {1, 1}).check(),
               std::invalid_argument);
}

TEST(Network, RefusesStagesWithoutWidths) {
  expectContains(errorOf([&] { Network::fromParameters(stagesList({}, {4}, {}), 2, 2); }),
                 {"Stages", "\"Widths\" has none"});
  auto list = stagesList({4, 3}, {}, {});
  list.set("Lift", "Identity");
  expectContains(errorOf([&] { Network::fromParameters(list, 8, 5); }),
                 {"\"Widths\" begins with 4", "8 features"});
}

TEST(Network, ThatIsNoneIsRefusedByWhoeverTakesIt) {
  const auto expectRefusal = [](const Network& network) {
    EXPECT_THROW(ParameterLayout{network}, std::invalid_argument);
    EXPECT_THROW(ParameterSpace(network, Tpetra::getDefaultComm()), std::invalid_argument);
  };
  expectRefusal(Network());
  expectRefusal(Network::dense(2, 3, 4, 0));
  expectRefusal(Network::dense(0, 3, 4, 1));
  Network narrow = Network::dense(5, 3, 4, 1);
  EXPECT_NO_THROW(ParameterLayout{narrow});
  narrow.lift = Lift::Identity;
  expectRefusal(narrow);
  EXPECT_THROW(ParameterLayout(Network::dense(2, 3, 4, 1)).transition(1), std::out_of_range);
}

TEST(Network, CoarsensEachStageInItsOwnTime) {
  const auto network = reference::makeStages({4, 3}, {8, 4});
  const auto coarse = network.coarsened(4);
  EXPECT_EQ(coarse.stages[0].blocks, 2);
  EXPECT_EQ(coarse.stages[1].blocks, 1);
  EXPECT_EQ(coarse.stages[1].finalTime, network.stages[1].finalTime);
  EXPECT_THROW(network.coarsened(8), std::invalid_argument);
}

TEST(Shape, TakesTheExtentsOfADataSet) {
  EXPECT_EQ(Shape::ofInput({7}), (Shape{7, 1, 1}));
  EXPECT_EQ(Shape::ofInput({28, 30}), (Shape{1, 28, 30}));
  EXPECT_EQ(Shape::ofInput({3, 28, 30}), (Shape{3, 28, 30}));
  EXPECT_EQ(Shape::ofInput({2, 3, 4, 5}).size(), 120);
}

TEST(Network, RejectsAMisspelledNameAndSuggestsTheRightOne) {
  ParameterList list;
  list.set("Widht", 8);
  expectContains(errorOf([&] { Network::fromParameters(list, 2, 5); }),
                 {"Network", "\"Widht\"", "\"Width\""});
}

TEST(Network, RejectsValuesOutOfRange) {
  ParameterList list;
  list.set("Final Time", 0.0);
  expectContains(errorOf([&] { Network::fromParameters(list, 2, 5); }), {"Final Time", "0"});
}

TEST(Network, RejectsAnIdentityLiftThatIsTooNarrow) {
  ParameterList list;
  list.set("Width", 4).set("Lift", "Identity");
  expectContains(errorOf([&] { Network::fromParameters(list, 8, 5); }),
                 {"\"Width\" = 4", "8 features", "at least 8"});
  EXPECT_NO_THROW(Network::fromParameters(list, 4, 5));
}

TEST(Levels, DefaultToOneLevelWithAllSamples) {
  const auto levels = LevelOptions::fromParameters(ParameterList(), withBlocks(7));
  EXPECT_EQ(levels.levels, 1);
  EXPECT_EQ(levels.sampleFractions, std::vector<double>{1.0});
}

TEST(Levels, UseAllSamplesOnAllLevelsWithoutFractions) {
  ParameterList list;
  list.set("Number of Levels", 3);
  const auto levels = LevelOptions::fromParameters(list, withBlocks(16));
  EXPECT_EQ(levels.sampleFractions, (std::vector<double>{1.0, 1.0, 1.0}));
  EXPECT_EQ(levels.coarsenings, (std::vector<int>{1, 2, 4}));
}

TEST(Levels, IgnoreFractionsBeyondTheNumberOfLevels) {
  ParameterList list;
  list.set("Number of Levels", 2).set("Sample Fractions", array<double>({1.0, 0.5, 0.25}));
  EXPECT_EQ(LevelOptions::fromParameters(list, withBlocks(8)).sampleFractions.size(), 2u);
}

TEST(Levels, HaveTheLeastSamplesOrAllThereAre) {
  ParameterList list;
  list.set("Number of Levels", 3)
      .set("Sample Fractions", array<double>({1.0, 0.2, 0.05}))
      .set("Least Samples", 30);
  const auto levels = LevelOptions::fromParameters(list, withBlocks(16));
  EXPECT_EQ(levels.samples(0, 1000), 1000);
  EXPECT_EQ(levels.samples(1, 1000), 200);
  EXPECT_EQ(levels.samples(2, 1000), 50);
  EXPECT_EQ(levels.samples(2, 500), 30);
  EXPECT_EQ(levels.samples(2, 20), 20);
}

TEST(Levels, RejectFractionsThatDoNotFit) {
  const std::vector<std::pair<std::vector<double>, std::string>> cases{
      {{1.0}, "1 entries"}, {{0.5, 0.25}, "begins with 0.5"}, {{1.0, 0.0}, "(0, 1]"}, {{1.0, 1.5}, "(0, 1]"}};
  for (const auto& [fractions, expected] : cases) {
    ParameterList list;
    list.set("Number of Levels", 2).set("Sample Fractions", array(fractions));
    expectContains(errorOf([&] { LevelOptions::fromParameters(list, withBlocks(8)); }),
                   {"Sample Fractions", expected});
  }
  ParameterList growing;
  growing.set("Number of Levels", 3).set("Sample Fractions", array<double>({1.0, 0.2, 0.5}));
  expectContains(errorOf([&] { LevelOptions::fromParameters(growing, withBlocks(8)); }),
                 {"grows from 0.2 to 0.5"});
}

TEST(Levels, RejectBlocksThatCannotBeDivided) {
  ParameterList list;
  list.set("Number of Levels", 4);
  expectContains(errorOf([&] { LevelOptions::fromParameters(list, withBlocks(12)); }),
                 {"\"Blocks\" = 12", "Depth Coarsening^3 = 8", "\"Number of Levels\" <= 3"});
  expectContains(errorOf([&] { LevelOptions::fromParameters(list, withBlocks(4)); }), {"\"Blocks\" = 4"});
  list.set("Depth Coarsening", 1);
  EXPECT_EQ(LevelOptions::fromParameters(list, withBlocks(7)).coarsenings.back(), 1);
}

TEST(Levels, HaveTheDepthsThatAreListed) {
  ParameterList list;
  list.set("Number of Levels", 3).set("Depths", array<int>({32, 8, 2}));
  EXPECT_EQ(LevelOptions::fromParameters(list, withBlocks(32)).coarsenings, (std::vector<int>{1, 4, 16}));
  list.set("Number of Levels", 2);
  EXPECT_EQ(LevelOptions::fromParameters(list, withBlocks(32)).coarsenings, (std::vector<int>{1, 4}));
  EXPECT_EQ(LevelOptions::fromParameters(list, reference::makeStages({4, 3}, {32, 4})).coarsenings.back(), 4);
}

TEST(Levels, RejectDepthsThatDoNotFit) {
  const std::vector<std::pair<std::vector<int>, std::string>> cases{{{32}, "1 entries"},
                                                                    {{16, 8}, "begins with 16"},
                                                                    {{32, 12}, "from 32 to 12"},
                                                                    {{32, 0}, "from 32 to 0"}};
  for (const auto& [depths, expected] : cases) {
    ParameterList list;
    list.set("Number of Levels", 2).set("Depths", array(depths));
    expectContains(errorOf([&] { LevelOptions::fromParameters(list, withBlocks(32)); }),
                   {"Depths", expected});
  }
  ParameterList list;
  list.set("Number of Levels", 2).set("Depths", array<int>({32, 8}));
  expectContains(errorOf([&] {
                   LevelOptions::fromParameters(list, reference::makeStages({4, 3}, {32, 6}));
                 }),
                 {"stage 2 has 6 blocks", "divided by 4"});
}

TEST(Levels, RejectAStageWhoseBlocksCannotBeDivided) {
  ParameterList list;
  list.set("Number of Levels", 3);
  EXPECT_NO_THROW(LevelOptions::fromParameters(list, reference::makeStages({4, 3}, {8, 4})));
  expectContains(errorOf([&] {
                   LevelOptions::fromParameters(list, reference::makeStages({4, 3}, {8, 6}));
                 }),
                 {"stage 2 has 6 blocks", "Depth Coarsening^2 = 4"});
}

TEST(Layout, ArraysCoverTheVectorInOrder) {
  for (const auto& [lift, stages] : {std::pair(Lift::Identity, 1), std::pair(Lift::Linear, 1),
                                     std::pair(Lift::Activated, 1), std::pair(Lift::Activated, 3)}) {
    Network network = reference::makeStages({4, 3, 2}, {3, 2, 1});
    network.stages.resize(index(stages));
    network.lift = lift;
    const ParameterLayout layout(network);
    long next = 0;
    for (const auto& array : layout.arrays()) {
      EXPECT_EQ(array.offset, next) << array.group << array.name;
      next += array.size;
    }
    EXPECT_EQ(next, layout.size());
    EXPECT_EQ(network.parameterCount(), layout.size());
  }
}

TEST(Layout, NamesTheGroupsOfAModelFile) {
  const auto arrays = ParameterLayout(reference::makeNetwork(4, 2)).arrays();
  ASSERT_EQ(arrays.size(), 7u);
  EXPECT_EQ(arrays[0].group, "lift");
  EXPECT_EQ(arrays[1].group, "block_0000");
  EXPECT_EQ(arrays[4].name, "b");
  EXPECT_EQ(arrays[5].group, "output");
  EXPECT_EQ(arrays[5].shape, (std::vector<int>{3, 4}));
}

TEST(Layout, NamesTheStagesOfAModelFile) {
  const ParameterLayout layout(reference::makeStages({4, 3}, {1, 2}));
  std::vector<std::string> groups;
  for (const auto& array : layout.arrays())
    if (array.name == "W") groups.push_back(array.group);
  EXPECT_EQ(groups, (std::vector<std::string>{"lift", "stage_1/block_0000", "stage_2/transition",
                                              "stage_2/block_0000", "stage_2/block_0001", "output"}));
  EXPECT_EQ(layout.transition(1).arrays[0].shape, (std::vector<int>{3, 4}));
  EXPECT_EQ(layout.blocks(1).groupOffset(1), layout.blocks(1).offset + 12);
}

TEST(SampleSet, DealsTheLeadingSubsetsInTurn) {
  const auto comm = Tpetra::getDefaultComm();
  for (const int ranks : {1, 2, 3, 5}) {
    std::vector<long> dealt(static_cast<std::size_t>(ranks), 0);
    for (long count = 1; count < 12 * samplesOfGroup; ++count) {
      ++dealt[static_cast<std::size_t>((count - 1) / samplesOfGroup % ranks)];
      for (int rank = 0; rank < ranks; ++rank)
        ASSERT_EQ(SampleSet::localCount(count, rank, ranks), dealt[static_cast<std::size_t>(rank)]);
    }
  }
  const Network network = reference::makeNetwork(4, 2);
  const auto set = reference::makeSamples(network, reference::makeData(network, 20, true));
  EXPECT_EQ(set.leading(7).localCount(), SampleSet::localCount(7, comm->getRank(), comm->getSize()));
  EXPECT_TRUE(set.leading(7).sameAs(set.leading(7)));
  EXPECT_FALSE(set.leading(7).sameAs(set));
  EXPECT_THROW(set.leading(0), std::invalid_argument);
  EXPECT_THROW(set.leading(21), std::invalid_argument);
}

TEST(SampleSet, RejectsSizesAndLabelsThatDoNotFit) {
  const auto comm = Tpetra::getDefaultComm();
  const long local = samplesOfGroup, all = local * comm->getSize();
  const std::vector<double> inputs(static_cast<std::size_t>(2 * local), 0.5),
      odd(inputs.begin(), inputs.end() - 1);
  const auto labels = [&](int last) {
    std::vector<int> values(static_cast<std::size_t>(local), 0);
    values.back() = last;
    return values;
  };
  EXPECT_THROW(SampleSet::classification(comm, all, 2, odd, 2, labels(0)), std::invalid_argument);
  EXPECT_THROW(SampleSet::classification(comm, all, 2, inputs, 2, {}), std::invalid_argument);
  EXPECT_THROW(SampleSet::classification(comm, all, 2, inputs, 2, labels(2)), std::invalid_argument);
  EXPECT_THROW(SampleSet::classification(comm, all, 2, inputs, 2, labels(-1)), std::invalid_argument);
  EXPECT_THROW(SampleSet::regression(comm, all, 2, inputs, 2, {1}), std::invalid_argument);
  EXPECT_THROW(SampleSet::unlabelled(comm, 0, 2, {}, 2), std::invalid_argument);
  EXPECT_NO_THROW(SampleSet::classification(comm, all, 2, inputs, 2, labels(1)));
}

} // namespace
} // namespace terrace::resnet
