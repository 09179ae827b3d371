#pragma once

#include <terrace/multilevel/run/IterationTable.hpp>
#include <terrace/multilevel/sampling/SampledObjectives.hpp>
#include <terrace/multilevel/stochastic/AdamRule.hpp>
#include <terrace/multilevel/stochastic/MomentumRule.hpp>
#include <terrace/multilevel/stochastic/StochasticAlgorithm.hpp>
#include <terrace/multilevel/stochastic/StochasticParameters.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace terrace {

template <class Real>
StochasticAlgorithm<Real>::StochasticAlgorithm(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy,
                                               Teuchos::ParameterList& parameters,
                                               const SolverContext<Real>& context,
                                               ROL::Ptr<const RunLimits> limits)
    : hierarchy_(hierarchy), context_(context), limits_(std::move(limits)),
      name_(stochasticMethod(parameters)), verbosity_(parameters.sublist("General").get("Output Level", 0)),
      batches_(makeBatches(*hierarchy, parameters, context)),
      workLimit_(parameters.sublist("Status Test").get<double>("Work Limit")),
      iterationLimit_(parameters.sublist("Status Test").get<int>("Iteration Limit")),
      rate_(stochasticList(parameters), workLimit_ > 0 || iterationLimit_ > 0), rule_(makeRule(parameters)) {}

template <class Real>
BatchSequence StochasticAlgorithm<Real>::makeBatches(const LevelHierarchy<Real>& hierarchy,
                                                     const Teuchos::ParameterList& parameters,
                                                     const SolverContext<Real>& context) {
  const std::string name = stochasticMethod(parameters);
  const auto* objective = dynamic_cast<const SampledObjective<Real>*>(hierarchy[0].objective.get());
  if (objective == nullptr)
    throw ParameterError("Step: \"Type\" = \"" + name +
                         "\" needs an objective that is a mean over samples (terrace::SampledObjective).");
  const Teuchos::ParameterList& list = stochasticList(parameters);
  const int batchSize = list.get<int>("Batch Size");
  if (batchSize > objective->samples())
    throw ParameterError("Step > " + name + ": \"Batch Size\" = " + std::to_string(batchSize) +
                         " is more than the " + std::to_string(objective->samples()) + " samples.");
  if (name == "Adam" && AdamRule<Real>::hasOwnMetric(list) &&
      dynamic_cast<const MetricSource<Real>*>(hierarchy[0].objective.get()) == nullptr)
    throw ParameterError(
        "Step > Adam: \"Metric\" = \"Kronecker\" needs an objective that offers a metric of its "
        "own (terrace::MetricSource).");
  const int seed = list.get<int>("Seed");
  return BatchSequence(objective->samples(), batchSize,
                       seed > 0 ? static_cast<std::uint64_t>(seed) : context.seed);
}

template <class Real>
ROL::Ptr<GradientRule<Real>> StochasticAlgorithm<Real>::makeRule(const Teuchos::ParameterList& parameters) {
  const Teuchos::ParameterList& list = stochasticList(parameters);
  if (stochasticMethod(parameters) == "Adam") return ROL::makePtr<AdamRule<Real>>(list);
  return ROL::makePtr<MomentumRule<Real>>(list);
}

template <class Real>
void StochasticAlgorithm<Real>::run(ROL::Vector<Real>& x, const ROL::Vector<Real>& g,
                                    ROL::Objective<Real>& objective, std::ostream& out) {
  auto* sampled = dynamic_cast<SampledObjective<Real>*>(&objective);
  if (sampled == nullptr)
    throw std::invalid_argument(name_ + ": the objective is not a terrace::SampledObjective.");
  auto& state = *this->state_;
  state.reset();
  ROL::TypeU::Algorithm<Real>::initialize(x, g);
  batchGradient_ = g.clone();
  rule_->start(g, objective);
  start(x, *sampled);
  if (verbosity_ > 0) {
    writeName(out);
    writeOutput(out, true);
  }
  for (rest(x); this->status_->check(state); rest(x)) {
    epoch(x, *sampled);
    ++state.iter;
    evaluate(x, *sampled);
    report(x);
    if (verbosity_ > 0) writeOutput(out, verbosity_ > 1);
    if (finite()) continue;
    state.statusFlag = ROL::EXITSTATUS_NAN;
    break;
  }
  if (verbosity_ > 0) this->writeExitStatus(out);
}

// Starts at x, or resumes a state that was kept.
template <class Real>
void StochasticAlgorithm<Real>::start(ROL::Vector<Real>& x, SampledObjective<Real>& objective) {
  auto& state = *this->state_;
  state.snorm = std::numeric_limits<Real>::max();
  epoch_ = 0;
  nextBatch_ = 0;
  StateArchive<Real>* resumed =
      context_.checkpoints == ROL::nullPtr ? nullptr : context_.checkpoints->resumed();
  if (resumed != nullptr) visitState(*resumed, x);
  evaluate(x, objective);
  if (!finite()) throw std::runtime_error(name_ + ": the value or the gradient at the start is not finite.");
  if (resumed == nullptr) return report(x);
  state.iterateVec->set(x);
  state.minIterVec->set(x);
  state.minValue = state.value;
  state.minIter = state.iter;
}

