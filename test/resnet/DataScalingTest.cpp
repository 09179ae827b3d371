// Normalisation of inputs and targets, and errors in the units of the data.
#include "ObjectiveProblem.hpp"

#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/samples/DataScaling.hpp>

#include <Teuchos_DefaultSerialComm.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace terrace::resnet {
namespace {

using reference::index;
using reference::localRows;
using reference::Vector;

constexpr int rowCount = 700, columns = 3;

// Columns of very different sizes; the last is constant.
Vector makeMatrix() {
  Vector rows = reference::normals(index(rowCount) * columns, 11);
  for (std::size_t i = 0; i < rows.size(); i += columns) {
    rows[i] = 1e6 + rows[i];
    rows[i + 1] *= 1e-5;
    rows[i + 2] = 0.3;
  }
  return rows;
}

DataScaling normalizationOf(ScalingType type) {
  return DataScaling::of(type, localRows(makeMatrix(), columns), columns, *Tpetra::getDefaultComm(), columns);
}

} // namespace

TEST(DataScaling, StandardGivesMeanZeroAndDeviationOneAndLeavesConstantsAtScaleOne) {
  const auto standard = normalizationOf(ScalingType::Standard);
  Vector rows = makeMatrix();
  standard.apply(rows);
  for (std::size_t j = 0; j < columns; ++j) {
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < rowCount; ++i) {
      sum += rows[i * columns + j];
      squares += rows[i * columns + j] * rows[i * columns + j];
    }
    EXPECT_NEAR(sum / rowCount, 0.0, 1e-9) << j;
    EXPECT_NEAR(squares / rowCount, j < 2 ? 1.0 : 0.0, 1e-9) << j;
  }
  EXPECT_EQ(standard.scale[2], 1.0);
  standard.invert(rows);
  const Vector original = makeMatrix();
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_NEAR(rows[i], original[i], 1e-9);
}

TEST(DataScaling, UnitRangeGivesMinusOneToOne) {
  Vector rows = makeMatrix();
  normalizationOf(ScalingType::UnitRange).apply(rows);
  for (std::size_t j = 0; j < 2; ++j) {
    double smallest = 1e9, largest = -1e9;
    for (std::size_t i = 0; i < rowCount; ++i) {
      smallest = std::min(smallest, rows[i * columns + j]);
      largest = std::max(largest, rows[i * columns + j]);
    }
    EXPECT_NEAR(smallest, -1.0, 1e-9);
    EXPECT_NEAR(largest, 1.0, 1e-9);
  }
  EXPECT_TRUE(normalizationOf(ScalingType::None).isIdentity());
}

TEST(DataScaling, IsTheSameBitsOnAnyNumberOfRanks) {
  for (const auto type : {ScalingType::Standard, ScalingType::UnitRange, ScalingType::Channel}) {
    const auto found = normalizationOf(type);
    const auto alone = DataScaling::of(type, makeMatrix(), columns, Teuchos::SerialComm<int>(), columns);
    EXPECT_EQ(found.shift, alone.shift);
    EXPECT_EQ(found.scale, alone.scale);
  }
}

// Two channels of two pixels each, and one that is constant.
TEST(DataScaling, ChannelIsOneMapOfAllPixelsOfAChannel) {
  constexpr int pixels = 2, channels = 3;
  Vector images;
  const Vector noise = reference::normals(index(rowCount) * 4, 12);
  for (std::size_t i = 0; i < noise.size(); i += 4)
    images.insert(images.end(), {1e6 + noise[i], 1e6 + 3 * noise[i + 1] + 2, 1e-5 * noise[i + 2],
                                 1e-5 * noise[i + 3], 0.3, 0.3});
  const auto found = DataScaling::of(ScalingType::Channel, localRows(images, pixels * channels),
                                     pixels * channels, *Tpetra::getDefaultComm(), pixels);
  for (std::size_t c = 0; c < channels; ++c) {
    EXPECT_EQ(found.shift[2 * c], found.shift[2 * c + 1]) << c;
    EXPECT_EQ(found.scale[2 * c], found.scale[2 * c + 1]) << c;
  }
  EXPECT_EQ(found.scale[4], 1.0);
  Vector mapped = images;
  found.apply(mapped);
  for (std::size_t c = 0; c < channels; ++c) {
    double sum = 0, squares = 0;
    for (std::size_t i = 2 * c; i < mapped.size(); i += 6) {
      sum += mapped[i] + mapped[i + 1];
      squares += mapped[i] * mapped[i] + mapped[i + 1] * mapped[i + 1];
    }
    EXPECT_NEAR(sum / (2 * rowCount), 0.0, 1e-9) << c;
    EXPECT_NEAR(squares / (2 * rowCount), c < 2 ? 1.0 : 0.0, 1e-9) << c;
  }
}

