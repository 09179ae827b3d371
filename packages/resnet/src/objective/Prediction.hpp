#pragma once

#include "sweep/Sweep.hpp"

#include <terrace/resnet/parameters/NormalizationStatistics.hpp>
#include <terrace/resnet/parameters/ParameterSpace.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <array>
#include <memory>
#include <vector>

namespace terrace::resnet::detail {

/// What a network with Normalization::GhostBatch predicts while it is trained: with the statistics of all
/// training samples. Collective.
class Prediction {
public:
  /// \param[in] training  samples of the statistics. \param[in] sweep  over these; must outlive this object.
  Prediction(const ROL::Ptr<const ParameterSpace>& space, const SampleSet& training, Sweep& sweep,
             int chunkSamples);

  /// At \p x: one forward sweep over the training samples, or nothing at one of the last two points.
  const NormalizationStatistics& statistics(const ParameterVector& x);

  /// Sums over any samples, as Sweep::value().
  SweepSums value(const ParameterVector& x, const SampleSet& samples);
  /// Network outputs for any samples, local samples x outputs, row-major.
  std::vector<double> outputs(const ParameterVector& x, const SampleSet& samples);

private:
  struct KeptStatistics {
    long lastUse = 0; ///< 0: empty.
    ROL::Ptr<ParameterVector> x;
    NormalizationStatistics statistics;
  };

  Sweep& moveTo(const ParameterVector& x, const SampleSet& samples);

  ROL::Ptr<const ParameterSpace> space_;
  SampleSet training_;
  Sweep& trainingSweep_;
  int chunkSamples_;
  long uses_ = 0;
  std::array<KeptStatistics, 2> kept_;
  ParameterView theta_;                          ///< Of the network that predicts.
  std::array<std::unique_ptr<Sweep>, 2> sweeps_; ///< Of this network, in double and in float; made when met.
};

} // namespace terrace::resnet::detail
