#pragma once

#include <terrace/conformance/Fill.hpp>
#include <terrace/conformance/tools/Findings.hpp>
#include <terrace/conformance/tools/TaylorRemainders.hpp>
#include <terrace/conformance/tools/VectorTools.hpp>
#include <terrace/multilevel/hierarchy/SampledObjective.hpp>
#include <terrace/multilevel/hierarchy/WorkCounter.hpp>

#include <ROL_Objective.hpp>
#include <ROL_Ptr.hpp>
#include <ROL_Vector.hpp>

#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace terrace::conformance {

/// An objective and a point where it is checked.
struct ObjectiveCase {
  ROL::Ptr<ROL::Objective<double>> objective; ///< What is checked.
  /// A primal vector. The gradient there is not 0; other points lie at the distance `distance` from it.
  ROL::Ptr<ROL::Vector<double>> point;
  /// The counter that the objective adds to; null: the test of it is left out.
  ROL::Ptr<WorkCounter> work{};

  /// The reason why hessVec() is not called, such as finite differences by ROL. Empty: it is.
  std::string hessianUnchecked{};
  /// The reason why hessVec() is not the derivative of gradient(), such as Gauss-Newton. Empty: it is.
  std::string hessianInexact{};
  /// For a SampledObjective, the reason why the values on two halves of the samples do not have the full
  /// value as their mean, such as parameters that are eliminated. Empty: they have.
  std::string batchesNotAveraged{};

  double distance = 1; ///< Of other points from `point`, in the norm of their space.
  /// Largest step of the Taylor test, a fraction of `distance`; it is halved up to 14 times.
  double step = 0.1;
  /// Relative rounding error of a value.
  double valueError = 16 * std::numeric_limits<double>::epsilon();
  /// Bound of rounding errors in derivatives, relative to norms; 0: 1e-14 for each entry of the point.
  double tolerance = 0;
  /// Makes the random directions and other points.
  Fill fill = fillUniformly;
};

namespace detail {

inline double toleranceOf(const ObjectiveCase& c) {
  return toleranceOf(c.tolerance, *c.point);
}

inline VectorPtr direction(const ObjectiveCase& c, unsigned seed, double norm = 1) {
  return normalized(randomLike(*c.point, c.fill, seed), norm);
}

inline VectorPtr otherPoint(const ObjectiveCase& c, unsigned seed) {
  const auto x = copyOf(*c.point);
  x->plus(*direction(c, seed, c.distance));
  return x;
}

inline void start(const ObjectiveCase& c, const ROL::Vector<double>& x) {
  c.objective->update(x, ROL::UpdateType::Initial);
}

// ROL passes a tolerance to every evaluation.
inline double valueAt(const ObjectiveCase& c, const ROL::Vector<double>& x) {
  double tolerance = 0;
  return c.objective->value(x, tolerance);
}

inline VectorPtr gradientAt(const ObjectiveCase& c, const ROL::Vector<double>& x) {
  double tolerance = 0;
  const auto g = zeroLike(x.dual());
  c.objective->gradient(*g, x, tolerance);
  return g;
}

/// Zero where hessVec() is not to be called.
inline VectorPtr hessVecAt(const ObjectiveCase& c, const ROL::Vector<double>& v,
                           const ROL::Vector<double>& x) {
  double tolerance = 0;
  const auto hv = zeroLike(x.dual());
  if (!c.hessianUnchecked.empty()) return hv;
  c.objective->hessVec(*hv, v, x, tolerance);
  return hv;
}

/// Along a direction with a part along the gradient, so that the first order is seen; after a visit to
/// another point, so that what is kept of it would be.
inline TaylorRemainders taylorRemainders(const ObjectiveCase& c, bool withHessian) {
  const auto& x = *c.point;
  const auto other = otherPoint(c, 2);
  start(c, *other);
  valueAt(c, *other);
  gradientAt(c, *other);
  if (withHessian) hessVecAt(c, *direction(c, 1), *other);
  start(c, x);
  TaylorRemainders taylor;
  taylor.value = valueAt(c, x);
  const auto g = gradientAt(c, x);
  const auto d = direction(c, 1);
  if (g->norm() > 0) d->axpy(1 / g->norm(), g->dual());
  normalized(d, c.distance);
  taylor.first = d->apply(*g);
  if (withHessian) taylor.second = d->apply(*hessVecAt(c, *d, x));
  taylor.valueError = c.valueError;
  taylor.evaluate(c.step, [&](double h) {
    const auto moved = combination(1, x, h, *d);
    c.objective->update(*moved, ROL::UpdateType::Temp);
    return valueAt(c, *moved);
  });
  return taylor;
}

/// A value and a gradient, to be compared with later ones.
struct Evaluation {
  VectorPtr x;
  double value;
  VectorPtr gradient;
};

inline Evaluation evaluate(const ObjectiveCase& c, const VectorPtr& x) {
  start(c, *x);
  const double value = valueAt(c, *x);
  return {x, value, gradientAt(c, *x)};
}

inline void compare(Findings& findings, const ObjectiveCase& c, const Evaluation& expected, double tolerance,
                    const std::string& when) {
  findings.atMost(std::abs(valueAt(c, *expected.x) - expected.value), tolerance * std::abs(expected.value),
                  "The value differs " + when);
  findings.atMost(distance(*gradientAt(c, *expected.x), *expected.gradient),
                  tolerance * expected.gradient->norm(), "The gradient differs " + when);
}

} // namespace detail

