#pragma once

#include <terrace/multilevel/hierarchy/AdaptiveMetric.hpp>
#include <terrace/multilevel/hierarchy/LimitedPrecision.hpp>
#include <terrace/multilevel/hierarchy/SampledObjective.hpp>
#include <terrace/multilevel/hierarchy/ValueWithGradient.hpp>
#include <terrace/multilevel/hierarchy/WorkCounter.hpp>
#include <terrace/resnet/objective/NetworkMetrics.hpp>
#include <terrace/resnet/objective/ObjectiveOptions.hpp>
#include <terrace/resnet/parameters/NormalizationStatistics.hpp>
#include <terrace/resnet/parameters/ParameterSpace.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <ROL_Ptr.hpp>

#include <vector>

namespace terrace::resnet {

/// The regularised mean loss of a network over the samples of all ranks, as a function of its parameters:
/// what ResNetObjective and SolvedOutputObjective have in common.
///
/// Vectors are ParameterVectors of the space: points and directions primal, derivatives dual. Values are the
/// same on all ranks; values that are not finite are returned as they are.
class NetworkObjective : public SampledObjective<double>,
                         public ValueWithGradient<double>,
                         public LimitedPrecision,
                         public MetricSource<double> {
public:
  /// The space of its parameters; not null.
  virtual const ROL::Ptr<const ParameterSpace>& space() const = 0;
  /// The present batch.
  virtual const SampleSet& batch() const = 0;
  /// Work units of one value-and-gradient sweep over the present batch.
  virtual double workOfOneSweep() const = 0;

  /// \name Diagnostics: not counted as work; collective
  /// @{

  /// Mean loss without regularisation; costs nothing at a point that was just evaluated.
  double loss(const ROL::Vector<double>& x) { return metrics(x).loss; }
  /// Metrics on the present batch. Costs nothing at a point that was just evaluated, but a forward sweep if
  /// the targets are logarithms.
  Metrics metrics(const ROL::Vector<double>& x) { return metrics(x, batch()); }
  /// Metrics on any samples of the same network: one forward sweep. With Normalization::GhostBatch those of
  /// prediction, by statistics(), unless the samples are the present batch.
  virtual Metrics metrics(const ROL::Vector<double>& x, const SampleSet& samples) = 0;
  /// The relative error of each output alone, as Metrics::relativeError is of all; empty for sets with
  /// labels. The same on all ranks.
  virtual std::vector<double> outputErrors(const ROL::Vector<double>& x, const SampleSet& samples) = 0;
  /// Network outputs, this rank's samples x outputs, row-major; \p samples may be unlabelled. With
  /// Normalization::GhostBatch as metrics(): of prediction, unless the samples are the present batch.
  virtual std::vector<double> outputs(const ROL::Vector<double>& x, const SampleSet& samples) = 0;
  /// What Normalization::GhostBatch predicts with at \p x: from one forward sweep over all samples that the
  /// objective was made for, whatever the batch. Empty for networks without it. The same on all ranks.
  virtual NormalizationStatistics statistics(const ROL::Vector<double>& x) = 0;
  /// @}

  /// Writes the output layer that the objective uses at \p x into it; nothing if that is the one in \p x.
  virtual void setOutputLayer(ROL::Vector<double>& x) = 0;

  long samplesTogether() const override { return space()->network().samplesTogether(); }
  long batchSamples() const override { return batch().globalCount(); }

  /// 1e-6 where the samples, and so the sweeps, are in single precision: the floor that tests hold them to.
  double relativeError() const override { return batch().scalar() == SweepScalar::Float ? 1e-6 : 0; }
  std::string remedy() const override {
    return "Network > \"Sweep Precision\" = \"Double\" can get further.";
  }
};

/// The objective that \p options ask for; see the two classes for the arguments and errors.
ROL::Ptr<NetworkObjective> makeObjective(const ROL::Ptr<const ParameterSpace>& space,
                                         const SampleSet& samples, const ROL::Ptr<WorkCounter>& work,
                                         double workOfOneSweep = 1.0, const ObjectiveOptions& options = {});

} // namespace terrace::resnet
