#pragma once

#include <terrace/resnet/objective/NetworkObjective.hpp>

#include <array>
#include <memory>
#include <vector>

namespace terrace::resnet {

namespace detail {
class Prediction;
class RegularizationTerm;
class Sweep;
struct MetricFeed;
struct SweepSums;
} // namespace detail

/// The regularised mean loss as a function of all parameters.
///
/// value() runs the forward and the backward sweep together and keeps the derivative, so that gradient() at
/// the same point costs nothing; the two most recent points are kept (an iterate and a trial point). Kept
/// points are recognised by their parameters, bit for bit, whatever update() was called with. Only between
/// update(x, UpdateType::Temp), as in finite differences, and the next update does value() run the forward
/// sweep alone.
///
/// Work, in units of workOfOneSweep (a value-and-gradient sweep has three matrix products a layer: state,
/// adjoint and weight gradient): forward alone 1/3; exact Hessian product 8/3 (eight products: Wq, W dq and
/// dW q forward; W'mu, W'dmu and dW'mu backward; dmu q' and mu dq' for the weights); Gauss-Newton product 5/3
/// (five: the forward three, W'dmu and dmu q'). With samples that have derivatives along k directions each of
/// these is 1 + k times as much: every product is formed for a sample's value and for its tangents.
class ResNetObjective : public NetworkObjective {
public:
  /// \param[in] samples         of the space's communicator; labels for the cross entropy.
  /// \param[in] work            counter of the run; only this class adds to it.
  /// \param[in] workOfOneSweep  work units of one value-and-gradient sweep over its own samples, of
  ///                            values alone.
  /// \throws std::invalid_argument if features or outputs differ from the network's, the loss needs labels,
  /// the samples have derivatives and the network is convolutional or has another loss, there are fewer
  /// samples than its own, or the options ask for a solved output layer (makeObjective()).
  ResNetObjective(const ROL::Ptr<const ParameterSpace>& space, const SampleSet& samples,
                  const ROL::Ptr<WorkCounter>& work, double workOfOneSweep = 1.0,
                  const ObjectiveOptions& options = {});
  ~ResNetObjective() override;

  using ROL::Objective<double>::update;
  void update(const ROL::Vector<double>& x, ROL::UpdateType type, int iter = -1) override;
  void update(const ROL::Vector<double>& x, bool flag = true, int iter = -1) override;
  double value(const ROL::Vector<double>& x, double& tol) override;
  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& tol) override;
  double valueWithGradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& tol) override;
  void hessVec(ROL::Vector<double>& hv, const ROL::Vector<double>& v, const ROL::Vector<double>& x,
               double& tol) override;

  /// A metric of Kronecker factors, whose statistics the sweeps gather; where they cannot (on a device), a
  /// diagonal one.
  ROL::Ptr<AdaptiveMetric<double>> makeMetric(const MetricOptions& options) override;

  long samples() const override { return pool_.globalCount(); }
  void setBatch(const std::vector<long>& positions) override;
  void resetBatch() override;

  using NetworkObjective::metrics;
  Metrics metrics(const ROL::Vector<double>& x, const SampleSet& samples) override;
  std::vector<double> outputErrors(const ROL::Vector<double>& x, const SampleSet& samples) override;
  std::vector<double> outputs(const ROL::Vector<double>& x, const SampleSet& samples) override;
  NormalizationStatistics statistics(const ROL::Vector<double>& x) override;
  void setOutputLayer(ROL::Vector<double>& /*x*/) override {}

  const ROL::Ptr<const ParameterSpace>& space() const override { return space_; }
  const SampleSet& batch() const override { return batch_; }
  double workOfOneSweep() const override {
    return workOfOwnSamples_ * (1 + batch_.directions()) *
           (static_cast<double>(batch_.globalCount()) / static_cast<double>(ownSamples_));
  }

private:
  /// Sums over all ranks.
  struct Totals {
    double loss = 0; ///< Not yet divided by the number of samples; score and squaredTargets as in SweepSums.
    double score = 0;
    double squaredTargets = 0;
    double derivativeScore = 0;
    double squaredDerivatives = 0;
    double regularization = 0;
  };
  struct KeptPoint {
    long lastUse = 0; ///< 0: empty.
    ROL::Ptr<ParameterVector> x;
    ROL::Ptr<ParameterVector> gradient;
    Totals totals;
  };

  /// All parameters on each rank, and the kept point of these, if there is one.
  struct Lookup {
    ConstParameterView theta;
    const KeptPoint* known;
  };

  Lookup lookUp(const ParameterVector& x);
  const KeptPoint& evaluate(const ParameterVector& x);
  Totals evaluateValue(const ConstParameterView& theta, const SampleSet& samples);
  bool predicts(const SampleSet& samples) const;
  Totals sumOverRanks(const detail::SweepSums& sums, double regularization) const;
  double value(const Totals& totals) const;
  void setBatch(const SampleSet& batch);
  detail::Sweep& sweepFor(const SampleSet& samples);
  std::vector<double> tangents(const ParameterVector& x, const SampleSet& samples);
  ConstParameterView replicate(const ParameterVector& x, ParameterSpace::MultiVector& target) const;

  ROL::Ptr<const ParameterSpace> space_;
  SampleSet pool_;  ///< Samples that batches are drawn from.
  SampleSet batch_; ///< Samples that it is evaluated on.
  long ownSamples_;
  ROL::Ptr<WorkCounter> work_;
  double workOfOwnSamples_;
  ObjectiveOptions options_;
  bool temporary_ = false;
  long uses_ = 0;
  std::array<KeptPoint, 2> kept_;

  std::unique_ptr<detail::RegularizationTerm> regularization_;
  /// For samples in either scalar, without and with derivatives; made when met.
  std::array<std::unique_ptr<detail::Sweep>, 4> sweeps_;
  Teuchos::RCP<ParameterSpace::MultiVector> replicated_;
  Teuchos::RCP<ParameterSpace::MultiVector> direction_;
  CompensatedView contributions_;
  std::unique_ptr<detail::Prediction> prediction_; ///< Null without Normalization::GhostBatch.
  std::shared_ptr<detail::MetricFeed> metricFeed_; ///< Of the last metric that was made; null before.
};

} // namespace terrace::resnet