/// \f$ f(x + hd) - f(x) \f$ is O(h) and \f$ f(x + hd) - f(x) - h \langle g, d \rangle \f$ is O(h^2).
inline ::testing::AssertionResult gradientHasTaylorSlopes(const ObjectiveCase& c) {
  const auto taylor = detail::taylorRemainders(c, false);
  detail::Findings findings;
  taylor.check(findings, 0, "the value: it is not continuous, or noisy");
  taylor.check(findings, 1, "value and gradient: the gradient is not that of the value");
  return findings.result();
}

/// \f$ f(x + hd) - f(x) - h \langle g, d \rangle - h^2/2 \langle Hd, d \rangle \f$ is O(h^3). Call it if
/// hessVec() is exact.
inline ::testing::AssertionResult hessianHasTaylorSlopeThree(const ObjectiveCase& c) {
  const auto taylor = detail::taylorRemainders(c, true);
  detail::Findings findings;
  taylor.check(findings, 2, "value, gradient and Hessian: hessVec is not the derivative of the gradient");
  return findings.result();
}

/// Whatever update() says about a point, value and gradient there are the same.
inline ::testing::AssertionResult updatesDoNotChangeTheFunction(const ObjectiveCase& c) {
  using ROL::UpdateType;
  const auto a = detail::evaluate(c, detail::copyOf(*c.point));
  const auto b = detail::evaluate(c, detail::otherPoint(c, 1));
  detail::Findings findings;
  const auto step = [&](const detail::Evaluation& at, UpdateType type, const std::string& what) {
    c.objective->update(*at.x, type);
    detail::compare(findings, c, at, detail::toleranceOf(c), "after " + what);
  };
  step(a, UpdateType::Initial, "Initial");
  step(b, UpdateType::Trial, "Trial");
  step(a, UpdateType::Revert, "Trial, Revert");
  step(b, UpdateType::Trial, "Trial, Revert, Trial");
  step(b, UpdateType::Accept, "Trial, Accept");
  step(a, UpdateType::Temp, "Accept, Temp");
  step(b, UpdateType::Temp, "Temp, Temp");
  step(a, UpdateType::Trial, "Temp, Trial");
  c.objective->update(*b.x, UpdateType::Trial);
  c.objective->update(*a.x, UpdateType::Revert); // nothing was evaluated at b
  detail::compare(findings, c, a, detail::toleranceOf(c), "after Trial, Revert without an evaluation");
  c.objective->update(*b.x, true);
  detail::compare(findings, c, b, detail::toleranceOf(c), "after update() with a flag");
  return findings.result();
}

