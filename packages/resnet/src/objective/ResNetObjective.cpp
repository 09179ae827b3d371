#include "parameters/Differences.hpp"

#include <terrace/multilevel/rol/SolverParameters.hpp>
#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/objective/ResNetObjective.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>
#include <terrace/resnet/samples/DataScaling.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

namespace terrace::resnet {
namespace {


constexpr double forwardWork = 1.0 / 3.0;
constexpr double exactHessianWork = 8.0 / 3.0;
constexpr double gaussNewtonWork = 5.0 / 3.0;

void checkKind(const ParameterVector& vector, VectorKind expected) {
  if (vector.kind() != expected)
    throw std::invalid_argument(
        expected == VectorKind::Primal
            ? "ResNetObjective: a dual vector was passed; expected a point or a direction."
            : "ResNetObjective: a primal vector was passed; expected one for a derivative.");
}

const ParameterVector& asPoint(const ROL::Vector<double>& x) {
  const auto& vector = dynamic_cast<const ParameterVector&>(x);
  checkKind(vector, VectorKind::Primal);
  return vector;
}

ParameterVector& asDerivative(ROL::Vector<double>& g) {
  auto& vector = dynamic_cast<ParameterVector&>(g);
  checkKind(vector, VectorKind::Dual);
  return vector;
}

ConstParameterView readLocal(const ParameterSpace::MultiVector& vector) {
  return Kokkos::subview(vector.getLocalViewDevice(Tpetra::Access::ReadOnly), Kokkos::ALL(), 0);
}

void checkOutputLayer(const Network& network, OutputLayer outputLayer) {
  if (outputLayer == OutputLayer::Trained) return;
  const std::string what = "Network: \"Output Layer\" = \"Solved\" ";
  if (network.loss != LossType::LeastSquares)
    throw ParameterError(what + "is for the loss \"Least Squares\"; expected \"Trained\" with \"" +
                         toString(network.loss) + "\".");
  if (!(network.regularization.outputTikhonov > 0))
    throw ParameterError(what +
                         "needs a positive Regularization > \"Output Tikhonov\"; expected, for example, "
                         "1e-6.");
}

[[noreturn]] void throwSingular(const Network& network) {
  std::ostringstream value;
  value << network.regularization.outputTikhonov;
  throw ParameterError(
      "Network > Regularization: \"Output Tikhonov\" = " + value.str() +
      " is too small for \"Output Layer\" = \"Solved\": at the first point the equations of the output "
      "layer are singular up to rounding; expected more, for example 1e-10.");
}

void checkSamples(const Network& network, const SampleSet& samples, bool needsTruth) {
  if (samples.features() != network.features || samples.outputs() != network.outputs)
    throw std::invalid_argument("The samples have " + std::to_string(samples.features()) + " features and " +
                                std::to_string(samples.outputs()) + " outputs; expected " +
                                std::to_string(network.features) + " and " + std::to_string(network.outputs) +
                                " as in the network.");
  if (!needsTruth) return;
  if (!samples.hasLabels() && !samples.hasTargets())
    throw std::invalid_argument(
        "The samples have neither labels nor targets; expected one of them for a loss.");
  if (network.loss == LossType::CrossEntropy && !samples.hasLabels())
    throw std::invalid_argument(
        "The samples have targets; expected labels for the loss \"Cross Entropy\" (or the loss "
        "\"Least Squares\").");
}

// Normalised rows of outputs or targets in the units of the samples' targets.
std::vector<double> inUnits(std::vector<double> rows, const SampleSet& samples) {
  const auto scale = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), samples.targetScale());
  const auto shift = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), samples.targetShift());
  if (scale.extent(0) == 0) return rows;
  DataScaling units;
  units.shift.assign(shift.data(), shift.data() + shift.extent(0));
  units.scale.assign(scale.data(), scale.data() + scale.extent(0));
  units.logarithm = samples.targetLogarithm();
  units.invert(rows);
  return rows;
}

// The output layer in a whole parameter vector.
void setOutputLayer(const std::vector<double>& values, const ParameterLayout& layout,
                    ParameterSpace::MultiVector& whole) {
  const auto host = whole.getLocalViewHost(Tpetra::Access::ReadWrite);
  std::copy(values.begin(), values.end(), host.data() + layout.outputOffset());
}

} // namespace

