#pragma once

// The sweeps that devices use, on the default execution space (on a device, or on the host as on one),
// against plain loops on the host.

#include "Problems.hpp"
#include "layers/ImageLayers_Def.hpp"
#include "layers/StageFactory_Def.hpp"
#include "sweep/SweepFactory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

namespace terrace::resnet {

/// The sweep of a device: on a device that of the library.
template <class Scalar>
std::unique_ptr<detail::Sweep> deviceSweep(const Network& network, int chunkSamples) {
  if constexpr (detail::TileOf<DefaultExecution, Scalar>::onHost) {
    return detail::makeFirstSupported(detail::deviceSweeps<DefaultExecution, Scalar>(), network,
                                      chunkSamples);
  } else {
    return detail::makeSweep<Scalar>(network, chunkSamples);
  }
}

template <class Scalar>
class DeviceComparison : public ::testing::Test {
public:
  void expectEqual(const CompensatedView& found, const CompensatedView& expected, const std::string& what) {
    const reference::Vector f = reference::roundedSums(found), e = reference::roundedSums(expected);
    double largest = 1;
    for (const double value : e) largest = std::max(largest, std::abs(value));
    for (std::size_t i = 0; i < e.size(); ++i)
      ASSERT_NEAR(f[i], e[i], 4 * tolerance * largest) << what << ' ' << i;
  }

  void expectEqual(const detail::SweepSums& found, const detail::SweepSums& expected) {
    const double loss = expected.loss.value(), score = expected.score.value();
    EXPECT_NEAR(found.loss.value(), loss, tolerance * (1 + loss));
    EXPECT_NEAR(found.score.value(), score, tolerance * (1 + score));
    const double targets = expected.squaredTargets.value();
    EXPECT_NEAR(found.squaredTargets.value(), targets, tolerance * (1 + targets));
  }

  void compareGradients(detail::Sweep& device, detail::Sweep& plain, const reference::Vector& theta,
                        const SampleSet& samples) {
    CompensatedView gradient("gradient", theta.size()), expected("expected", theta.size());
    const auto sums = plain.valueAndGradient(reference::toView(theta), samples, expected);
    expectEqual(device.valueAndGradient(reference::toView(theta), samples, gradient), sums);
    expectEqual(gradient, expected, "gradient");
    expectEqual(device.value(reference::toView(theta), samples), sums);
    plain.sumStatistics(reference::toView(theta), samples, expected);
    device.sumStatistics(reference::toView(theta), samples, gradient);
    expectEqual(gradient, expected, "statistics");
  }

  void compare(const Network& network, const reference::Data& data, int chunkSamples = 0) {
    const reference::Vector theta = reference::makeParameters(network),
                            other = reference::makeParameters(network, 8);
    const auto samples = reference::makeSamples(network, data, reference::Precision<Scalar>::sweep);
    // By default a chunk of wide networks is small: one for a device takes 256 MiB.
    const bool isWide = chunkSamples == 0 && network.widest() > 32;
    const auto device = deviceSweep<Scalar>(network, isWide ? 1000 : chunkSamples);
    detail::PlainSweep plain(network);
    compareGradients(*device, plain, theta, samples);

    const auto outputs = device->outputs(reference::toView(theta), samples);
    const auto expectedOutputs = plain.outputs(reference::toView(theta), samples);
    ASSERT_EQ(outputs.size(), expectedOutputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i)
      ASSERT_NEAR(outputs[i], expectedOutputs[i], 10 * tolerance) << i;

    CompensatedView product("product", theta.size()), expected("expected", theta.size());
    for (const auto kind : {HessianKind::Exact, HessianKind::GaussNewton, HessianKind::Exact}) {
      plain.hessianProduct(reference::toView(theta), reference::toView(other), samples, kind, expected);
      device->hessianProduct(reference::toView(theta), reference::toView(other), samples, kind, product);
      expectEqual(product, expected, kind == HessianKind::Exact ? "exact" : "Gauss-Newton");
    }
    compareGradients(*device, plain, other, samples); // after products: nothing of them is left
  }

  static constexpr double tolerance = reference::Precision<Scalar>::tolerance;
};

} // namespace terrace::resnet
