#pragma once

#include <terrace/conformance/Fill.hpp>

#include <ROL_Ptr.hpp>
#include <ROL_Vector.hpp>

#include <algorithm>
#include <limits>

namespace terrace::conformance::detail {

using VectorPtr = ROL::Ptr<ROL::Vector<double>>;

inline VectorPtr copyOf(const ROL::Vector<double>& v) {
  const VectorPtr copy = v.clone();
  copy->set(v);
  return copy;
}

inline VectorPtr zeroLike(const ROL::Vector<double>& prototype) {
  const VectorPtr v = prototype.clone();
  v->zero();
  return v;
}

/// A vector of NaN, as an output or a workspace may be that was never written to.
inline VectorPtr nanLike(const ROL::Vector<double>& prototype) {
  const VectorPtr v = zeroLike(prototype);
  v->scale(std::numeric_limits<double>::quiet_NaN());
  return v;
}

inline VectorPtr randomLike(const ROL::Vector<double>& prototype, const Fill& fill, unsigned seed) {
  const VectorPtr v = prototype.clone();
  fill(*v, seed);
  return v;
}

inline VectorPtr normalized(VectorPtr v, double norm = 1) {
  v->scale(norm / v->norm());
  return v;
}

/// a x + b y
inline VectorPtr combination(double a, const ROL::Vector<double>& x, double b, const ROL::Vector<double>& y) {
  const VectorPtr sum = copyOf(x);
  sum->scale(a);
  sum->axpy(b, y);
  return sum;
}

/// The norm of x - y; 0 only if all entries are equal.
inline double distance(const ROL::Vector<double>& x, const ROL::Vector<double>& y) {
  return combination(1, x, -1, y)->norm();
}

/// Rounding errors of a sum over all entries, relative to norms, unless a case has its own tolerance.
inline double toleranceOf(double ownTolerance, const ROL::Vector<double>& v) {
  return ownTolerance > 0 ? ownTolerance : 1e-14 * std::max(1, v.dimension());
}

} // namespace terrace::conformance::detail
