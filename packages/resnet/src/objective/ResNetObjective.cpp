#include "metric/KroneckerMetric.hpp"
#include "metric/StencilMetric.hpp"
#include "objective/Prediction.hpp"
#include "objective/RecentPoints.hpp"
#include "objective/RegularizationTerm.hpp"
#include "objective/TargetErrors.hpp"
#include "objective/VectorChecks.hpp"
#include "objective/Work.hpp"
#include "sweep/DirectionalSweep.hpp"

#include <terrace/multilevel/stochastic/DiagonalMetric.hpp>
#include <terrace/resnet/objective/ResNetObjective.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace terrace::resnet {
namespace {

using detail::asDerivative;
using detail::asPoint;
using detail::exactHessianWork;
using detail::forwardWork;
using detail::gaussNewtonWork;

ConstParameterView readLocal(const ParameterSpace::MultiVector& vector) {
  return Kokkos::subview(vector.getLocalViewDevice(Tpetra::Access::ReadOnly), Kokkos::ALL(), 0);
}

void checkSamples(const Network& network, const SampleSet& samples, bool needsTruth) {
  if (samples.features() != network.features() || samples.outputs() != network.outputs)
    throw std::invalid_argument("The samples have " + std::to_string(samples.features()) + " features and " +
                                std::to_string(samples.outputs()) + " outputs; expected " +
                                std::to_string(network.features()) + " and " +
                                std::to_string(network.outputs) + " as in the network.");
  if (!needsTruth) return;
  if (!samples.hasLabels() && !samples.hasTargets())
    throw std::invalid_argument(
        "The samples have neither labels nor targets; expected one of them for a loss.");
  if (network.loss == LossType::CrossEntropy && !samples.hasLabels())
    throw std::invalid_argument(
        "The samples have targets; expected labels for the loss \"Cross Entropy\" (or the loss "
        "\"Least Squares\").");
  if (samples.directions() > 0 && !detail::DirectionalSweep::supports(network))
    throw std::invalid_argument(
        "The samples have derivatives; expected none, or a dense network with the loss "
        "\"Least Squares\".");
}

} // namespace

ResNetObjective::ResNetObjective(const ROL::Ptr<const ParameterSpace>& space, const SampleSet& samples,
                                 const ROL::Ptr<WorkCounter>& work, double workOfOneSweep,
                                 const ObjectiveOptions& options)
    : space_(space), pool_(samples),
      batch_(options.ownSamples > 0 ? samples.leading(options.ownSamples) : samples),
      ownSamples_(batch_.globalCount()), work_(work), workOfOwnSamples_(workOfOneSweep), options_(options),
      regularization_(std::make_unique<detail::RegularizationTerm>(space->layout(), space->firstOwned(),
                                                                   space->ownedCount())) {
  if (options.outputLayer != OutputLayer::Trained)
    throw std::invalid_argument(
        "ResNetObjective: the options ask for a solved output layer; expected makeObjective().");
  checkSamples(space->network(), samples, true);
  detail::Sweep& sweep = sweepFor(batch_);
  if (space->network().samplesTogether() > 1)
    prediction_ = std::make_unique<detail::Prediction>(space, batch_, sweep, options.chunkSamples);
  replicated_ = space->createReplicated();
  contributions_ = CompensatedView("terrace::ResNetObjective::contributions",
                                   static_cast<std::size_t>(space->layout().size()));
  for (auto& point : kept_) {
    point.x = space->createVector();
    point.gradient = space->createDualVector();
  }
}

ResNetObjective::~ResNetObjective() = default;

ROL::Ptr<AdaptiveMetric<double>> ResNetObjective::makeMetric(const MetricOptions& options) {
  const bool images = space_->network().isConvolutional();
  if (!sweepFor(batch_).gathersMoments() && !images)
    return ROL::makePtr<DiagonalMetric<double>>(*space_->createDualVector(), options);
  metricFeed_ = std::make_shared<detail::MetricFeed>(space_, pool_, work_,
                                                     workOfOwnSamples_ / static_cast<double>(ownSamples_));
  if (images) return ROL::makePtr<detail::StencilMetric>(metricFeed_, options);
  if (pool_.scalar() == SweepScalar::Float)
    return ROL::makePtr<detail::KroneckerMetric<float>>(metricFeed_, options);
  return ROL::makePtr<detail::KroneckerMetric<double>>(metricFeed_, options);
}

