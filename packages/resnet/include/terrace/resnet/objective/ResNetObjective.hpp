#pragma once

#include "objective/OutputLayerFit.hpp"
#include "objective/RegularizationTerm.hpp"
#include "sweep/Sweep.hpp"

#include <terrace/multilevel/hierarchy/LimitedPrecision.hpp>
#include <terrace/multilevel/hierarchy/SampledObjective.hpp>
#include <terrace/multilevel/hierarchy/WorkCounter.hpp>
#include <terrace/resnet/parameters/ParameterSpace.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <ROL_Ptr.hpp>
#include <Teuchos_ParameterList.hpp>

#include <array>
#include <memory>
#include <vector>

namespace terrace::resnet {

using HessianKind = detail::HessianKind;

/// How the output layer is found: with the other layers by the solver, or, for these, as the minimiser of the
/// regularised least-squares loss at each evaluation.
enum class OutputLayer { Trained, Solved };

struct ObjectiveOptions {
  /// Exact Hessian, or Gauss-Newton \f$J^T H_\mathrm{loss} J\f$; both with that of the regularisation.
  HessianKind hessian = HessianKind::Exact;
  /// Samples that a sweep works on at a time; 0: as many as suit the cache.
  int samplesPerBlock = 0;
  /// Positions that the objective is made for: the first so many of its samples; 0: all.
  long ownSamples = 0;
  OutputLayer outputLayer = OutputLayer::Trained;

  /// Reads "Hessian" and "Output Layer" of the list "Network" in \p parameters and checks the latter against
  /// the solver of the list "Step".
  /// \throws terrace::ParameterError if the output layer cannot be solved for.
  static ObjectiveOptions fromParameters(const Teuchos::ParameterList& parameters);
};

/// How good a network is on a set of samples. Diagnostics: not counted as work.
struct Metrics {
  double loss = 0; ///< Mean loss, without regularisation.
  /// Fraction of the samples whose class is predicted right; NaN for sets with targets.
  double accuracy = 0;
  /// \f$(\sum\|y-t\|^2 / \sum\|t\|^2)^{1/2}\f$ in the units of the targets (SampleSet::withTargetUnits());
  /// NaN for sets with labels.
  double relativeError = 0;
};

/// The regularised mean loss of a network over the samples of all ranks, as a function of its parameters.
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
/// (five: the forward three, W'dmu and dmu q').
///
/// With OutputLayer::Solved it is the reduced objective of variable projection (Golub & Pereyra, SIAM J.
/// Numer. Anal. 10, 1973), the least value over all output layers: the output layer in x is ignored,
/// derivatives by it are 0, and everything else that takes an x uses the solved layer, too. The fit is a
/// forward sweep before each evaluation (value and gradient 4/3, value alone 2/3); a Hessian product is two,
/// the first for what the fit does along the direction.
///
/// Vectors are ParameterVectors of the space: points and directions primal, derivatives dual. Values are the
/// same on all ranks; values that are not finite are returned as they are.
class ResNetObjective : public SampledObjective<double>, public LimitedPrecision {
public:
  /// \param[in] samples         of the space's communicator; labels for the cross entropy.
  /// \param[in] work            counter of the run; only this class adds to it.
  /// \param[in] workOfOneSweep  work units of one value-and-gradient sweep over its own samples.
  /// \throws std::invalid_argument if features or outputs differ from the network's, the loss needs labels,
  /// there are fewer samples than its own, or the output layer is to be solved for and has no minimiser
  /// (another loss than least squares, or no output Tikhonov).
  ResNetObjective(const ROL::Ptr<const ParameterSpace>& space, const SampleSet& samples,
                  const ROL::Ptr<WorkCounter>& work, double workOfOneSweep = 1.0,
                  const ObjectiveOptions& options = {});
  ~ResNetObjective() override;

  using ROL::Objective<double>::update;
  void update(const ROL::Vector<double>& x, ROL::UpdateType type, int iter = -1) override;
  void update(const ROL::Vector<double>& x, bool flag = true, int iter = -1) override;
  double value(const ROL::Vector<double>& x, double& tol) override;
  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& tol) override;
  void hessVec(ROL::Vector<double>& hv, const ROL::Vector<double>& v, const ROL::Vector<double>& x,
               double& tol) override;

