// A trained network as a function of its inputs: values, derivatives, layouts, no allocation.
#include "AllocationCounter.hpp"
#include "Problems.hpp"
#include "kernels/common/Tile.hpp"

#include <terrace/resnet/surrogate/Surrogate.hpp>

#include <Tpetra_MultiVector.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace terrace::resnet {
namespace {

using reference::index;
using reference::Vector;
template <class Layout>
using Rows = Kokkos::View<double**, Layout, Kokkos::HostSpace>;
using RightRows = Rows<Kokkos::LayoutRight>;

const DataScaling inputUnits{{0.5, -1.0}, {2.0, 0.25}};
const DataScaling outputUnits{{10.0, 0.0, -3.0}, {0.1, 5.0, 1.0}};

/// A surrogate that is called with arrays on the host; where they are the device's they are not copied.
class HostSurrogate {
public:
  template <class... Arguments>
  explicit HostSurrogate(Arguments&&... arguments) : surrogate_(std::forward<Arguments>(arguments)...) {}

  template <class X, class Y>
  void apply(const X& x, const Y& y) {
    write(y, [&](const auto& to) { surrogate_.apply(onDevice(x), to); });
  }
  template <class X, class V, class Y>
  void applyJacobian(const X& x, const V& v, const Y& y) {
    write(y, [&](const auto& to) { surrogate_.applyJacobian(onDevice(x), onDevice(v), to); });
  }
  template <class X, class U, class Y>
  void applyAdjointJacobian(const X& x, const U& u, const Y& y) {
    write(y, [&](const auto& to) { surrogate_.applyAdjointJacobian(onDevice(x), onDevice(u), to); });
  }
  /// For vectors.
  Surrogate& itself() { return surrogate_; }

private:
  template <class View>
  static auto onDevice(const View& view) {
    return Kokkos::create_mirror_view_and_copy(Device::memory_space(), view);
  }
  template <class View, class Call>
  static void write(const View& result, const Call& call) {
    const auto to = Kokkos::create_mirror_view(Device::memory_space(), result);
    call(to);
    Kokkos::deep_copy(result, to);
  }

  Surrogate surrogate_;
};

HostSurrogate makeSurrogate(const Network& network, SweepScalar scalar = SweepScalar::Double) {
  return HostSurrogate(network, reference::makeParameters(network), inputUnits, outputUnits, scalar);
}

constexpr bool isOnDevice = !detail::TileOf<DefaultExecution, double>::onHost;

template <class View = RightRows>
View makeRows(int rows, int columns, unsigned seed) {
  View view("test::rows", index(rows), index(columns));
  const auto values = reference::normals(index(rows) * index(columns), seed);
  for (std::size_t i = 0; i < view.extent(0); ++i)
    for (std::size_t j = 0; j < view.extent(1); ++j) view(i, j) = values[i * view.extent(1) + j];
  return view;
}

// The reference network between the two maps, sample by sample.
std::vector<Vector> expectedOutputs(const Network& network, const RightRows& x) {
  reference::Data data;
  data.count = static_cast<int>(x.extent(0));
  data.inputs.assign(x.data(), x.data() + x.size());
  inputUnits.apply(data.inputs);
  data.targets.assign(x.extent(0) * index(network.outputs), 0.0);
  auto outputs = reference::evaluate(network, data, reference::makeParameters(network)).outputs;
  for (auto& row : outputs) outputUnits.invert(row);
  return outputs;
}

double largestDifference(const RightRows& a, const RightRows& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a.data()[i] - b.data()[i]));
  return largest;
}

double dot(const RightRows& a, const RightRows& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a.data()[i] * b.data()[i];
  return sum;
}

TEST(Surrogate, IsTheNetworkOfSeveralStagesBetweenItsScalings) {
  for (const auto lift : {Lift::Identity, Lift::Linear, Lift::Activated}) {
    Network network = reference::makeStages({9, 4, 12}, {2, 3, 1});
    network.lift = lift;
    network.loss = LossType::LeastSquares;
    auto surrogate = makeSurrogate(network);
    for (const int count : {1, 3, 150}) {
      const RightRows x = makeRows(count, 2, 1), v = makeRows(count, 2, 2), u = makeRows(count, 3, 3);
      const RightRows y = makeRows(count, 3, 4), jv = makeRows(count, 3, 5), jtu = makeRows(count, 2, 6);
      surrogate.apply(x, y);
      const auto expected = expectedOutputs(network, x);
      for (std::size_t s = 0; s < expected.size(); ++s)
        for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(y(s, c), expected[s][c], 1e-12);
      surrogate.applyJacobian(x, v, jv);
      surrogate.applyAdjointJacobian(x, u, jtu);
      EXPECT_NEAR(dot(jv, u), dot(jtu, v), 1e-11 * (1 + std::abs(dot(jv, u))));
      EXPECT_NE(dot(jv, u), 0.0);
    }
  }
}

class SurrogateTest : public ::testing::TestWithParam<std::tuple<Lift, Activation, int>> {
protected:
  Network network() const {
    Network net = reference::makeNetwork(std::get<2>(GetParam()), 5);
    net.lift = std::get<0>(GetParam());
    net.activation = std::get<1>(GetParam());
    net.loss = LossType::LeastSquares;
    return net;
  }
};

