#include "Problems.hpp"

#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/network/NetworkParameters.hpp>

#include <Teuchos_Array.hpp>

#include <gtest/gtest.h>

#include <string>

namespace terrace::resnet {
namespace {

using Teuchos::ParameterList;

Teuchos::Array<double> array(const std::vector<double>& values) {
  return Teuchos::Array<double>(values);
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

TEST(Network, ReadsTheDeckAndFillsInDefaults) {
  ParameterList list;
  list.set("Blocks", 64).set("Activation", "ReLU").set("Lift", "Activated").set("Loss", "Least Squares");
  list.set("Metric", "Euclidean").set("Final Time", 8.0);
  list.sublist("Regularization").set("Smoothness", 0.25);
  const auto network = Network::fromParameters(list, 3, 2);
  EXPECT_EQ(network.blocks, 64);
  EXPECT_EQ(network.width, 8);
  EXPECT_EQ(network.features, 3);
  EXPECT_EQ(network.outputs, 2);
  EXPECT_EQ(network.activation, Activation::ReLU);
  EXPECT_EQ(network.lift, Lift::Activated);
  EXPECT_EQ(network.loss, LossType::LeastSquares);
  EXPECT_EQ(network.metric, MetricType::Euclidean);
  EXPECT_DOUBLE_EQ(network.step(), 0.125);
  EXPECT_DOUBLE_EQ(network.regularization.smoothness, 0.25);
  EXPECT_DOUBLE_EQ(network.regularization.tikhonov, 1e-4);
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
                 {"\"Width\" = 4", "8 features", "Width >= 8"});
  EXPECT_NO_THROW(Network::fromParameters(list, 4, 5));
}

TEST(Levels, DefaultToOneLevelWithAllSamples) {
  const auto levels = LevelOptions::fromParameters(ParameterList(), 7);
  EXPECT_EQ(levels.levels, 1);
  EXPECT_EQ(levels.sampleFractions, std::vector<double>{1.0});
}

TEST(Levels, UseAllSamplesOnAllLevelsWithoutFractions) {
  ParameterList list;
  list.set("Number of Levels", 3);
  const auto levels = LevelOptions::fromParameters(list, 16);
  EXPECT_EQ(levels.sampleFractions, (std::vector<double>{1.0, 1.0, 1.0}));
  EXPECT_EQ(levels.blocks(0, 16), 16);
  EXPECT_EQ(levels.blocks(2, 16), 4);
}

TEST(Levels, IgnoreFractionsBeyondTheNumberOfLevels) {
  ParameterList list;
  list.set("Number of Levels", 2).set("Sample Fractions", array({1.0, 0.5, 0.25}));
  EXPECT_EQ(LevelOptions::fromParameters(list, 8).sampleFractions.size(), 2u);
}

TEST(Levels, HaveTheLeastSamplesOrAllThereAre) {
  ParameterList list;
  list.set("Number of Levels", 3).set("Sample Fractions", array({1.0, 0.2, 0.05})).set("Least Samples", 30);
  const auto levels = LevelOptions::fromParameters(list, 16);
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
    expectContains(errorOf([&] { LevelOptions::fromParameters(list, 8); }), {"Sample Fractions", expected});
  }
  ParameterList growing;
  growing.set("Number of Levels", 3).set("Sample Fractions", array({1.0, 0.2, 0.5}));
  expectContains(errorOf([&] { LevelOptions::fromParameters(growing, 8); }), {"grows from 0.2 to 0.5"});
}

TEST(Levels, RejectBlocksThatCannotBeDivided) {
  ParameterList list;
  list.set("Number of Levels", 4);
  expectContains(errorOf([&] { LevelOptions::fromParameters(list, 12); }),
                 {"\"Blocks\" = 12", "Depth Coarsening^3 = 8", "\"Number of Levels\" <= 3"});
  expectContains(errorOf([&] { LevelOptions::fromParameters(list, 4); }), {"\"Blocks\" = 4"});
  list.set("Depth Coarsening", 1);
  EXPECT_EQ(LevelOptions::fromParameters(list, 7).blocks(3, 7), 7);
}

TEST(Layout, ArraysCoverTheVectorInOrder) {
  for (const auto lift : {Lift::Identity, Lift::Linear, Lift::Activated}) {
    Network network = reference::makeNetwork(4, 3);
    network.lift = lift;
    const ParameterLayout layout(network);
    long next = 0;
    for (const auto& array : layout.arrays()) {
      EXPECT_EQ(array.offset, next) << array.layer << array.name;
      next += array.size();
    }
    EXPECT_EQ(next, layout.size());
    EXPECT_EQ(network.parameterCount(), layout.size());
  }
}

TEST(Layout, NamesTheGroupsOfAModelFile) {
  const auto arrays = ParameterLayout(reference::makeNetwork(4, 2)).arrays();
  ASSERT_EQ(arrays.size(), 7u);
  EXPECT_EQ(arrays[0].layer, "lift");
  EXPECT_EQ(arrays[1].layer, "block_0000");
  EXPECT_EQ(arrays[4].name, "b");
  EXPECT_EQ(arrays[5].layer, "output");
  EXPECT_EQ(arrays[5].rows, 3);
  EXPECT_EQ(arrays[5].columns, 4);
}

TEST(SampleSet, DealsTheLeadingSubsetsInTurn) {
  const auto comm = Tpetra::getDefaultComm();
  for (const int ranks : {1, 2, 3, 5}) {
    std::vector<long> dealt(static_cast<std::size_t>(ranks), 0);
    for (long count = 1; count < 12 * SampleSet::dealtTogether; ++count) {
      ++dealt[static_cast<std::size_t>((count - 1) / SampleSet::dealtTogether % ranks)];
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
  const long local = SampleSet::dealtTogether, all = local * comm->getSize();
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