/// Call it if hessVec() is to be called.
inline ::testing::AssertionResult hessianIsLinearAndSymmetric(const ObjectiveCase& c) {
  const auto& x = *c.point;
  detail::start(c, x);
  detail::Findings findings;
  for (unsigned seed = 1; seed <= 4; ++seed) {
    const auto v = detail::direction(c, seed), w = detail::direction(c, 10 + seed);
    const auto hv = detail::hessVecAt(c, *v, x), hw = detail::hessVecAt(c, *w, x);
    const double scale = hv->norm() + hw->norm();
    findings.expect(scale > 0, "hessVec is 0 for two random directions; choose another point.");
    findings.atMost(std::abs(w->apply(*hv) - v->apply(*hw)), detail::toleranceOf(c) * scale,
                    "hessVec is not symmetric");
    const auto both = detail::hessVecAt(c, *detail::combination(0.75, *v, -3, *w), x);
    findings.atMost(detail::distance(*both, *detail::combination(0.75, *hv, -3, *hw)),
                    4 * detail::toleranceOf(c) * scale, "hessVec is not linear");
  }
  return findings.result();
}

/// Outputs do not depend on what they held before; points and directions do not change.
inline ::testing::AssertionResult evaluationOverwritesOutputsOnly(const ObjectiveCase& c) {
  detail::Findings findings;
  const auto x = detail::copyOf(*c.point), v = detail::direction(c, 1), before = detail::copyOf(*v);
  detail::start(c, *x);
  detail::valueAt(c, *x);
  const auto g = detail::gradientAt(c, *x), hv = detail::hessVecAt(c, *v, *x);
  double tolerance = 0;
  const auto output = detail::nanLike(*g);
  c.objective->gradient(*output, *x, tolerance);
  findings.atMost(detail::distance(*output, *g), 0, "gradient does not overwrite its output");
  if (c.hessianUnchecked.empty()) {
    output->set(*detail::nanLike(*g));
    c.objective->hessVec(*output, *v, *x, tolerance);
    findings.atMost(detail::distance(*output, *hv), 0, "hessVec does not overwrite its output");
  }
  findings.expect(detail::distance(*x, *c.point) == 0, "An evaluation changes the point.");
  findings.expect(detail::distance(*v, *before) == 0, "hessVec changes the direction.");
  return findings.result();
}

/// The same bits when evaluated twice, and again after other points.
inline ::testing::AssertionResult evaluationIsRepeatable(const ObjectiveCase& c) {
  detail::Findings findings;
  const auto x = detail::copyOf(*c.point), v = detail::direction(c, 1);
  const auto first = detail::evaluate(c, x);
  const auto product = detail::hessVecAt(c, *v, *x);
  const auto again = [&](const std::string& when) {
    detail::compare(findings, c, first, 0, when);
    findings.atMost(detail::distance(*detail::hessVecAt(c, *v, *x), *product), 0, "hessVec differs " + when);
  };
  again("the second time");
  for (unsigned seed = 1; seed <= 3; ++seed) {
    const auto y = detail::otherPoint(c, seed);
    detail::evaluate(c, y);
    detail::hessVecAt(c, *v, *y);
  }
  detail::start(c, *x);
  again("after other points");
  return findings.result();
}

/// Every evaluation at a new point adds to the counter of its kind, and nothing while work is uncounted. Call
/// it if there is a counter.
inline ::testing::AssertionResult workIsCounted(const ObjectiveCase& c) {
  detail::Findings findings;
  const WorkCounter& work = *c.work;
  unsigned seed = 0;
  const auto counts = [&](const std::string& what, long (WorkCounter::*count)() const,
                          const std::function<void(const ROL::Vector<double>&)>& evaluation) {
    auto x = detail::otherPoint(c, ++seed);
    double units = work.units();
    long evaluations = (work.*count)();
    detail::start(c, *x);
    findings.expect(work.units() == units, "update() counts work.");
    evaluation(*x);
    findings.expect(work.units() > units, what + " does not count its work.");
    findings.expect((work.*count)() > evaluations, what + " is not counted as one.");
    x = detail::otherPoint(c, ++seed);
    units = work.units();
    evaluations = (work.*count)();
    {
      const UncountedWork pause(*c.work);
      detail::start(c, *x);
      evaluation(*x);
    }
    findings.expect(work.units() == units && (work.*count)() == evaluations,
                    what + " is counted while work is uncounted.");
  };
  const auto v = detail::direction(c, 1);
  counts("value", &WorkCounter::values, [&](const auto& x) { detail::valueAt(c, x); });
  counts("gradient", &WorkCounter::gradients, [&](const auto& x) { detail::gradientAt(c, x); });
  if (!c.hessianUnchecked.empty()) return findings.result();
  counts("hessVec", &WorkCounter::hessianProducts, [&](const auto& x) { detail::hessVecAt(c, *v, x); });
  return findings.result();
}