// One sample, a few, whole tiles, and both.
constexpr int batches[] = {1, 3, 64, 203};

} // namespace

TEST_P(SurrogateTest, ApplyIsTheNetworkInTheUnitsOfTheData) {
  const Network net = network();
  auto surrogate = makeSurrogate(net);
  for (const int batch : batches) {
    const auto x = makeRows(batch, 2, 5);
    const RightRows y("test::y", index(batch), 3);
    surrogate.apply(x, y);
    const auto expected = expectedOutputs(net, x);
    for (std::size_t i = 0; i < x.extent(0); ++i)
      for (std::size_t j = 0; j < 3; ++j) EXPECT_NEAR(y(i, j), expected[i][j], 1e-12) << batch << ' ' << i;
  }
}

// The remainder f(x + h v) - f(x) - h f'(x) v is of second order where f is smooth.
TEST_P(SurrogateTest, JacobianIsTheDerivative) {
  const Network net = network();
  auto surrogate = makeSurrogate(net);
  for (const int batch : batches) {
    const auto x = makeRows(batch, 2, 5), v = makeRows(batch, 2, 6);
    const RightRows y("test::y", index(batch), 3), moved("test::moved", index(batch), 3),
        jv("test::jv", index(batch), 3), at("test::at", index(batch), 2);
    surrogate.apply(x, y);
    surrogate.applyJacobian(x, v, jv);
    const auto remainder = [&](double h) {
      for (std::size_t i = 0; i < at.size(); ++i) at.data()[i] = x.data()[i] + h * v.data()[i];
      surrogate.apply(at, moved);
      for (std::size_t i = 0; i < y.size(); ++i) moved.data()[i] -= h * jv.data()[i];
      return largestDifference(moved, y);
    };
    const bool kinks = net.activation == Activation::ReLU || net.activation == Activation::SmoothReLU;
    if (net.activation == Activation::Identity) {
      EXPECT_LT(remainder(1.0), 1e-10) << batch; // linear
    } else if (kinks) {
      EXPECT_LT(remainder(1e-7), 1e-7 * 0.2) << batch; // across a kink of some sample
    } else {
      EXPECT_NEAR(std::log2(remainder(1e-4) / remainder(5e-5)), 2.0, 0.1) << batch;
    }
  }
}

TEST_P(SurrogateTest, AdjointJacobianIsTheAdjointOfTheJacobian) {
  const Network net = network();
  auto surrogate = makeSurrogate(net);
  for (const int batch : batches) {
    const auto x = makeRows(batch, 2, 5), v = makeRows(batch, 2, 6), u = makeRows(batch, 3, 7);
    const RightRows jv("test::jv", index(batch), 3), jtu("test::jtu", index(batch), 2);
    surrogate.applyJacobian(x, v, jv);
    surrogate.applyAdjointJacobian(x, u, jtu);
    const double left = dot(jv, u), right = dot(v, jtu);
    EXPECT_NEAR(left, right, 1e-12 * std::max(1.0, std::abs(left))) << batch;
  }
}

INSTANTIATE_TEST_SUITE_P(All, SurrogateTest,
                         ::testing::Combine(::testing::Values(Lift::Identity, Lift::Linear, Lift::Activated),
                                            ::testing::Values(Activation::Tanh, Activation::ReLU,
                                                              Activation::SmoothReLU, Activation::Sigmoid,
                                                              Activation::Identity),
                                            ::testing::Values(3, 16, 37)));

TEST(Surrogate, WorksOnAnyLayoutAndOnMultiVectorsInPlace) {
  if (isOnDevice) GTEST_SKIP() << "Arrays with gaps cannot be copied to a device.";
  auto surrogate = makeSurrogate(reference::makeNetwork(16, 4));
  constexpr int batch = 75;
  const auto x = makeRows(batch, 2, 5);
  const RightRows expected("test::expected", batch, 3);
  surrogate.apply(x, expected);

  const auto left = makeRows<Rows<Kokkos::LayoutLeft>>(batch, 2, 5);
  const RightRows wide("test::wide", batch, 8);
  surrogate.apply(left, Kokkos::subview(wide, Kokkos::ALL(), std::make_pair(2, 5)));
  const auto map = Teuchos::rcp(new Tpetra::Map<>(Teuchos::OrdinalTraits<Tpetra::global_size_t>::invalid(),
                                                  std::size_t(batch), 0, Tpetra::getDefaultComm()));
  Surrogate::MultiVector in(map, 2), out(map, 3), direction(map, 2), image(map, 3), weights(map, 3),
      back(map, 2);
  {
    const auto view = in.getLocalViewHost(Tpetra::Access::OverwriteAll);
    for (std::size_t i = 0; i < batch; ++i)
      for (std::size_t j = 0; j < 2; ++j) view(i, j) = x(i, j);
  }
  surrogate.itself().apply(in, out);
  const auto rows = out.getLocalViewHost(Tpetra::Access::ReadOnly);
  for (std::size_t i = 0; i < batch; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      EXPECT_EQ(wide(i, 2 + j), expected(i, j));
      EXPECT_EQ(rows(i, j), expected(i, j));
    }
  direction.randomize();
  weights.randomize();
  surrogate.itself().applyJacobian(in, direction, image);
  surrogate.itself().applyAdjointJacobian(in, weights, back);
  Teuchos::Array<double> left3(3), right2(2);
  image.dot(weights, left3());
  direction.dot(back, right2());
  EXPECT_NEAR(left3[0] + left3[1] + left3[2], right2[0] + right2[1], 1e-11);
}