TEST(DataScaling, LogarithmIsStandardOfTheLogarithmsAndNeedsPositiveValues) {
  Vector rows = makeMatrix();
  for (double& x : rows) x = std::exp(std::min(x, 5.0));
  const auto found =
      DataScaling::of(ScalingType::Logarithm, localRows(rows, columns), columns, *Tpetra::getDefaultComm());
  Vector mapped = rows;
  found.apply(mapped);
  double squares = 0;
  for (std::size_t i = 1; i < mapped.size(); i += columns) squares += mapped[i] * mapped[i];
  EXPECT_NEAR(squares / rowCount, 1.0, 1e-9);
  EXPECT_NEAR(mapped[1] * found.scale[1] + found.shift[1], std::log(rows[1]), 1e-12);
  found.invert(mapped);
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_NEAR(mapped[i], rows[i], 1e-12 * rows[i]);
  EXPECT_THROW(normalizationOf(ScalingType::Logarithm), std::invalid_argument);
}

TEST(DataScaling, AutomaticIsStandardForRegressionAlone) {
  Teuchos::ParameterList list;
  declareDataScaling(list);
  const Shape numbers = Shape::dense(12);
  EXPECT_EQ(scalingType(list, "Input Normalization", true, numbers), ScalingType::Standard);
  EXPECT_EQ(scalingType(list, "Target Normalization", true, numbers), ScalingType::Standard);
  EXPECT_EQ(scalingType(list, "Input Normalization", false, numbers), ScalingType::None);
  list.set("Input Normalization", "Unit Range");
  list.set("Target Normalization", "Standard");
  EXPECT_EQ(scalingType(list, "Input Normalization", false, numbers), ScalingType::UnitRange);
  EXPECT_THROW(scalingType(list, "Target Normalization", false, numbers), ParameterError);
}

TEST(DataScaling, ChannelIsForInputsThatAreImages) {
  Teuchos::ParameterList list;
  declareDataScaling(list);
  list.set("Input Normalization", "Channel");
  EXPECT_EQ(scalingType(list, "Input Normalization", false, {3, 2, 2}), ScalingType::Channel);
  EXPECT_EQ(scalingType(list, "Input Normalization", true, {1, 1, 12}), ScalingType::Channel);
  EXPECT_THROW(scalingType(list, "Input Normalization", false, Shape::dense(12)), ParameterError);
}

// A problem with targets and their units: the loss does not know these, the errors do.
TEST(TargetUnits, MakeErrorsThoseOfTheDataAndLeaveTheLoss) {
  Network network = reference::makeNetwork(4, 2);
  network.loss = LossType::LeastSquares;
  Problem problem(network, 300, false);
  const auto x = problem.point();
  const DataScaling units{{5.0, -1.0, 0.0}, {0.5, 30.0, 2.0}};
  const auto plain = reference::makeSamples(network, problem.data);
  const auto samples = plain.withTargetUnits(units);
  const auto metrics = problem.objective.metrics(*x, samples);
  EXPECT_EQ(metrics.loss, problem.objective.metrics(*x, plain).loss);

  const auto outputs = reference::evaluate(network, problem.data, reference::makeParameters(network)).outputs;
  Vector errors(3, 0.0), squares(3, 0.0);
  for (std::size_t i = 0; i < outputs.size(); ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      const double target = problem.data.targets[3 * i + j];
      errors[j] += std::pow(units.scale[j] * (outputs[i][j] - target), 2);
      squares[j] += std::pow(units.scale[j] * target + units.shift[j], 2);
    }
  const double all = std::sqrt((errors[0] + errors[1] + errors[2]) / (squares[0] + squares[1] + squares[2]));
  EXPECT_NEAR(metrics.relativeError, all, 1e-12 * all);
  const auto found = problem.objective.outputErrors(*x, samples);
  ASSERT_EQ(found.size(), 3U);
  for (std::size_t j = 0; j < 3; ++j) EXPECT_NEAR(found[j], std::sqrt(errors[j] / squares[j]), 1e-11);
  // Of logarithms, the errors are those of what the logarithms were of.
  DataScaling logarithm = units;
  logarithm.logarithm = true;
  const auto logarithms = plain.withTargetUnits(logarithm);
  double errorsOfAll = 0, squaresOfAll = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      const auto data = [&](double y) { return std::exp(units.scale[j] * y + units.shift[j]); };
      errorsOfAll += std::pow(data(outputs[i][j]) - data(problem.data.targets[3 * i + j]), 2);
      squaresOfAll += std::pow(data(problem.data.targets[3 * i + j]), 2);
    }
  const double ofLogarithms = problem.objective.metrics(*x, logarithms.gather({0, 1, 2})).relativeError;
  EXPECT_NEAR(problem.objective.metrics(*x, logarithms).relativeError, std::sqrt(errorsOfAll / squaresOfAll),
              1e-10 * std::sqrt(errorsOfAll / squaresOfAll));
  EXPECT_NEAR(ofLogarithms, problem.objective.metrics(*x, logarithms.leading(3)).relativeError,
              1e-13 * ofLogarithms);
  // A batch keeps the units.
  EXPECT_EQ(problem.objective.metrics(*x, samples.gather({0, 1, 2})).relativeError,
            problem.objective.metrics(*x, samples.leading(3)).relativeError);
  EXPECT_THROW(plain.withTargetUnits(DataScaling::identity(2)), std::invalid_argument);
}

} // namespace terrace::resnet
