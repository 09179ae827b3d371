#pragma once

#include <terrace/multilevel/hierarchy/ValueAlone.hpp>
#include <terrace/multilevel/hierarchy/ValueWithGradient.hpp>
#include <terrace/multilevel/stochastic/AveragedDescent.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace terrace {

template <class Real>
AveragedDescent<Real>::AveragedDescent(const ROL::Vector<Real>& x, ROL::Ptr<AdaptiveMetric<Real>> metric,
                                       const Options& options)
    : metric_(std::move(metric)), options_(options), gradient_(x.dual().clone()) {
  for (auto* vector : {&x_, &u_, &keptX_, &keptU_, &point_, &direction_}) *vector = x.clone();
}

template <class Real>
void AveragedDescent<Real>::start(const ROL::Vector<Real>& x) {
  metric_->restart();
  x_->set(x);
  u_->zero();
  value_ = pairing_ = stepLength_ = slope_ = curvature_ = weights_ = 0;
  steps_ = probes_ = 0;
  isFirst_ = true;
  keep();
}

template <class Real>
void AveragedDescent<Real>::continueFrom(const AveragedDescent& coarse, const ROL::Vector<Real>& x,
                                         const ROL::Vector<Real>& u, long steps) {
  start(x);
  u_->set(u);
  stepLength_ = coarse.stepLength_;
  slope_ = coarse.slope_;
  curvature_ = coarse.curvature_;
  steps_ = std::max(steps, 1L);
  probes_ = std::min(coarse.probes_, steps_);
  const auto n = static_cast<Real>(steps_);
  weights_ = n * (n + 1) * (2 * n + 1) / 6;
}

template <class Real>
Real AveragedDescent<Real>::learn(ROL::Objective<Real>& objective, const ROL::Vector<Real>& x) {
  const Real value = evaluate(objective, x);
  if (std::isfinite(value) && std::isfinite(gradient_->norm())) metric_->learn(*gradient_);
  return value;
}

// The value, and where it is finite the gradient, from which the metric may learn.
template <class Real>
Real AveragedDescent<Real>::evaluate(ROL::Objective<Real>& objective, const ROL::Vector<Real>& x) {
  metric_->expectGradient();
  Real tolerance = std::sqrt(std::numeric_limits<Real>::epsilon());
  objective.update(x, ROL::UpdateType::Initial);
  return valueWithGradient(objective, *gradient_, x, tolerance);
}

template <class Real>
void AveragedDescent<Real>::keep() {
  keptX_->set(*x_);
  keptU_->set(*u_);
}

template <class Real>
void AveragedDescent<Real>::restore() {
  x_->set(*keptX_);
  u_->set(*keptU_);
}

template <class Real>
void AveragedDescent<Real>::goBack() {
  restore();
  stepLength_ /= 2;
}

template <class Real>
bool AveragedDescent<Real>::step(ROL::Objective<Real>& objective) {
  const auto s = static_cast<Real>(options_.lookAhead);
  point_->set(*x_);
  point_->axpy(s, *u_);
  value_ = evaluate(objective, *point_);
  pairing_ = std::isfinite(value_) ? s * u_->apply(*gradient_) : value_;
  if (!std::isfinite(pairing_)) {
    stepLength_ /= 2;
    return false;
  }
  metric_->learnAndApplyInverse(*direction_, *gradient_);
  isFirst_ ? findStepLength(objective) : steer(objective);
  isFirst_ = false;
  const auto weight = static_cast<Real>(steps_ + 1) * static_cast<Real>(steps_ + 1);
  weights_ += weight;
  const Real share = weight / weights_;
  // Algorithm 5, step 2: z := z - alpha M^{-1} g moves u = z - x along; x := x + c u leaves (1 - c) u.
  u_->axpy(-stepLength_, *direction_);
  x_->axpy(share, *u_);
  u_->scale(Real(1) - share);
  ++steps_;
  return true;
}

// Algorithm 5, step 2, first step: the longest step, by doubling, that gives half of the predicted decrease
// on the batch. At a start an eighth of it; else it bounds the step length that was brought along.
template <class Real>
void AveragedDescent<Real>::findStepLength(ROL::Objective<Real>& objective) {
  constexpr int mostDoublings = 60;
  const Real slope = direction_->apply(*gradient_);
  Real length = Real(2e-5);
  for (int i = 0; i < mostDoublings && slope > Real(0); ++i) {
    point_->set(*x_);
    point_->axpy(static_cast<Real>(options_.lookAhead), *u_);
    point_->axpy(-length, *direction_);
    const Real decrease = value_ - valueAlone(objective, *point_);
    if (!(decrease >= length * slope / 2)) break; // also where it is not finite
    length *= 2;
  }
  stepLength_ = stepLength_ > Real(0) ? std::min(stepLength_, length) : length / 8;
}

template <class Real>
void AveragedDescent<Real>::steer(ROL::Objective<Real>& objective) {
  const auto follow = [](Real& mean, Real term, long count) {
    const Real window = count <= 8 ? static_cast<Real>(count) : Real(8) + static_cast<Real>(count) / Real(8);
    mean += (term - mean) / window;
  };
  follow(slope_, pairing_, steps_);
  if (steps_ % (steps_ < 64 ? 2 : 8) == 0) {
    const Real curvature = pairing_ - value_ + valueAlone(objective, *x_);
    if (std::isfinite(curvature)) follow(curvature_, curvature, ++probes_);
  }
  if (steps_ < 4) return;
  // Algorithm 5, step 3; without curvature nothing holds the step back.
  const Real fraction =
      curvature_ > Real(0) ? Real(1) - slope_ / (2 * curvature_) : std::numeric_limits<Real>::max();
  const Real factor = std::clamp(fraction / static_cast<Real>(options_.steering), Real(0.5), Real(2));
  stepLength_ *= std::pow(factor, Real(1) / static_cast<Real>(4 + steps_));
}

template <class Real>
void AveragedDescent<Real>::visitState(StateArchive<Real>& archive, const std::string& name) {
  archive.visit(name + "/x", *x_);
  archive.visit(name + "/u", *u_);
  archive.visit(name + "/kept_x", *keptX_);
  archive.visit(name + "/kept_u", *keptU_);
  archive.visitNumber(name + "/value", value_);
  archive.visitNumber(name + "/step_length", stepLength_);
  archive.visitNumber(name + "/slope", slope_);
  archive.visitNumber(name + "/curvature", curvature_);
  archive.visitNumber(name + "/is_first", isFirst_);
  archive.visitNumber(name + "/steps", steps_);
  archive.visitNumber(name + "/probes", probes_);
  archive.visitNumber(name + "/weights", weights_);
  metric_->visitState(archive, name + "/metric");
}

} // namespace terrace