template <class Real>
void StochasticAlgorithm<Real>::visitState(StateArchive<Real>& archive, ROL::Vector<Real>& x) {
  auto& state = *this->state_;
  archive.visitNumber("iteration", state.iter);
  archive.visitNumber("step_norm", state.snorm);
  archive.visitNumber("gradients", state.ngrad);
  archive.visitNumber("epoch", epoch_);
  archive.visitNumber("next_batch", nextBatch_);
  record_.visitState(archive, "record");
  archive.visit("iterate", x);
  rule_->visitState(archive, "rule");
}

template <class Real>
void StochasticAlgorithm<Real>::rest(ROL::Vector<Real>& x) {
  if (context_.checkpoints != ROL::nullPtr)
    context_.checkpoints->atRest(0, x, [this, &x](StateArchive<Real>& archive) { visitState(archive, x); });
}

// By the limit that will be reached first.
template <class Real>
double StochasticAlgorithm<Real>::partOfRun() const {
  const double work = workLimit_ > 0 ? hierarchy_->work()->units() / workLimit_ : 0;
  if (iterationLimit_ <= 0) return work;
  const double epochs = epoch_ + static_cast<double>(nextBatch_) / static_cast<double>(batches_.batches());
  return std::max(work, epochs / iterationLimit_);
}

template <class Real>
void StochasticAlgorithm<Real>::epoch(ROL::Vector<Real>& x, SampledObjective<Real>& objective) {
  const BatchReset<Real> reset(objective);
  batches_.startEpoch(epoch_);
  Real tolerance = std::sqrt(std::numeric_limits<Real>::epsilon());
  while (nextBatch_ < batches_.batches()) {
    // Setting the batch, even one of all samples, makes sure that the step pays for its gradient.
    const auto rate = static_cast<Real>(rate_.at(epoch_, partOfRun()));
    objective.setBatch(batches_.batch(nextBatch_++));
    rule_->expectGradient();
    objective.update(x, ROL::UpdateType::Initial);
    objective.gradient(*batchGradient_, x, tolerance);
    rule_->step(x, *batchGradient_, rate);
    ++this->state_->ngrad;
    if (limits_ != ROL::nullPtr && limits_->reached()) break;
  }
  if (nextBatch_ < batches_.batches()) return;
  ++epoch_;
  nextBatch_ = 0;
}

template <class Real>
void StochasticAlgorithm<Real>::evaluate(const ROL::Vector<Real>& x, SampledObjective<Real>& objective) {
  auto& state = *this->state_;
  const auto work = [&] {
    const UncountedWork uncounted(*hierarchy_->work());
    Real tolerance = std::sqrt(std::numeric_limits<Real>::epsilon());
    objective.update(x, ROL::UpdateType::Initial);
    state.value = objective.value(x, tolerance);
    objective.gradient(*state.gradientVec, x, tolerance);
    state.gnorm = state.gradientVec->norm();
  };
  if (context_.untimed) {
    context_.untimed(work);
  } else {
    work();
  }
}

template <class Real>
void StochasticAlgorithm<Real>::report(const ROL::Vector<Real>& x) {
  auto& state = *this->state_;
  if (state.iter > 0) {
    state.stepVec->set(x);
    state.stepVec->axpy(Real(-1), *state.iterateVec);
    state.snorm = state.stepVec->norm();
  }
  state.iterateVec->set(x);
  if (state.iter == 0 || state.value < state.minValue) {
    state.minValue = state.value;
    state.minIter = state.iter;
    if (state.minIterVec != ROL::nullPtr) state.minIterVec->set(x);
  }
  record_ = {};
  record_.iteration = record_.cycle = state.iter;
  record_.value = state.value;
  record_.gradientNorm = state.gnorm;
  record_.stepNorm = state.iter == 0 ? Real(0) : state.snorm;
  record_.radius = record_.ratio = std::numeric_limits<Real>::quiet_NaN();
  record_.accepted = state.iter > 0;
  record_.samples = (*hierarchy_)[0].samples;
  record_.work = hierarchy_->work()->units();
  if (context_.observer != ROL::nullPtr) context_.observer->observe(record_, x);
}

template <class Real>
bool StochasticAlgorithm<Real>::finite() const {
  return std::isfinite(this->state_->value) && std::isfinite(this->state_->gnorm);
}

template <class Real>
void StochasticAlgorithm<Real>::writeHeader(std::ostream& out) const {
  out << iterationTableHeader();
}

template <class Real>
void StochasticAlgorithm<Real>::writeName(std::ostream& out) const {
  out << '\n' << name_ << ", " << batches_.batches() << " batches an epoch\n";
}

template <class Real>
void StochasticAlgorithm<Real>::writeOutput(std::ostream& out, bool header) const {
  if (header) writeHeader(out);
  out << iterationTableRow(record_);
}

} // namespace terrace
