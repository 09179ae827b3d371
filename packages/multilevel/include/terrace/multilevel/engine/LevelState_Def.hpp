#pragma once

#include <terrace/multilevel/engine/CoarseModel_Def.hpp>
#include <terrace/multilevel/engine/LevelState.hpp>
#include <terrace/multilevel/engine/TruncatedCG_Def.hpp>

#include <cmath>
#include <limits>

// A Real other than double needs CompactSR1_Def.hpp too, which the engine's units must not compile: the
// secant has its own compiler options.
namespace terrace {

template <class Real>
LevelState<Real>::LevelState(const LevelHierarchy<Real>& hierarchy, int level,
                             const CycleParameters& parameters,
                             const Teuchos::ParameterList& secantParameters)
    : model(hierarchy[level].objective, *hierarchy[level].vector, hierarchy[level].vector->dual()),
      secant(secantParameters), smoothingRadius(parameters), correctionRadius(parameters),
      recursion(parameters.recursion), x(hierarchy[level].vector->clone()), xTrial(x->clone()),
      step(x->clone()), start(x->clone()), gradient(hierarchy[level].vector->dual().clone()),
      gradientTrial(gradient.vector().clone()),
      precision(dynamic_cast<const LimitedPrecision*>(hierarchy[level].objective.get())),
      scaledGradient_(ROL::nullPtr), scaledGradientTrial_(ROL::nullPtr) {
  const ROL::Vector<Real>& dual = gradient.vector();
  if (level > 0) restrictedGradient = dual.clone();
  if (parameters.smoother == CycleParameters::Smoother::Newton) {
    const bool coarsest = level + 1 == hierarchy.size();
    newton = ROL::makePtr<TruncatedCG<Real>>(
        *x, dual, coarsest ? parameters.coarseCgIterations : parameters.smoothingCgIterations,
        static_cast<Real>(parameters.cgTolerance));
  } else {
    gradientDifference_ = dual.clone();
    secant.reserve(*x, dual);
  }
}

template <class Real>
void LevelState<Real>::restart(const CycleParameters& parameters) {
  setMetric(ROL::nullPtr);
  secant.clear();
  trialsInNoise_ = rejections_ = 0;
  smoothingRadius = TrustRegionRadius<Real>(parameters);
  correctionRadius = TrustRegionRadius<Real>(parameters);
  recursion = RecursionControl(parameters.recursion);
  model.resetCounts();
  leaveCoarseModel();
}

template <class Real>
bool LevelState<Real>::enterCoarseModel(const ROL::Vector<Real>& restricted, Real distance) {
  model.tolerateFailures();
  evaluate();
  if (!std::isfinite(value) || !std::isfinite(gradientNorm)) {
    leaveCoarseModel();
    return false;
  }
  model.setLinearTerm(*x, restricted, gradient.vector());
  bound = distance;
  smoothingRadius.set(
      std::max(smoothingRadius.value(), Real(0.01) * distance)); // the last model's may have collapsed
  gradient.overwrite().set(restricted);
  gradientNorm = gradient.norm();
  return true;
}

template <class Real>
void LevelState<Real>::leaveCoarseModel() {
  model.clear();
  bound = std::numeric_limits<Real>::infinity();
}

template <class Real>
Real LevelState<Real>::smallestStep() {
  if (!std::isfinite(iterateBound_)) iterateBound_ = x->norm();
  return std::numeric_limits<Real>::epsilon() * iterateBound_;
}

template <class Real>
bool LevelState<Real>::stepIsLost() {
  xTrial->set(*x);
  xTrial->plus(*step);
  xTrial->axpy(Real(-1), *x);
  return xTrial->norm() == Real(0);
}

template <class Real>
Real LevelState<Real>::remainingDistance() {
  if (!std::isfinite(bound)) return bound;
  step->set(*x);
  step->axpy(Real(-1), model.origin());
  return bound - step->norm();
}

template <class Real>
void LevelState<Real>::evaluate() {
  Real tol = std::sqrt(std::numeric_limits<Real>::epsilon());
  model.update(*x, ROL::UpdateType::Initial);
  value = model.valueWithGradient(gradient.overwrite(), *x, tol);
  if (!std::isfinite(value)) model.gradient(gradient.overwrite(), *x, tol);
  valueScale = std::min(std::abs(value), Real(1));
  trialsInNoise_ = rejections_ = 0;
  iterateBound_ = std::numeric_limits<Real>::infinity();
  gradientNorm = gradient.norm();
  if (hasMetric()) toMetric(scaledGradient_, gradient);
}

template <class Real>
void LevelState<Real>::setMetric(const ROL::Ptr<AdaptiveMetric<Real>>& metric) {
  metric_ = metric;
  if (metric == ROL::nullPtr) return;
  if (scaledStep_ == ROL::nullPtr) {
    scaledStep_ = x->clone();
    scaledGradient_ = PairedGradient<Real>(gradient.vector().clone());
    scaledGradientTrial_ = PairedGradient<Real>(gradient.vector().clone());
  }
  toMetric(scaledGradient_, gradient);
}

template <class Real>
bool LevelState<Real>::leaveMetric(const CycleParameters& parameters) {
  if (!hasMetric()) return false;
  setMetric(ROL::nullPtr);
  secant.clear();
  rejections_ = 0;
  smoothingRadius = TrustRegionRadius<Real>(parameters);
  return true;
}

template <class Real>
SubproblemResult<Real> LevelState<Real>::solveSubproblem(Real radius) {
  if (newton != ROL::nullPtr) return newton->solve(*step, gradient.vector(), *x, model, radius);
  if (!hasMetric()) return secant.solveTrustRegion(*step, gradient, radius);
  const auto result = secant.solveTrustRegion(*scaledStep_, scaledGradient_, radius);
  metric_->fromCurvatureCoordinates(*step, *scaledStep_);
  return result;
}

template <class Real>
void LevelState<Real>::learnFromTrial() {
  if (newton != ROL::nullPtr) return;
  const bool isScaled = hasMetric();
  PairedGradient<Real>& trial = isScaled ? scaledGradientTrial_ : gradientTrial;
  gradientDifference_->set(trial.vector());
  gradientDifference_->axpy(Real(-1), (isScaled ? scaledGradient_ : gradient).vector());
  secant.addPair(isScaled ? *scaledStep_ : *step, *gradientDifference_, trial);
}

template <class Real>
bool LevelState<Real>::evaluateTrial() {
  if (!evaluateAtTrial() || !std::isfinite(gradientTrial.norm())) return false;
  if (hasMetric()) toMetric(scaledGradientTrial_, gradientTrial);
  return true;
}

// The secant's pass has the gradient's norm too, where its coordinates are the vectors' own.
template <class Real>
bool LevelState<Real>::evaluateTrialAndLearn() {
  const bool learnsFirst = newton == ROL::nullPtr && !hasMetric();
  if (!learnsFirst) {
    const bool finite = evaluateTrial();
    if (finite) learnFromTrial();
    return finite;
  }
  if (!evaluateAtTrial()) return false;
  learnFromTrial();
  return std::isfinite(gradientTrial.norm());
}

// False if the value is not finite.
template <class Real>
bool LevelState<Real>::evaluateAtTrial() {
  Real tol = std::sqrt(std::numeric_limits<Real>::epsilon());
  xTrial->set(*x);
  xTrial->plus(*step);
  model.update(*xTrial, ROL::UpdateType::Trial);
  valueTrial = model.valueWithGradient(gradientTrial.overwrite(), *xTrial, tol);
  return std::isfinite(valueTrial);
}

template <class Real>
void LevelState<Real>::acceptTrial(Real stepNorm) {
  std::swap(x, xTrial);
  std::swap(gradient, gradientTrial);
  std::swap(scaledGradient_, scaledGradientTrial_);
  value = valueTrial;
  iterateBound_ += hasMetric() ? std::numeric_limits<Real>::infinity() : stepNorm;
  gradientNorm = gradient.norm();
  rejections_ = 0;
  model.update(*x, ROL::UpdateType::Accept);
}

template <class Real>
void LevelState<Real>::rejectTrial() {
  ++rejections_;
  model.update(*x, ROL::UpdateType::Revert);
}

template <class Real>
Real LevelState<Real>::ratio(bool finite, Real predictedReduction) {
  const auto error = static_cast<Real>(relativeError());
  const Real rounding = std::max(Real(10) * std::numeric_limits<Real>::epsilon(), error) *
                        std::max(valueScale, std::abs(value));
  trialsInNoise_ = error > Real(0) && predictedReduction <= rounding ? trialsInNoise_ + 1 : 0;
  if (!finite) return -std::numeric_limits<Real>::infinity();
  const Real actual = value - valueTrial;
  if (!(predictedReduction > Real(0))) return -std::numeric_limits<Real>::infinity();
  if (std::abs(actual) <= rounding && predictedReduction <= rounding)
    return -(step->apply(gradient.vector()) + step->apply(gradientTrial.vector())) / Real(2) /
           predictedReduction;
  return actual / predictedReduction;
}

template <class Real>
void LevelState<Real>::visitState(StateArchive<Real>& archive, const std::string& name, bool working) {
  secant.visitState(archive, name + "/secant");
  smoothingRadius.visitState(archive, name + "/smoothing_radius");
  correctionRadius.visitState(archive, name + "/correction_radius");
  recursion.visitState(archive, name + "/recursion");
  model.visitState(archive, name + "/evaluations");
  if (!working) return;
  archive.visit(name + "/iterate", *x);
  gradient.visitState(archive, name + "/gradient");
  archive.visitNumber(name + "/value", value);
  archive.visitNumber(name + "/value_scale", valueScale);
  archive.visitNumber(name + "/gradient_norm", gradientNorm);
  archive.visitNumber(name + "/trials_in_noise", trialsInNoise_);
  archive.visitNumber(name + "/rejections", rejections_);
  double error = relativeError();
  archive.visitNumber(name + "/relative_error", error);
  if (!archive.restores()) return;
  if (error == relativeError()) {
    model.update(*x, ROL::UpdateType::Initial);
  } else { // the stored value and gradient have another precision
    const Real scale = valueScale;
    evaluate();
    valueScale = scale;
  }
}

} // namespace terrace