ObjectiveOptions ObjectiveOptions::fromParameters(const Teuchos::ParameterList& parameters) {
  const Teuchos::ParameterList& network = parameters.sublist("Network");
  ObjectiveOptions options;
  options.hessian =
      network.get<std::string>("Hessian") == "Gauss-Newton" ? HessianKind::GaussNewton : HessianKind::Exact;
  if (network.get<std::string>("Output Layer") == "Trained") return options;
  options.outputLayer = OutputLayer::Solved;
  const std::string what = "Network: \"Output Layer\" = \"Solved\" is for solvers that see all samples and ";
  if (isStochastic(parameters))
    throw ParameterError(what + "Step > \"Type\" is \"" +
                         parameters.sublist("Step").get<std::string>("Type") + "\"; expected \"Trained\".");
  const bool hasSampling = parameters.isSublist("Sampling"); // not where a surrogate is trained
  if (hasSampling && parameters.sublist("Sampling").get<std::string>("Type") == "Dynamic")
    throw ParameterError(what + "Sampling > \"Type\" is \"Dynamic\"; expected \"Trained\" (or \"Full\").");
  return options;
}

ResNetObjective::ResNetObjective(const ROL::Ptr<const ParameterSpace>& space, const SampleSet& samples,
                                 const ROL::Ptr<WorkCounter>& work, double workOfOneSweep,
                                 const ObjectiveOptions& options)
    : space_(space), pool_(samples),
      batch_(options.ownSamples > 0 ? samples.leading(options.ownSamples) : samples),
      ownSamples_(batch_.globalCount()), work_(work), workOfOwnSamples_(workOfOneSweep), options_(options),
      regularization_(space->network(), space->layout(), space->firstOwned(), space->ownedCount()) {
  checkSamples(space->network(), samples, true);
  checkOutputLayer(space->network(), options.outputLayer);
  sweep_ = detail::makeSweep(space->network(), samples.scalar(), options.samplesPerBlock);
  if (options.outputLayer == OutputLayer::Solved)
    outputFit_ =
        std::make_unique<detail::OutputLayerFit>(space->network(), samples.scalar(), options.samplesPerBlock);
  replicated_ = space->createReplicated();
  contributions_ = CompensatedView("terrace::ResNetObjective::contributions",
                                   static_cast<std::size_t>(space->layout().size()));
  for (auto& point : kept_) {
    point.x = space->createVector();
    point.gradient = space->createDualVector();
  }
}

ResNetObjective::~ResNetObjective() = default;

void ResNetObjective::setBatch(const std::vector<long>& positions) {
  setBatch(pool_.gather(positions));
}

void ResNetObjective::resetBatch() {
  if (!batch_.sameAs(pool_.leading(ownSamples_))) setBatch(pool_.leading(ownSamples_));
}

void ResNetObjective::setBatch(const SampleSet& batch) {
  batch_ = batch;
  for (auto& point : kept_) point.filled = false;
}

detail::Sweep& ResNetObjective::sweepFor(const SampleSet& samples) {
  if (samples.scalar() == batch_.scalar()) return *sweep_;
  if (!otherSweep_)
    otherSweep_ = detail::makeSweep(space_->network(), samples.scalar(), options_.samplesPerBlock);
  return *otherSweep_;
}

ConstParameterView ResNetObjective::replicate(const ParameterVector& x,
                                              ParameterSpace::MultiVector& target) const {
  space_->replicate(x, target);
  return readLocal(target);
}

detail::FittedOutputLayer ResNetObjective::outputLayerAt(const ParameterVector& x) {
  if (const KeptPoint* point = find(x)) return point->output;
  return outputFit_->fit(replicate(x, *replicated_), batch_);
}

// x on each rank, with the output layer that belongs to it.
ConstParameterView ResNetObjective::replicateFitted(const ParameterVector& x) {
  if (!solvesOutputLayer()) return replicate(x, *replicated_);
  const auto output = outputLayerAt(x);
  space_->replicate(x, *replicated_);
  terrace::resnet::setOutputLayer(output.parameters, space_->layout(), *replicated_);
  return readLocal(*replicated_);
}

void ResNetObjective::setOutputLayer(ROL::Vector<double>& x) {
  if (!solvesOutputLayer()) return;
  auto& point = dynamic_cast<ParameterVector&>(x);
  checkKind(point, VectorKind::Primal);
  const auto theta = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), replicateFitted(point));
  space_->assign({theta.data(), theta.data() + theta.extent(0)}, point);
}