TEST(Surrogate, OfLogarithmsIsTheExponentialWithItsDerivatives) {
  const Network net = reference::makeNetwork(16, 4);
  const DataScaling affine{{1.0, 0.0, -1.0}, {0.1, 0.5, 0.2}};
  DataScaling logarithm = affine;
  logarithm.logarithm = true;
  const auto parameters = reference::makeParameters(net);
  HostSurrogate exponent(net, parameters, inputUnits, affine),
      surrogate(net, parameters, inputUnits, logarithm);
  for (const int batch : batches) {
    const auto x = makeRows(batch, 2, 5), v = makeRows(batch, 2, 6), u = makeRows(batch, 3, 7);
    const RightRows y("test::y", index(batch), 3), z("test::z", index(batch), 3),
        jv("test::jv", index(batch), 3), dz("test::dz", index(batch), 3), jtu("test::jtu", index(batch), 2);
    const auto call = [&] {
      surrogate.apply(x, y);
      surrogate.applyJacobian(x, v, jv);
      surrogate.applyAdjointJacobian(x, u, jtu);
    };
    call();
    const long before = allocationCount();
    call();
    if (!isOnDevice) { // launches make some
      EXPECT_EQ(allocationCount(), before) << batch;
    }
    exponent.apply(x, z);
    exponent.applyJacobian(x, v, dz);
    for (std::size_t i = 0; i < y.size(); ++i) {
      EXPECT_NEAR(y.data()[i], std::exp(z.data()[i]), 1e-13 * y.data()[i]);
      EXPECT_NEAR(jv.data()[i], y.data()[i] * dz.data()[i], 1e-12);
    }
    EXPECT_NEAR(dot(jv, u), dot(v, jtu), 1e-11) << batch;
  }
}

TEST(Surrogate, SinglePrecisionStatesAgreeToSixDigits) {
  const Network net = reference::makeNetwork(16, 16);
  auto exact = makeSurrogate(net), single = makeSurrogate(net, SweepScalar::Float);
  for (const int batch : batches) {
    const auto x = makeRows(batch, 2, 5), u = makeRows(batch, 3, 6);
    const RightRows y("test::y", index(batch), 3), z("test::z", index(batch), 3),
        g("test::g", index(batch), 2), k("test::k", index(batch), 2);
    exact.apply(x, y);
    single.apply(x, z);
    EXPECT_LT(largestDifference(y, z), 1e-4);
    EXPECT_GT(largestDifference(y, z), 0.0);
    exact.applyAdjointJacobian(x, u, g);
    single.applyAdjointJacobian(x, u, k);
    EXPECT_LT(largestDifference(g, k), 1e-3);
  }
}

TEST(Surrogate, AllocatesNothingAfterTheFirstCallOfEachKind) {
  if (isOnDevice) GTEST_SKIP() << "Kokkos' launches allocate on the host.";
  auto surrogate = makeSurrogate(reference::makeNetwork(16, 4));
  for (const int batch : {1, 100}) {
    const auto x = makeRows(batch, 2, 5), v = makeRows(batch, 2, 6), u = makeRows(batch, 3, 7);
    const RightRows y("test::y", index(batch), 3), g("test::g", index(batch), 2);
    const auto call = [&] {
      surrogate.apply(x, y);
      surrogate.applyJacobian(x, v, y);
      surrogate.applyAdjointJacobian(x, u, g);
    };
    call();
    const long before = allocationCount();
    call();
    EXPECT_EQ(allocationCount(), before) << batch;
  }
}

TEST(Surrogate, ThrowsWhereSizesDoNotFit) {
  const Network net = reference::makeNetwork(4, 2);
  auto surrogate = makeSurrogate(net);
  const RightRows x("test::x", 5, 2), y("test::y", 5, 3), shorter("test::shorter", 4, 3);
  EXPECT_THROW(surrogate.apply(y, y), std::invalid_argument);
  EXPECT_THROW(surrogate.apply(x, shorter), std::invalid_argument);
  EXPECT_THROW(surrogate.applyJacobian(x, y, y), std::invalid_argument);
  EXPECT_THROW(surrogate.applyAdjointJacobian(x, x, x), std::invalid_argument);
  EXPECT_THROW(Surrogate(net, {1.0}, inputUnits, outputUnits), std::invalid_argument);
  EXPECT_THROW(Surrogate(net, reference::makeParameters(net), outputUnits, outputUnits),
               std::invalid_argument);
  surrogate.apply(RightRows("test::none", 0, 2), RightRows("test::none", 0, 3));
}

} // namespace terrace::resnet
