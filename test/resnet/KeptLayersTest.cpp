#include "Problems.hpp"
#include "sweep/Sweep.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <tuple>

// Hessian products of wide networks keep layers from one to the next at a point.

namespace terrace::resnet {
namespace {

using reference::Precision;
using reference::toView;
using reference::Vector;

Vector productBy(detail::Sweep& sweep, const Vector& theta, const Vector& direction, const SampleSet& samples,
                 HessianKind kind) {
  CompensatedView product("product", theta.size());
  sweep.hessianProduct(toView(theta), toView(direction), samples, kind, product);
  Vector values(theta.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = product(i).value();
  return values;
}

template <class Scalar>
class KeptLayersTest : public ::testing::Test {
public:
  // One sweep after another product at the same point, at others and on other samples, against new sweeps.
  void compareWithNewSweeps(const Network& network, int count) {
    const Vector theta = reference::makeParameters(network), other = reference::makeParameters(network, 8);
    const auto all =
        reference::makeSamples(network, reference::makeData(network, count, true), Precision<Scalar>::sweep);
    const auto some = all.leading(count / 2);
    const auto sweep = detail::makeSweep<Scalar>(network);
    const auto compare = [&](const Vector& point, const Vector& direction, const SampleSet& samples,
                             HessianKind kind) {
      const auto fresh = detail::makeSweep<Scalar>(network);
      EXPECT_EQ(productBy(*sweep, point, direction, samples, kind),
                productBy(*fresh, point, direction, samples, kind));
    };
    compare(theta, other, all, HessianKind::Exact);
    compare(theta, theta, all, HessianKind::Exact);
    compare(theta, other, all, HessianKind::GaussNewton);
    compare(other, theta, all, HessianKind::GaussNewton);
    compare(other, theta, all, HessianKind::Exact);
    compare(other, other, all, HessianKind::Exact);
    compare(other, other, some, HessianKind::Exact);
    compare(other, theta, some, HessianKind::Exact);
    CompensatedView gradient("gradient", theta.size());
    sweep->valueAndGradient(toView(theta), some, gradient);
    compare(other, other, some, HessianKind::Exact);
  }
};
using Scalars = ::testing::Types<double, float>;
TYPED_TEST_SUITE(KeptLayersTest, Scalars);

TYPED_TEST(KeptLayersTest, GiveTheBitsOfANewSweepForEveryLiftAndLoss) {
  for (const auto lift : {Lift::Identity, Lift::Linear, Lift::Activated})
    for (const auto loss : {LossType::CrossEntropy, LossType::LeastSquares}) {
      Network network = reference::makeNetwork(40, 3);
      network.lift = lift;
      network.loss = loss;
      SCOPED_TRACE(std::string(toString(lift)) + ", " + toString(loss));
      this->compareWithNewSweeps(network, 300);
    }
}

TYPED_TEST(KeptLayersTest, GiveTheBitsOfANewSweepForSeveralStages) {
  for (const auto lift : {Lift::Identity, Lift::Activated}) {
    Network network = reference::makeStages({40, 12, 35}, {2, 3, 1});
    network.lift = lift;
    this->compareWithNewSweeps(network, 300);
  }
}

TYPED_TEST(KeptLayersTest, GiveTheBitsOfANewSweepWhereOnlySomeChunksFitTheBudget) {
  // A chunk of 128 samples takes 12 or 6 MiB of 60.
  this->compareWithNewSweeps(reference::makeNetwork(40, 150), 1300);
}

struct Observed {
  std::uint64_t bytes = 0; ///< Of a sweep's arrays but those of the size of the parameters.
  int eulerSteps = 0;
};

Observed& observed() {
  static Observed observed;
  return observed;
}

void noteAllocation(const Kokkos_Profiling_SpaceHandle /*space*/, const char* label, const void* /*data*/,
                    const std::uint64_t bytes) {
  const std::string name = label;
  const bool isParameters =
      name.find("arameters") != std::string::npos || name.find("Point") != std::string::npos;
  if (name.rfind("terrace::resnet::", 0) == 0 && !isParameters) observed().bytes += bytes;
}

void noteKernel(const char* label, std::uint32_t, std::uint64_t*) {
  if (std::string(label) == "terrace::resnet::eulerStep") ++observed().eulerSteps;
}

TYPED_TEST(KeptLayersTest, StayWithinTheirBudgetAndAreUsed) {
  for (const auto& [width, blocks, stages] :
       {std::tuple(34, 4, 1), std::tuple(40, 150, 1), std::tuple(512, 8, 1), std::tuple(512, 1, 4),
        std::tuple(64, 20, 3)}) {
    const Network network = reference::makeStages(std::vector<int>(reference::index(stages), width),
                                                  std::vector<int>(reference::index(stages), blocks));
    const Vector theta = reference::makeParameters(network);
    const auto samples = reference::makeSamples(network, reference::makeData(network, 1300, true),
                                                Precision<TypeParam>::sweep);
    observed() = {};
    Kokkos::Tools::Experimental::set_allocate_data_callback(noteAllocation);
    const auto sweep = detail::makeSweep<TypeParam>(network);
    productBy(*sweep, theta, theta, samples, HessianKind::Exact);
    Kokkos::Tools::Experimental::set_allocate_data_callback(nullptr);
    EXPECT_GT(observed().bytes, 0u);
    EXPECT_LE(observed().bytes, 64u << 20) << width << ' ' << blocks;

    Kokkos::Tools::Experimental::set_begin_parallel_for_callback(noteKernel);
    productBy(*sweep, theta, theta, samples, HessianKind::Exact);
    const int steps = observed().eulerSteps;
    Kokkos::Tools::Experimental::set_begin_parallel_for_callback(nullptr);
    if (width == 34) {
      EXPECT_EQ(steps, 0);
    } else if (stages == 1) {
      const int chunks = width == 512 ? 6 : 11;
      EXPECT_GT(steps, 0);
      EXPECT_LT(steps, chunks * blocks);
    }
  }
}

} // namespace
} // namespace terrace::resnet