/// The objective as a SampledObjective, null if it is none.
inline SampledObjective<double>* asSampled(const ObjectiveCase& c) {
  return dynamic_cast<SampledObjective<double>*>(c.objective.get());
}

/// setBatch() changes the function at once, and resetBatch() restores it bit for bit. Call it if asSampled(),
/// with an objective that is as it was made.
inline ::testing::AssertionResult resetBatchRestoresTheFunction(const ObjectiveCase& c) {
  detail::Findings findings;
  auto& sampled = *asSampled(c);
  const auto x = detail::copyOf(*c.point), v = detail::direction(c, 1);
  const long own = sampled.batchSamples();
  const auto full = detail::evaluate(c, x);
  const auto product = detail::hessVecAt(c, *v, *x);
  for (const long position : {0L, sampled.samples() - 1}) {
    sampled.setBatch({position});
    findings.expect(sampled.batchSamples() == 1, "batchSamples() is not 1 after setBatch() with one sample.");
    const auto batch = detail::evaluate(c, x);
    findings.expect(detail::distance(*batch.gradient, *full.gradient) > 0,
                    "The gradient on the sample " + std::to_string(position) + " is the full one.");
    sampled.resetBatch();
    findings.expect(sampled.batchSamples() == own, "resetBatch() does not restore batchSamples().");
    detail::start(c, *x);
    detail::compare(findings, c, full, 0, "after resetBatch()");
    findings.atMost(detail::distance(*detail::hessVecAt(c, *v, *x), *product), 0,
                    "hessVec differs after resetBatch()");
  }
  return findings.result();
}

/// The mean of the values on the even and the odd positions, weighted by their numbers, is the value on all;
/// likewise the gradient. Call it if asSampled(), with two samples at least.
inline ::testing::AssertionResult batchesAverageToTheFunction(const ObjectiveCase& c) {
  auto& sampled = *asSampled(c);
  const auto x = detail::copyOf(*c.point);
  std::vector<long> all(static_cast<std::size_t>(sampled.samples())), halves[2];
  std::iota(all.begin(), all.end(), 0L);
  for (const long position : all) halves[position % 2].push_back(position);
  sampled.setBatch(all);
  const auto expected = detail::evaluate(c, x);
  double value = 0;
  const auto gradient = detail::zeroLike(*expected.gradient);
  for (const auto& half : halves) {
    sampled.setBatch(half);
    const auto evaluation = detail::evaluate(c, x);
    const double share = static_cast<double>(half.size()) / static_cast<double>(all.size());
    value += share * evaluation.value;
    gradient->axpy(share, *evaluation.gradient);
  }
  sampled.resetBatch();
  detail::Findings findings;
  findings.atMost(std::abs(value - expected.value), detail::toleranceOf(c) * std::abs(expected.value),
                  "The mean value of two batches is not that of all samples");
  findings.atMost(detail::distance(*gradient, *expected.gradient),
                  detail::toleranceOf(c) * expected.gradient->norm(),
                  "The mean gradient of two batches is not that of all samples");
  return findings.result();
}

/// An empty batch, or a position that is not there, is an std::invalid_argument and changes nothing. Call it
/// if asSampled().
inline ::testing::AssertionResult wrongBatchesAreRefused(const ObjectiveCase& c) {
  detail::Findings findings;
  auto& sampled = *asSampled(c);
  sampled.resetBatch();
  const auto before = detail::evaluate(c, detail::copyOf(*c.point));
  const auto refused = [&](const std::vector<long>& positions, const std::string& what) {
    bool isRefused = false;
    try {
      sampled.setBatch(positions);
    } catch (const std::invalid_argument&) {
      isRefused = true;
    }
    findings.expect(isRefused, "setBatch() takes " + what + "; expected an std::invalid_argument.");
    if (!isRefused) return sampled.resetBatch();
    detail::start(c, *before.x);
    detail::compare(findings, c, before, 0, "after setBatch() refused " + what);
  };
  refused({}, "no positions");
  refused({-1}, "the position -1");
  refused({0, sampled.samples()}, "a position past the last");
  return findings.result();
}

} // namespace terrace::conformance