// The reduced objective is stationary in the output layer.
void ResNetObjective::clearOutputLayer(ParameterVector& derivative) const {
  const auto local = derivative.local();
  const long first =
      std::clamp(space_->layout().outputOffset() - space_->firstOwned(), 0L, space_->ownedCount());
  Kokkos::deep_copy(Kokkos::subview(local, std::make_pair(static_cast<std::size_t>(first), local.extent(0))),
                    0.0);
}

ResNetObjective::Totals ResNetObjective::sumOverRanks(const detail::SweepSums& sums,
                                                      double regularization) const {
  std::array<CompensatedSum, 3> all{sums.loss, sums.score, sums.squaredTargets};
  resnet::sumOverRanks(*space_->comm(), all.data(), 3);
  return {all[0].value(), all[1].value(), all[2].value(), regularization};
}

double ResNetObjective::value(const Totals& totals) const {
  return totals.loss / static_cast<double>(batch_.globalCount()) + totals.regularization;
}

ResNetObjective::KeptPoint* ResNetObjective::find(const ParameterVector& x) {
  std::array<int, 2> local{1, 1};
  std::array<int, 2> global{};
  for (std::size_t i = 0; i < kept_.size(); ++i)
    if (kept_[i].filled)
      local[i] = detail::differences(x.local(), std::as_const(*kept_[i].x).local()) > 0 ? 1 : 0;
  Teuchos::reduceAll(*space_->comm(), Teuchos::REDUCE_MAX, 2, local.data(), global.data());
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    if (global[i] > 0) continue;
    kept_[i].lastUse = ++uses_;
    return &kept_[i];
  }
  return nullptr;
}

const ResNetObjective::KeptPoint& ResNetObjective::evaluate(const ParameterVector& x) {
  if (const KeptPoint* point = find(x)) return *point;
  KeptPoint& point = kept_[0].lastUse <= kept_[1].lastUse ? kept_[0] : kept_[1];
  if (solvesOutputLayer()) {
    // No view of the device's memory may live while the host writes.
    point.output = outputFit_->fit(replicate(x, *replicated_), batch_);
    // Later it is a step that went too far.
    if (point.output.isSingular && uses_ == 0) throwSingular(space_->network());
    terrace::resnet::setOutputLayer(point.output.parameters, space_->layout(), *replicated_);
    work_->addValue(forwardWork * workOfOneSweep());
  } else {
    space_->replicate(x, *replicated_);
  }
  const auto theta = readLocal(*replicated_);
  const auto sums = sweep_->valueAndGradient(theta, batch_, contributions_);
  point.totals = sumOverRanks(sums, regularization_.value(theta));
  space_->sumOntoOwners(contributions_, *point.gradient);
  regularization_.addDerivative(theta, point.gradient->local());
  if (solvesOutputLayer()) clearOutputLayer(*point.gradient);
  point.x->set(x);
  point.filled = true;
  point.lastUse = ++uses_;
  work_->addValueAndGradient(workOfOneSweep());
  return point;
}

ResNetObjective::Totals ResNetObjective::evaluateValue(const ParameterVector& x, const SampleSet& samples) {
  const auto theta = replicateFitted(x);
  return sumOverRanks(sweepFor(samples).value(theta, samples), regularization_.value(theta));
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
  if (const KeptPoint* kept = find(point)) return value(kept->totals);
  work_->addValue((solvesOutputLayer() ? 2 : 1) * forwardWork * workOfOneSweep());
  return value(evaluateValue(point, batch_));
}

void ResNetObjective::gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double&) {
  asDerivative(g).set(*evaluate(asPoint(x)).gradient);
}

// product = Hessian direction_, all parameters counting.
void ResNetObjective::hessianProduct(const ConstParameterView& theta, ParameterVector& product) {
  const auto direction = readLocal(*direction_);
  sweep_->hessianProduct(theta, direction, batch_, options_.hessian, contributions_);
  space_->sumOntoOwners(contributions_, product);
  regularization_.addDerivative(direction, product.local());
  const bool exact = options_.hessian == HessianKind::Exact;
  work_->addHessianProduct((exact ? exactHessianWork : gaussNewtonWork) * workOfOneSweep());
}

// direction_'s output layer = -F_VV^-1 (F_V. direction), which is in the product: how the fit moves along it.
void ResNetObjective::eliminateOutputLayer(const KeptPoint& point, const ParameterVector& product) {
  const auto whole = space_->gatherToAll(product);
  std::vector<double> output(whole.begin() + space_->layout().outputOffset(), whole.end());
  detail::OutputLayerFit::solve(point.output, space_->network().outputs, output);
  for (double& value : output) value = -value;
  terrace::resnet::setOutputLayer(output, space_->layout(), *direction_);
}