void ResNetObjective::setBatch(const std::vector<long>& positions) {
  setBatch(pool_.subset(positions, batch_.sharesMemoryOf(pool_) ? nullptr : &batch_));
}

void ResNetObjective::resetBatch() {
  if (!batch_.sameAs(pool_.leading(ownSamples_))) setBatch(pool_.leading(ownSamples_));
}

void ResNetObjective::setBatch(const SampleSet& batch) {
  batch_ = batch;
  for (auto& point : kept_) point.lastUse = 0;
}

detail::Sweep& ResNetObjective::sweepFor(const SampleSet& samples) {
  const bool hasDerivatives = samples.directions() > 0;
  auto& sweep = sweeps_[(samples.scalar() == SweepScalar::Float ? 2U : 0U) + (hasDerivatives ? 1U : 0U)];
  if (sweep != nullptr) return *sweep;
  if (hasDerivatives) {
    sweep = detail::makeDirectionalSweep(space_->network(), samples.scalar(), options_.chunkSamples);
  } else {
    sweep = detail::makeSweep(space_->network(), samples.scalar(), options_.chunkSamples);
  }
  return *sweep;
}

ConstParameterView ResNetObjective::replicate(const ParameterVector& x,
                                              ParameterSpace::MultiVector& target) const {
  if (space_->comm()->getSize() == 1) return x.local();
  space_->replicate(x, target);
  return readLocal(target);
}

ResNetObjective::Totals ResNetObjective::sumOverRanks(const detail::SweepSums& sums,
                                                      double regularization) const {
  std::array<CompensatedSum, 5> all{sums.loss, sums.score, sums.squaredTargets, sums.derivativeScore,
                                    sums.squaredDerivatives};
  resnet::sumOverRanks(*space_->comm(), all.data(), static_cast<int>(all.size()));
  return {all[0].value(), all[1].value(), all[2].value(), all[3].value(), all[4].value(), regularization};
}

double ResNetObjective::value(const Totals& totals) const {
  return totals.loss / static_cast<double>(batch_.globalCount()) + totals.regularization;
}

ResNetObjective::Lookup ResNetObjective::lookUp(const ParameterVector& x) {
  unsigned differing = detail::differingPoints(kept_, x);
  ConstParameterView theta = x.local();
  if (space_->comm()->getSize() > 1) {
    differing = space_->replicate(x, *replicated_, differing);
    theta = readLocal(*replicated_);
  }
  return {theta, detail::knownPoint(kept_, differing, uses_)};
}

const ResNetObjective::KeptPoint& ResNetObjective::evaluate(const ParameterVector& x) {
  const auto [theta, known] = lookUp(x);
  if (known != nullptr) return *known;
  KeptPoint& point = detail::oldestPoint(kept_);
  const bool gathers = metricFeed_ && metricFeed_->wanted && batch_.scalar() == pool_.scalar() &&
                       batch_.globalCount() % detail::Sweep::momentSamples == 0;
  const auto sums = sweepFor(batch_).valueAndGradient(theta, batch_, contributions_,
                                                      gathers ? &metricFeed_->moments : nullptr);
  if (gathers) {
    metricFeed_->wanted = false;
    metricFeed_->gatheredSamples = batch_.globalCount();
  }
  point.totals = sumOverRanks(sums, regularization_->value(theta));
  space_->sumOntoOwners(contributions_, *point.gradient);
  regularization_->addDerivative(theta, point.gradient->local());
  point.x->set(x);
  point.lastUse = ++uses_;
  work_->addValueAndGradient(workOfOneSweep());
  return point;
}

// Whether the samples are not those of the training, whose statistics would depend on which they are.
bool ResNetObjective::predicts(const SampleSet& samples) const {
  return prediction_ != nullptr && !samples.sameAs(batch_);
}

NormalizationStatistics ResNetObjective::statistics(const ROL::Vector<double>& x) {
  return prediction_ != nullptr ? prediction_->statistics(asPoint(x)) : NormalizationStatistics();
}

ResNetObjective::Totals ResNetObjective::evaluateValue(const ConstParameterView& theta,
                                                       const SampleSet& samples) {
  return sumOverRanks(sweepFor(samples).value(theta, samples), regularization_->value(theta));
}

