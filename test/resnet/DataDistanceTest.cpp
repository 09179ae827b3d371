// The distance of inputs from training data, on any number of ranks.
#include <terrace/resnet/samples/DataDistance.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>
#include <terrace/resnet/surrogate/Surrogate.hpp>

#include <Teuchos_DefaultSerialComm.hpp>
#include <Tpetra_Core.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace terrace::resnet {
namespace {

using Values = std::vector<double>;
constexpr int samples = 1000;

// Three columns of other units, two of them correlated.
Values makeRows() {
  std::mt19937_64 generator(3);
  std::normal_distribution<double> normal;
  Values rows;
  for (int i = 0; i < samples; ++i) {
    const double a = normal(generator), b = normal(generator);
    rows.insert(rows.end(), {1e6 + 1e4 * a, a + 0.1 * b, 1e-5 * normal(generator)});
  }
  return rows;
}

// Those of this rank.
Values mine(const Values& rows, std::size_t columns, const Teuchos::Comm<int>& comm) {
  Values local;
  for (std::size_t row = 0; row < rows.size() / columns; ++row)
    if (SampleSet::rankOf(static_cast<long>(row), comm.getSize()) == comm.getRank())
      local.insert(local.end(), rows.begin() + static_cast<std::ptrdiff_t>(row * columns),
                   rows.begin() + static_cast<std::ptrdiff_t>((row + 1) * columns));
  return local;
}

DataDistance distanceOf(const Values& rows, int columns) {
  const auto comm = Tpetra::getDefaultComm();
  return DataDistance::of(mine(rows, static_cast<std::size_t>(columns), *comm), columns, *comm);
}

} // namespace

TEST(DataDistance, HasAMeanSquareOfOneOverTheTrainingData) {
  const auto rows = makeRows();
  double sum = 0;
  for (const double d : distanceOf(rows, 3).atRows(rows)) sum += d * d;
  EXPECT_NEAR(sum / samples, 1, 1e-4);
}

TEST(DataDistance, IsTheSameOnAnyNumberOfRanks) {
  const auto rows = makeRows();
  const auto alone = DataDistance::of(rows, 3, Teuchos::SerialComm<int>());
  const auto shared = distanceOf(rows, 3);
  EXPECT_EQ(shared.center, alone.center);
  EXPECT_EQ(shared.factor, alone.factor);
  EXPECT_EQ(shared.usual, alone.usual);
  EXPECT_EQ(shared.largest, alone.largest);
}

TEST(DataDistance, DoesNotDependOnUnits) {
  const auto rows = makeRows();
  auto others = rows;
  for (std::size_t i = 0; i < others.size(); i += 3) {
    others[i] = 7 - 1e-9 * others[i];
    others[i + 2] *= 1e4;
  }
  const auto expected = distanceOf(rows, 3).atRows(rows), found = distanceOf(others, 3).atRows(others);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-6 * expected[i]);
}

// Both numbers are usual; together they are not: the columns are correlated by 0.995.
TEST(DataDistance, SeesWhatIsUnusualOnlyTogether) {
  const auto distance = distanceOf(makeRows(), 3);
  const Values usual{1e6 + 1e4, 1, 0}, unusual{1e6 + 1e4, -1, 0};
  EXPECT_LT(distance.at(usual.data()), 1);
  EXPECT_GT(distance.at(unusual.data()), 3 * distance.usual);
}

TEST(DataDistance, KnowsWhatIsUsualAndTheFarthestSample) {
  const auto rows = makeRows();
  const auto distance = distanceOf(rows, 3);
  auto distances = distance.atRows(rows);
  std::sort(distances.begin(), distances.end());
  EXPECT_EQ(distance.usual, distances[989]);
  EXPECT_EQ(distance.largest, distances.back());
}