void ResNetObjective::hessVec(ROL::Vector<double>& hv, const ROL::Vector<double>& v,
                              const ROL::Vector<double>& x, double&) {
  auto& product = asDerivative(hv);
  const auto& at = asPoint(x);
  if (direction_.is_null()) direction_ = space_->createReplicated();
  space_->replicate(asPoint(v), *direction_);
  if (!solvesOutputLayer()) {
    hessianProduct(replicate(at, *replicated_), product);
    return;
  }
  const KeptPoint& point = evaluate(at);
  const auto theta = replicateFitted(at);
  const auto outputs = static_cast<std::size_t>(space_->layout().size() - space_->layout().outputOffset());
  terrace::resnet::setOutputLayer(std::vector<double>(outputs, 0.0), space_->layout(), *direction_);
  hessianProduct(theta, product);
  eliminateOutputLayer(point, product);
  hessianProduct(theta, product);
  clearOutputLayer(product);
}

double ResNetObjective::loss(const ROL::Vector<double>& x) {
  return metrics(x).loss;
}

Metrics ResNetObjective::metrics(const ROL::Vector<double>& x, const SampleSet& samples) {
  checkSamples(space_->network(), samples, true);
  const auto& point = asPoint(x);
  const KeptPoint* kept = samples.sameAs(batch_) ? find(point) : nullptr;
  const Totals totals = kept != nullptr ? kept->totals : evaluateValue(point, samples);
  const auto count = static_cast<double>(samples.globalCount());
  Metrics metrics;
  metrics.loss = totals.loss / count;
  metrics.accuracy = metrics.relativeError = std::numeric_limits<double>::quiet_NaN();
  if (samples.hasLabels()) {
    metrics.accuracy = totals.score / count;
  } else if (samples.targetLogarithm()) {
    CompensatedSum errors, targets;
    const auto sums = squaredErrors(x, samples);
    const auto half = sums.begin() + static_cast<std::ptrdiff_t>(sums.size() / 2);
    std::for_each(sums.begin(), half, [&](const auto& sum) { errors.add(sum); });
    std::for_each(half, sums.end(), [&](const auto& sum) { targets.add(sum); });
    // The exponential of a wild output is infinite, and the compensated sum then none.
    metrics.relativeError = std::isfinite(errors.value()) ? std::sqrt(errors.value() / targets.value())
                                                          : std::numeric_limits<double>::infinity();
  } else {
    metrics.relativeError = std::sqrt(totals.score / totals.squaredTargets);
  }
  return metrics;
}

// Of each output, in the units of the targets: the sum of the squared errors, then that of the squared
// targets. Samples that lie together are summed first, as in a sweep.
std::vector<CompensatedSum> ResNetObjective::squaredErrors(const ROL::Vector<double>& x,
                                                           const SampleSet& samples) {
  const auto y = inUnits(outputs(x, samples), samples), t = inUnits(samples.targetRows(), samples);
  const auto columns = static_cast<std::size_t>(samples.outputs());
  std::vector<CompensatedSum> sums(2 * columns);
  constexpr std::size_t together = SampleSet::dealtTogether;
  const std::size_t count = t.size() / columns;
  for (std::size_t group = 0; group < count; group += together)
    for (std::size_t j = 0; j < columns; ++j) {
      double errors = 0, targets = 0;
      for (std::size_t i = group; i < std::min(group + together, count); ++i) {
        const double error = y[i * columns + j] - t[i * columns + j], target = t[i * columns + j];
        errors += error * error;
        targets += target * target;
      }
      sums[j].add(errors);
      sums[columns + j].add(targets);
    }
  resnet::sumOverRanks(*space_->comm(), sums.data(), static_cast<int>(sums.size()));
  return sums;
}

std::vector<double> ResNetObjective::outputErrors(const ROL::Vector<double>& x, const SampleSet& samples) {
  if (!samples.hasTargets()) return {};
  const auto sums = squaredErrors(x, samples);
  const std::size_t columns = sums.size() / 2;
  std::vector<double> relative(columns);
  for (std::size_t j = 0; j < columns; ++j)
    relative[j] = std::sqrt(sums[j].value() / sums[columns + j].value());
  return relative;
}

std::vector<double> ResNetObjective::outputs(const ROL::Vector<double>& x, const SampleSet& samples) {
  checkSamples(space_->network(), samples, false);
  const auto theta = replicateFitted(asPoint(x));
  return sweepFor(samples).outputs(theta, samples);
}

} // namespace terrace::resnet
