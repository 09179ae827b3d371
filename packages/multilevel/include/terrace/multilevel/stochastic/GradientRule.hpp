#pragma once

#include <terrace/multilevel/run/StateArchive.hpp>

#include <ROL_Vector.hpp>

#include <string>

namespace terrace {

/// What a stochastic method makes of a gradient: one step of the iterate.
///
/// Rules work on the entries: the derivatives by the coordinates are the direction, whatever inner product
/// the vectors have.
template <class Real>
class GradientRule {
public:
  virtual ~GradientRule() = default;

  /// Forgets all gradients. \param derivative  prototype of the gradients.
  virtual void start(const ROL::Vector<Real>& derivative) = 0;

  /// One step from \p x with the derivative \p g there.
  virtual void step(ROL::Vector<Real>& x, const ROL::Vector<Real>& g, Real rate) = 0;

  /// What the next step depends on; after start().
  virtual void visitState(StateArchive<Real>& archive, const std::string& name) = 0;
};

} // namespace terrace