TEST(DataDistance, IsLargeWhereAColumnThatWasConstantChanges) {
  auto rows = makeRows();
  for (std::size_t i = 0; i < rows.size(); i += 3) rows[i] = 300;
  const auto distance = distanceOf(rows, 3);
  Values x(rows.begin(), rows.begin() + 3);
  EXPECT_LE(distance.at(x.data()), distance.largest);
  x[0] = 310;
  EXPECT_GT(distance.at(x.data()), 5 * distance.largest);
}

// Their deviation and half their range are 1, as those of a constant column are made to be.
TEST(DataDistance, TakesColumnsOfMinusOneAndOneForWhatTheyAre) {
  for (const std::size_t columns : {std::size_t(2), std::size_t(200)}) {
    Values rows(40 * columns);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = (i / columns + i % columns) % 2 == 0 ? 1 : -1;
    const auto distance = distanceOf(rows, static_cast<int>(columns));
    for (const double d : distance.atRows(rows)) EXPECT_NEAR(d, columns == 2 ? std::sqrt(0.5) : 1, 1e-3);
  }
}

TEST(DataDistance, LeavesCorrelationsOutWithManyColumns) {
  constexpr std::size_t columns = 200;
  std::mt19937_64 generator(5);
  std::uniform_real_distribution<double> uniform(2, 3);
  Values rows(300 * columns);
  for (double& x : rows) x = uniform(generator);
  const auto distance = distanceOf(rows, columns);
  ASSERT_EQ(distance.factor.size(), columns);
  double sum = 0;
  for (const double d : distance.atRows(rows)) sum += d * d;
  EXPECT_NEAR(sum / 300, 1, 1e-4);
}

TEST(DataDistance, GivesQuantilesOverAllRanks) {
  const auto comm = Tpetra::getDefaultComm();
  Values values; // 1 .. 100 over the ranks
  for (int i = 1 + comm->getRank(); i <= 100; i += comm->getSize()) values.push_back(i);
  EXPECT_EQ(quantileOverRanks(values, 0.5, *comm), 50);
  EXPECT_EQ(quantileOverRanks(values, 0.99, *comm), 99);
  EXPECT_EQ(quantileOverRanks(values, 1, *comm), 100);
  EXPECT_EQ(quantileOverRanks(values, 1e-6, *comm), 1);
}

TEST(DataDistance, OfASurrogateIsTheSame) {
  const auto network = Network::dense(3, 1, 4, 2);
  const auto rows = makeRows();
  const auto distance = distanceOf(rows, 3);
  const Values parameters(static_cast<std::size_t>(network.parameterCount()), 0.1);
  const Surrogate surrogate(network, parameters, DataScaling::identity(3), DataScaling::identity(1),
                            SweepScalar::Double, distance);
  const Kokkos::View<double**, Kokkos::LayoutRight, Device> x("x", 20, 3);
  const auto host = Kokkos::create_mirror_view(x);
  for (std::size_t i = 0; i < 60; ++i) host(i / 3, i % 3) = rows[i];
  Kokkos::deep_copy(x, host);
  const Surrogate::Numbers d("d", 20);
  surrogate.distance(x, d);
  const auto found = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), d);
  for (std::size_t i = 0; i < 20; ++i) EXPECT_NEAR(found(i), distance.at(rows.data() + 3 * i), 1e-12);
  EXPECT_THROW(surrogate.distance(x, Surrogate::Numbers("d", 19)), std::invalid_argument);
}

TEST(DataDistance, OfASurrogateMayBeUnknown) {
  const auto network = Network::dense(3, 1, 4, 2);
  const Values parameters(static_cast<std::size_t>(network.parameterCount()), 0.1);
  const Surrogate surrogate(network, parameters, DataScaling::identity(3), DataScaling::identity(1));
  EXPECT_FALSE(surrogate.dataDistance().isKnown());
  EXPECT_THROW(surrogate.distance(Surrogate::Batch(), Surrogate::Numbers()), std::invalid_argument);
  EXPECT_THROW(Surrogate(network, parameters, DataScaling::identity(3), DataScaling::identity(1),
                         SweepScalar::Double, distanceOf(Values(400, 1.0), 2)),
               std::invalid_argument);
}

} // namespace terrace::resnet
