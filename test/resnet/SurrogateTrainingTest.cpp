// Training from a program: parameter list and multivectors in, a function out.
#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/surrogate/SurrogateTraining.hpp>

#include <Teuchos_DefaultSerialComm.hpp>
#include <Tpetra_Core.hpp>
#include <Tpetra_MultiVector.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

namespace terrace::resnet {
namespace {

using Rows = Surrogate::MultiVector;
constexpr int samples = 400;

// y = 100 + (sin 2a, a b) of a grid of inputs in [-1, 1]^2, sorted: a subset of the first would be useless.
std::pair<Rows, Rows>
makeSamples(const Teuchos::RCP<const Teuchos::Comm<int>>& comm = Tpetra::getDefaultComm()) {
  const auto map = Teuchos::rcp(new Tpetra::Map<>(samples, 0, comm));
  Rows inputs(map, 2), targets(map, 2);
  const auto x = inputs.getLocalViewHost(Tpetra::Access::OverwriteAll);
  const auto y = targets.getLocalViewHost(Tpetra::Access::OverwriteAll);
  for (std::size_t i = 0; i < x.extent(0); ++i) {
    const auto sample = map->getGlobalElement(static_cast<int>(i));
    x(i, 0) = static_cast<double>(sample / 20) / 9.5 - 1;
    x(i, 1) = static_cast<double>(sample % 20) / 9.5 - 1;
    y(i, 0) = 100 + std::sin(2 * x(i, 0));
    y(i, 1) = x(i, 0) * x(i, 1);
  }
  return {inputs, targets};
}

Teuchos::ParameterList makeParameters() {
  Teuchos::ParameterList parameters;
  parameters.sublist("Network").set("Width", 6).set("Blocks", 8).set("Final Time", 2.0);
  for (const char* weight : {"Tikhonov", "Smoothness", "Output Tikhonov"})
    parameters.sublist("Network").sublist("Regularization").set(weight, 1e-7);
  parameters.sublist("Levels").set("Number of Levels", 2);
  parameters.sublist("Status Test").set("Work Limit", 60.0);
  parameters.sublist("General").set("Output Level", 0);
  return parameters;
}

} // namespace

TEST(SurrogateTraining, StartsFromASurrogateWithItsMapsAndAtAnotherDepth) {
  auto parameters = makeParameters();
  const auto [inputs, targets] = makeSamples();
  std::ostringstream out;
  const auto first = trainSurrogate(parameters, inputs, targets, out);
  auto again = makeParameters();
  again.sublist("Levels").set("Number of Levels", 1);
  again.sublist("Network").sublist("Initial Guess").set("Type", "File");
  again.sublist("Status Test").set("Gradient Tolerance", 1e6); // ends before its first step
  const auto same = trainSurrogate(again, inputs, targets, out, {}, &first.surrogate);
  EXPECT_EQ(same.surrogate.parameters(), first.surrogate.parameters());
  EXPECT_EQ(same.surrogate.outputScaling().scale, first.surrogate.outputScaling().scale);
  again.sublist("Network").set("Blocks", 16);
  EXPECT_LT(trainSurrogate(again, inputs, targets, out, {}, &first.surrogate).trainError, 0.05);
}

TEST(SurrogateTraining, NeedsASurrogateToStartFrom) {
  auto parameters = makeParameters();
  parameters.sublist("Network").sublist("Initial Guess").set("Type", "File");
  const auto [inputs, targets] = makeSamples();
  std::ostringstream out;
  EXPECT_THROW(trainSurrogate(parameters, inputs, targets, out), ParameterError);
}

TEST(SurrogateTraining, LearnsAFunctionTheSameOnAnyNumberOfRanks) {
  auto parameters = makeParameters();
  parameters.sublist("Data").set("Validation Share", 0.1);
  const auto [inputs, targets] = makeSamples();
  std::ostringstream out;
  auto trained = trainSurrogate(parameters, inputs, targets, out);
  EXPECT_LT(trained.trainError, 5e-3) << trained.status;
  EXPECT_NE(trained.status, "");
  EXPECT_GE(trained.workUnits, 60.0);
  Rows difference(inputs.getMap(), 2);
  trained.surrogate.apply(inputs, difference);
  difference.update(-1.0, targets, 1.0);
  Teuchos::Array<double> largest(2);
  difference.normInf(largest());
  EXPECT_LT(largest[0], 0.5);
  EXPECT_LT(largest[1], 0.5);

  // The same bits as a rank alone.
  const auto [ownInputs, ownTargets] = makeSamples(Teuchos::rcp(new Teuchos::SerialComm<int>()));
  EXPECT_EQ(trainSurrogate(parameters, ownInputs, ownTargets, out).surrogate.parameters(),
            trained.surrogate.parameters());
}

TEST(SurrogateTraining, RefusesWrongParametersAndSamples) {
  const auto [inputs, targets] = makeSamples();
  std::ostringstream out;
  auto parameters = makeParameters();
  parameters.sublist("Network").set("Widht", 3);
  EXPECT_THROW(trainSurrogate(parameters, inputs, targets, out), ParameterError);
  parameters = makeParameters();
  parameters.sublist("Network").set("Loss", "Cross Entropy");
  EXPECT_THROW(trainSurrogate(parameters, inputs, targets, out), ParameterError);
  parameters = makeParameters();
  const auto other = Teuchos::rcp(new Tpetra::Map<>(samples + 1, 0, Tpetra::getDefaultComm()));
  EXPECT_THROW(trainSurrogate(parameters, inputs, Rows(other, 2), out), std::invalid_argument);
  const auto shifted = Teuchos::rcp(new Tpetra::Map<>(samples, 1, Tpetra::getDefaultComm()));
  EXPECT_THROW(trainSurrogate(parameters, Rows(shifted, 2), Rows(shifted, 2), out), std::invalid_argument);
}

} // namespace terrace::resnet
