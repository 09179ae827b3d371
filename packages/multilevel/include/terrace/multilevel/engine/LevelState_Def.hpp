#pragma once

#include <terrace/multilevel/engine/CoarseModel_Def.hpp>
#include <terrace/multilevel/engine/LevelState.hpp>
#include <terrace/multilevel/engine/TruncatedCG_Def.hpp>
#include <terrace/multilevel/secant/CompactSR1_Def.hpp>

#include <cmath>
#include <limits>

namespace terrace {

template <class Real>
LevelState<Real>::LevelState(const Level<Real>& level, const CycleParameters& parameters,
                             const Teuchos::ParameterList& secantParameters, bool coarsest)
    : model(level.objective, *level.vector, level.vector->dual()), secant(secantParameters),
      smoothingRadius(parameters), correctionRadius(parameters), recursion(parameters.recursion),
      x(level.vector->clone()), xTrial(level.vector->clone()), step(level.vector->clone()),
      start(level.vector->clone()), gradient(level.vector->dual().clone()),
      gradientTrial(level.vector->dual().clone()), dual(level.vector->dual().clone()),
      precision(dynamic_cast<const LimitedPrecision*>(level.objective.get())) {
  if (parameters.smoother == CycleParameters::Smoother::Newton) {
    newton = ROL::makePtr<TruncatedCG<Real>>(
        *x, *gradient, coarsest ? parameters.coarseCgIterations : parameters.smoothingCgIterations,
        static_cast<Real>(parameters.cgTolerance));
  } else {
    secant.reserve(*x, *gradient);
  }
}

template <class Real>
void LevelState<Real>::restart(const CycleParameters& parameters) {
  secant.clear();
  trialsInNoise_ = 0;
  smoothingRadius = TrustRegionRadius<Real>(parameters);
  correctionRadius = TrustRegionRadius<Real>(parameters);
  recursion = RecursionControl(parameters.recursion);
  model.resetCounts();
  leaveCoarseModel();
}

template <class Real>
bool LevelState<Real>::enterCoarseModel(Real distance) {
  model.toleratesFailures();
  evaluate();
  if (!std::isfinite(value) || !std::isfinite(gradientNorm)) {
    leaveCoarseModel();
    return false;
  }
  model.setLinearTerm(*x, *dual, *gradient);
  bound = distance;
  smoothingRadius.set(
      std::max(smoothingRadius.value(), Real(0.01) * distance)); // the last model's may have collapsed
  gradient->set(*dual);
  gradientNorm = gradient->norm();
  return true;
}

template <class Real>
void LevelState<Real>::leaveCoarseModel() {
  model.clear();
  bound = std::numeric_limits<Real>::infinity();
}

template <class Real>
Real LevelState<Real>::smallestStep() const {
  return std::numeric_limits<Real>::epsilon() * x->norm();
}

template <class Real>
bool LevelState<Real>::stepIsLost() {
  xTrial->set(*x);
  xTrial->plus(*step);
  xTrial->axpy(Real(-1), *x);
  return xTrial->norm() == Real(0);
}

template <class Real>
void LevelState<Real>::evaluate() {
  Real tol = std::sqrt(std::numeric_limits<Real>::epsilon());
  model.update(*x, ROL::UpdateType::Initial);
  value = model.value(*x, tol);
  model.gradient(*gradient, *x, tol);
  valueScale = std::min(std::abs(value), Real(1));
  trialsInNoise_ = 0;
  gradientNorm = gradient->norm();
}

template <class Real>
SubproblemResult<Real> LevelState<Real>::solveSubproblem(Real radius) {
  return newton == ROL::nullPtr ? secant.solveTrustRegion(*step, *gradient, radius)
                                : newton->solve(*step, *gradient, *x, model, radius);
}

// Rejected steps tell as much about the curvature as accepted ones.
template <class Real>
void LevelState<Real>::learnFromTrial() {
  if (newton != ROL::nullPtr) return;
  dual->set(*gradientTrial);
  dual->axpy(Real(-1), *gradient);
  secant.addPair(*step, *dual, gradientTrial.get());
}

template <class Real>
bool LevelState<Real>::evaluateTrial() {
  Real tol = std::sqrt(std::numeric_limits<Real>::epsilon());
  xTrial->set(*x);
  xTrial->plus(*step);
  model.update(*xTrial, ROL::UpdateType::Trial);
  valueTrial = model.value(*xTrial, tol);
  if (!std::isfinite(valueTrial)) return false;
  model.gradient(*gradientTrial, *xTrial, tol);
  return std::isfinite(gradientTrial->norm());
}

template <class Real>
void LevelState<Real>::acceptTrial() {
  std::swap(x, xTrial);
  std::swap(gradient, gradientTrial);
  value = valueTrial;
  gradientNorm = gradient->norm();
  model.update(*x, ROL::UpdateType::Accept);
}

template <class Real>
void LevelState<Real>::rejectTrial() {
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
    return -(step->apply(*gradient) + step->apply(*gradientTrial)) / Real(2) / predictedReduction;
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
  archive.visit(name + "/gradient", *gradient);
  archive.visitNumber(name + "/value", value);
  archive.visitNumber(name + "/value_scale", valueScale);
  archive.visitNumber(name + "/gradient_norm", gradientNorm);
  archive.visitNumber(name + "/trials_in_noise", trialsInNoise_);
  double error = relativeError();
  archive.visitNumber(name + "/relative_error", error);
  if (!archive.restores()) return;
  if (error == relativeError()) {
    model.update(*x, ROL::UpdateType::Initial);
  } else { // what was stored is of another precision
    const Real scale = valueScale;
    evaluate();
    valueScale = scale;
  }
}

} // namespace terrace
