#pragma once

#include <terrace/resnet/network/HessianKind.hpp>
#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/CompensatedSum.hpp>
#include <terrace/resnet/parameters/Device.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <memory>
#include <vector>

namespace terrace::resnet::detail {

struct FactorMoments;

/// Sums over samples.
struct SweepSums {
  CompensatedSum loss;  ///< Not yet divided by the number of samples.
  CompensatedSum score; ///< Samples whose class is predicted right (labels), or sum of |y - t|^2 in the units
                        ///< of the targets.
  CompensatedSum squaredTargets; ///< Sum of |t|^2 in the units of the targets.
  /// The sums of squared errors and squares of derivatives, in the units of the targets; 0 without.
  CompensatedSum derivativeScore = {};
  CompensatedSum squaredDerivatives = {}; ///< \copydoc derivativeScore
};

/// Forward and backward sweeps of one network over the local samples of a set, a chunk of samples at a time.
///
/// Parameters, gradients and products are whole vectors in the order of ParameterLayout, on the device.
/// Gradients and products belong to the loss averaged over all ranks' samples, without the regularisation;
/// they are summed over the local samples.
///
/// The samples of a group (samplesOfGroup), or fixed parts of them, are summed first, in one order, and these
/// partial sums are compensated. So the result does not depend on how the samples lie on the ranks. The
/// exception is a device where no fused kernel knows the network: derivatives are then summed over whole
/// chunks.
///
/// With Normalization::GhostBatch the sample groups are those of the set, the local samples 0..127, 128..255,
/// ...
///
/// The memory is bounded whatever the number of samples, and after the first call of each kind nothing is
/// allocated, unless the samples are more. The caller has checked that the samples fit the network and its
/// loss.
class Sweep {
public:
  virtual ~Sweep() = default;

  virtual SweepSums value(const ConstParameterView& theta, const SampleSet& samples) = 0;

  /// \p gradient is overwritten.
  /// \param moments  overwritten too; null if none are wanted. Only where gathersMoments(), and with sets
  /// whose samples are a multiple of momentSamples.
  virtual SweepSums valueAndGradient(const ConstParameterView& theta, const SampleSet& samples,
                                     const CompensatedView& gradient, FactorMoments* moments = nullptr) = 0;

  /// Whether it gathers the second moments of a metric.
  virtual bool gathersMoments() const { return false; }
  static constexpr int momentSamples = 64; ///< A whole number of any kernel's tiles.

  /// \p product = Hessian(theta) direction; overwritten. One after another at the same theta and samples may
  /// keep of the network's layers what does not depend on the direction; the bits are the same.
  virtual void hessianProduct(const ConstParameterView& theta, const ConstParameterView& direction,
                              const SampleSet& samples, HessianKind kind, const CompensatedView& product) = 0;

  /// The sums over the local sample groups of the means and variances of Normalization::GhostBatch, each
  /// times the samples of its group; overwrites \p sums. They are in the order of the parameters: a mean at
  /// the place of its channel's gain, a variance at that of its bias, and 0 elsewhere. One forward sweep.
  virtual void sumStatistics(const ConstParameterView& /*theta*/, const SampleSet& /*samples*/,
                             const CompensatedView& sums) {
    clear(sums);
  }

  /// Network outputs, local samples x outputs, row-major; with Normalization::GhostBatch those of the
  /// training, which depend on the other samples of a group.
  virtual std::vector<double> outputs(const ConstParameterView& theta, const SampleSet& samples) = 0;
};

/// A sweep on the default execution space with its states in \p Scalar (double or float).
/// \param[in] chunkSamples  rounded up to whole tiles; 0: as many as keep the states of a chunk in cache,
/// on a device in its memory.
template <class Scalar>
std::unique_ptr<Sweep> makeSweep(const Network& network, int chunkSamples = 0);
template <>
std::unique_ptr<Sweep> makeSweep<double>(const Network& network, int chunkSamples);
template <>
std::unique_ptr<Sweep> makeSweep<float>(const Network& network, int chunkSamples);

/// The same, for samples in \p scalar.
inline std::unique_ptr<Sweep> makeSweep(const Network& network, SweepScalar scalar, int chunkSamples) {
  return scalar == SweepScalar::Double ? makeSweep<double>(network, chunkSamples)
                                       : makeSweep<float>(network, chunkSamples);
}

} // namespace terrace::resnet::detail