void ResNetObjective::update(const ROL::Vector<double>&, ROL::UpdateType type, int) {
  temporary_ = type == ROL::UpdateType::Temp;
}

void ResNetObjective::update(const ROL::Vector<double>&, bool, int) {
  temporary_ = false;
}

double ResNetObjective::value(const ROL::Vector<double>& x, double&) {
  const auto& point = asPoint(x);
  if (!temporary_) return value(evaluate(point).totals);
  const auto [theta, known] = lookUp(point);
  if (known != nullptr) return value(known->totals);
  work_->addValue(forwardWork * workOfOneSweep());
  return value(evaluateValue(theta, batch_));
}

void ResNetObjective::gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double&) {
  const auto& point = asPoint(x);
  const KeptPoint* known = detail::findPoint(kept_, point, uses_); // as a rule there is one
  asDerivative(g).set(*(known != nullptr ? *known : evaluate(point)).gradient);
}

double ResNetObjective::valueWithGradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double&) {
  auto& derivative = asDerivative(g);
  const KeptPoint& point = evaluate(asPoint(x));
  derivative.set(*point.gradient);
  return value(point.totals);
}

void ResNetObjective::hessVec(ROL::Vector<double>& hv, const ROL::Vector<double>& v,
                              const ROL::Vector<double>& x, double&) {
  auto& product = asDerivative(hv);
  const auto& at = asPoint(x);
  if (direction_.is_null()) direction_ = space_->createReplicated();
  const auto direction = replicate(asPoint(v), *direction_);
  sweepFor(batch_).hessianProduct(replicate(at, *replicated_), direction, batch_, options_.hessian,
                                  contributions_);
  space_->sumOntoOwners(contributions_, product);
  regularization_->addDerivative(direction, product.local());
  const bool exact = options_.hessian == HessianKind::Exact;
  work_->addHessianProduct((exact ? exactHessianWork : gaussNewtonWork) * workOfOneSweep());
}

Metrics ResNetObjective::metrics(const ROL::Vector<double>& x, const SampleSet& samples) {
  checkSamples(space_->network(), samples, true);
  const auto& point = asPoint(x);
  const KeptPoint* kept = samples.sameAs(batch_) ? detail::findPoint(kept_, point, uses_) : nullptr;
  const Totals totals = kept != nullptr     ? kept->totals
                        : predicts(samples) ? sumOverRanks(prediction_->value(point, samples), 0)
                                            : evaluateValue(replicate(point, *replicated_), samples);
  const auto count = static_cast<double>(samples.globalCount());
  Metrics metrics;
  metrics.loss = totals.loss / count;
  metrics.accuracy = metrics.relativeError = metrics.derivativeError =
      std::numeric_limits<double>::quiet_NaN();
  if (samples.hasLabels()) {
    metrics.accuracy = totals.score / count;
  } else if (samples.targetLogarithm()) {
    const auto values = outputs(x, samples);
    metrics.relativeError = detail::TargetErrors(values, samples).relative();
    if (samples.directions() > 0)
      metrics.derivativeError =
          detail::TargetErrors::ofDerivatives(values, tangents(point, samples), samples).relative();
  } else {
    metrics.relativeError = std::sqrt(totals.score / totals.squaredTargets);
    if (samples.directions() > 0)
      metrics.derivativeError = std::sqrt(totals.derivativeScore / totals.squaredDerivatives);
  }
  return metrics;
}

std::vector<double> ResNetObjective::outputErrors(const ROL::Vector<double>& x, const SampleSet& samples) {
  if (!samples.hasTargets()) return {};
  return detail::TargetErrors(outputs(x, samples), samples).relativeOfEach();
}

std::vector<double> ResNetObjective::tangents(const ParameterVector& x, const SampleSet& samples) {
  const auto theta = replicate(x, *replicated_);
  return dynamic_cast<detail::DirectionalSweep&>(sweepFor(samples)).tangents(theta, samples);
}

std::vector<double> ResNetObjective::outputs(const ROL::Vector<double>& x, const SampleSet& samples) {
  checkSamples(space_->network(), samples, false);
  if (predicts(samples)) return prediction_->outputs(asPoint(x), samples);
  const auto theta = replicate(asPoint(x), *replicated_);
  return sweepFor(samples).outputs(theta, samples);
}

} // namespace terrace::resnet
