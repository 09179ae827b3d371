#include "objective/OutputLayerSolver.hpp"
#include "objective/RecentPoints.hpp"
#include "objective/VectorChecks.hpp"
#include "objective/Work.hpp"

#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/objective/SolvedOutputObjective.hpp>

#include <algorithm>
#include <sstream>
#include <string>
#include <utility>

namespace terrace::resnet {
namespace {

using detail::asDerivative;
using detail::asPoint;

void checkOutputLayer(const Network& network) {
  const std::string what = "Network: \"Output Layer\" = \"Solved\" ";
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

ObjectiveOptions trained(ObjectiveOptions options) {
  options.outputLayer = OutputLayer::Trained;
  return options;
}

// The output layer in a vector: this rank's part of \p values.
void assignOutputLayer(const std::vector<double>& values, const ParameterSpace& space, ParameterVector& x) {
  const long offset = space.layout().output().offset, first = space.firstOwned();
  const auto local = x.getVector()->getLocalViewHost(Tpetra::Access::ReadWrite);
  for (long i = std::max(offset, first); i < first + space.ownedCount(); ++i)
    local(static_cast<std::size_t>(i - first), 0) = values[static_cast<std::size_t>(i - offset)];
}

void clearOutputLayer(const ParameterSpace& space, ParameterVector& x) {
  assignOutputLayer(std::vector<double>(static_cast<std::size_t>(space.layout().output().size), 0.0), space,
                    x);
}

} // namespace

SolvedOutputObjective::SolvedOutputObjective(const ROL::Ptr<const ParameterSpace>& space,
                                             const SampleSet& samples, const ROL::Ptr<WorkCounter>& work,
                                             double workOfOneSweep, const ObjectiveOptions& options)
    : full_(space, samples, work, workOfOneSweep, trained(options)), work_(work) {
  checkOutputLayer(space->network());
  solver_ = detail::makeOutputLayerSolver(space->network(), samples.scalar(), options.chunkSamples);
  replicated_ = space->createReplicated();
  direction_ = space->createVector();
  for (Fit* fit : {&kept_[0], &kept_[1], &passing_}) {
    fit->x = space->createVector();
    fit->fitted = space->createVector();
    fit->layer = std::make_unique<detail::FittedOutputLayer>();
  }
}

SolvedOutputObjective::~SolvedOutputObjective() = default;

void SolvedOutputObjective::forget() {
  for (Fit& fit : kept_) fit.lastUse = 0;
}

void SolvedOutputObjective::setBatch(const std::vector<long>& positions) {
  full_.setBatch(positions);
  forget();
}

void SolvedOutputObjective::resetBatch() {
  const SampleSet before = full_.batch();
  full_.resetBatch();
  if (!before.sameAs(full_.batch())) forget();
}

void SolvedOutputObjective::update(const ROL::Vector<double>& x, ROL::UpdateType type, int iter) {
  temporary_ = type == ROL::UpdateType::Temp;
  full_.update(x, type, iter);
}

void SolvedOutputObjective::update(const ROL::Vector<double>& x, bool flag, int iter) {
  temporary_ = false;
  full_.update(x, flag, iter);
}

void SolvedOutputObjective::fit(Fit& target, const ParameterVector& x) {
  space()->replicate(x, *replicated_);
  *target.layer = solver_->fit(
      Kokkos::subview(replicated_->getLocalViewDevice(Tpetra::Access::ReadOnly), Kokkos::ALL(), 0), batch());
  target.x->set(x);
  target.fitted->set(x);
  assignOutputLayer(target.layer->parameters, *space(), *target.fitted);
}

// Of a fit: a forward sweep, and what an iteration for the layer takes.
double SolvedOutputObjective::workOf(const Fit& fit) const {
  return (detail::forwardWork + fit.layer->flops / space()->network().flopsPerSample()) * workOfOneSweep();
}

// The fit at x, which is kept: x is about to be evaluated.
const SolvedOutputObjective::Fit& SolvedOutputObjective::evaluate(const ParameterVector& x) {
  if (const Fit* known = detail::findPoint(kept_, x, uses_)) return *known;
  Fit& target = detail::oldestPoint(kept_);
  fit(target, x);
  // Later it is a step that went too far.
  if (target.layer->isSingular && uses_ == 0) throwSingular(space()->network());
  work_->addValue(workOf(target));
  target.lastUse = ++uses_;
  return target;
}

// The fit at x, not counted and not kept.
const SolvedOutputObjective::Fit& SolvedOutputObjective::fitOnly(const ParameterVector& x) {
  if (const Fit* known = detail::findPoint(kept_, x, uses_)) return *known;
  fit(passing_, x);
  return passing_;
}

double SolvedOutputObjective::value(const ROL::Vector<double>& x, double& tol) {
  const auto& point = asPoint(x);
  if (!temporary_) return full_.value(*evaluate(point).fitted, tol);
  const Fit& at = fitOnly(point);
  if (&at == &passing_) work_->addValue(workOf(at));
  return full_.value(*at.fitted, tol);
}

// The reduced objective is stationary in the output layer.
void SolvedOutputObjective::gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& tol) {
  auto& derivative = asDerivative(g);
  full_.gradient(derivative, *evaluate(asPoint(x)).fitted, tol);
  clearOutputLayer(*space(), derivative);
}

double SolvedOutputObjective::valueWithGradient(ROL::Vector<double>& g, const ROL::Vector<double>& x,
                                                double& tol) {
  auto& derivative = asDerivative(g);
  const double value = full_.valueWithGradient(derivative, *evaluate(asPoint(x)).fitted, tol);
  clearOutputLayer(*space(), derivative);
  return value;
}

// With the direction's output layer = -F_VV^-1 (F_V. v), which is in the first product: how the fit moves
// along v.
void SolvedOutputObjective::hessVec(ROL::Vector<double>& hv, const ROL::Vector<double>& v,
                                    const ROL::Vector<double>& x, double& tol) {
  auto& product = asDerivative(hv);
  const Fit& at = evaluate(asPoint(x));
  full_.gradient(product, *at.fitted, tol);
  direction_->set(asPoint(v));
  clearOutputLayer(*space(), *direction_);
  full_.hessVec(product, *direction_, *at.fitted, tol);
  const auto whole = space()->gatherToAll(product);
  std::vector<double> output(whole.begin() + space()->layout().output().offset, whole.end());
  solver_->solve(*at.layer, batch(), output);
  for (double& value : output) value = -value;
  assignOutputLayer(output, *space(), *direction_);
  full_.hessVec(product, *direction_, *at.fitted, tol);
  clearOutputLayer(*space(), product);
}

Metrics SolvedOutputObjective::metrics(const ROL::Vector<double>& x, const SampleSet& samples) {
  return full_.metrics(*fitOnly(asPoint(x)).fitted, samples);
}

std::vector<double> SolvedOutputObjective::outputErrors(const ROL::Vector<double>& x,
                                                        const SampleSet& samples) {
  return full_.outputErrors(*fitOnly(asPoint(x)).fitted, samples);
}

std::vector<double> SolvedOutputObjective::outputs(const ROL::Vector<double>& x, const SampleSet& samples) {
  return full_.outputs(*fitOnly(asPoint(x)).fitted, samples);
}

void SolvedOutputObjective::setOutputLayer(ROL::Vector<double>& x) {
  auto& point = dynamic_cast<ParameterVector&>(x);
  point.set(*fitOnly(asPoint(point)).fitted);
}

} // namespace terrace::resnet