  long samples() const override { return pool_.globalCount(); }
  long batchSamples() const override { return batch_.globalCount(); }
  void setBatch(const std::vector<long>& positions) override;
  void resetBatch() override;

  /// 1e-6 where the samples, and so the sweeps, are in single precision: the floor that tests hold them to.
  double relativeError() const override { return batch_.scalar() == SweepScalar::Float ? 1e-6 : 0; }
  std::string remedy() const override {
    return "Network > \"Sweep Precision\" = \"Double\" can get further.";
  }

  /// Mean loss without regularisation. Not counted as work; costs nothing at a kept point.
  double loss(const ROL::Vector<double>& x);
  /// Metrics on the present batch. Not counted as work; costs nothing at a kept point, but a forward sweep if
  /// the targets are logarithms.
  Metrics metrics(const ROL::Vector<double>& x) { return metrics(x, batch_); }
  /// Metrics on any samples of the same network: one forward sweep. Not counted as work.
  Metrics metrics(const ROL::Vector<double>& x, const SampleSet& samples);
  /// The relative error of each output alone, as Metrics::relativeError is of all; empty for sets with
  /// labels. Collective, the same on all ranks.
  std::vector<double> outputErrors(const ROL::Vector<double>& x, const SampleSet& samples);
  /// Network outputs, this rank's samples x outputs, row-major; \p samples may be unlabelled.
  std::vector<double> outputs(const ROL::Vector<double>& x, const SampleSet& samples);

  /// Writes the output layer that the objective uses at x into it; nothing with OutputLayer::Trained.
  void setOutputLayer(ROL::Vector<double>& x);

  const ROL::Ptr<const ParameterSpace>& space() const { return space_; }
  /// The present batch.
  const SampleSet& batch() const { return batch_; }
  /// Work units of one value-and-gradient sweep over the present batch.
  double workOfOneSweep() const {
    return workOfOwnSamples_ * (static_cast<double>(batch_.globalCount()) / static_cast<double>(ownSamples_));
  }

private:
  /// Sums over all ranks.
  struct Totals {
    double loss = 0; ///< Not yet divided by the number of samples; score and squaredTargets as in SweepSums.
    double score = 0;
    double squaredTargets = 0;
    double regularization = 0;
  };
  struct KeptPoint {
    bool filled = false;
    long lastUse = 0;
    ROL::Ptr<ParameterVector> x;
    ROL::Ptr<ParameterVector> gradient;
    Totals totals;
    detail::FittedOutputLayer output; ///< With OutputLayer::Solved.
  };

  KeptPoint* find(const ParameterVector& x);
  const KeptPoint& evaluate(const ParameterVector& x);
  Totals evaluateValue(const ParameterVector& x, const SampleSet& samples);
  Totals sumOverRanks(const detail::SweepSums& sums, double regularization) const;
  double value(const Totals& totals) const;
  std::vector<CompensatedSum> squaredErrors(const ROL::Vector<double>& x, const SampleSet& samples);
  void setBatch(const SampleSet& batch);
  detail::Sweep& sweepFor(const SampleSet& samples);
  ConstParameterView replicate(const ParameterVector& x, ParameterSpace::MultiVector& target) const;
  ConstParameterView replicateFitted(const ParameterVector& x);
  detail::FittedOutputLayer outputLayerAt(const ParameterVector& x);
  void hessianProduct(const ConstParameterView& theta, ParameterVector& product);
  void eliminateOutputLayer(const KeptPoint& point, const ParameterVector& product);
  void clearOutputLayer(ParameterVector& derivative) const;
  bool solvesOutputLayer() const { return outputFit_ != nullptr; }

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
  detail::RegularizationTerm regularization_;

  std::unique_ptr<detail::Sweep> sweep_;
  std::unique_ptr<detail::Sweep> otherSweep_;         ///< For samples in another scalar, made when met.
  std::unique_ptr<detail::OutputLayerFit> outputFit_; ///< With OutputLayer::Solved.
  Teuchos::RCP<ParameterSpace::MultiVector> replicated_;
  Teuchos::RCP<ParameterSpace::MultiVector> direction_;
  CompensatedView contributions_;
};

} // namespace terrace::resnet
