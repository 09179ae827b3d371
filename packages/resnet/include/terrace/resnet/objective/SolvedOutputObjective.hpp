#pragma once

#include <terrace/resnet/objective/ResNetObjective.hpp>

#include <array>
#include <memory>
#include <vector>

namespace terrace::resnet {

namespace detail {
struct FittedOutputLayer;
class OutputLayerSolver;
} // namespace detail

/// The reduced objective of variable projection (Golub & Pereyra, SIAM J. Numer. Anal. 10, 1973): the least
/// value of ResNetObjective over all output layers.
///
/// The output layer in x is ignored, derivatives by it are 0, and everything else that takes an x uses the
/// solved layer, too. The fit is a forward sweep before each evaluation (value and gradient 4/3, value alone
/// 2/3); a Hessian product is two, the first for what the fit does along the direction. With cross entropy
/// the layer is found by Newton's method, whose passes over the last states count as well.
class SolvedOutputObjective : public NetworkObjective {
public:
  /// As ResNetObjective. \throws terrace::ParameterError if the output layer has no minimiser, for lack of an
  /// output Tikhonov.
  SolvedOutputObjective(const ROL::Ptr<const ParameterSpace>& space, const SampleSet& samples,
                        const ROL::Ptr<WorkCounter>& work, double workOfOneSweep = 1.0,
                        const ObjectiveOptions& options = {});
  ~SolvedOutputObjective() override;

  using ROL::Objective<double>::update;
  void update(const ROL::Vector<double>& x, ROL::UpdateType type, int iter = -1) override;
  void update(const ROL::Vector<double>& x, bool flag = true, int iter = -1) override;
  /// \throws terrace::ParameterError if the equations of the output layer are singular at the first point.
  double value(const ROL::Vector<double>& x, double& tol) override;
  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& tol) override;
  double valueWithGradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& tol) override;
  void hessVec(ROL::Vector<double>& hv, const ROL::Vector<double>& v, const ROL::Vector<double>& x,
               double& tol) override;

  ROL::Ptr<AdaptiveMetric<double>> makeMetric(const MetricOptions& options) override {
    return full_.makeMetric(options);
  }

  long samples() const override { return full_.samples(); }
  void setBatch(const std::vector<long>& positions) override;
  void resetBatch() override;

  using NetworkObjective::metrics;
  Metrics metrics(const ROL::Vector<double>& x, const SampleSet& samples) override;
  std::vector<double> outputErrors(const ROL::Vector<double>& x, const SampleSet& samples) override;
  std::vector<double> outputs(const ROL::Vector<double>& x, const SampleSet& samples) override;
  NormalizationStatistics statistics(const ROL::Vector<double>& x) override { return full_.statistics(x); }
  void setOutputLayer(ROL::Vector<double>& x) override;

  const ROL::Ptr<const ParameterSpace>& space() const override { return full_.space(); }
  const SampleSet& batch() const override { return full_.batch(); }
  double workOfOneSweep() const override { return full_.workOfOneSweep(); }

private:
  /// A point and what belongs to it.
  struct Fit {
    long lastUse = 0; ///< 0: never used.
    ROL::Ptr<ParameterVector> x;
    ROL::Ptr<ParameterVector> fitted; ///< x with the solved output layer.
    std::unique_ptr<detail::FittedOutputLayer> layer;
  };

  void fit(Fit& target, const ParameterVector& x);
  double workOf(const Fit& fit) const;
  const Fit& evaluate(const ParameterVector& x);
  const Fit& fitOnly(const ParameterVector& x);
  void forget();

  ResNetObjective full_;
  ROL::Ptr<WorkCounter> work_;
  std::unique_ptr<detail::OutputLayerSolver> solver_;
  Teuchos::RCP<ParameterSpace::MultiVector> replicated_;
  std::array<Fit, 2> kept_;
  Fit passing_; ///< Of a point that is not kept.
  ROL::Ptr<ParameterVector> direction_;
  bool temporary_ = false;
  long uses_ = 0;
};

} // namespace terrace::resnet
