#pragma once

#include <terrace/multilevel/run/StateArchive.hpp>

#include <ROL_Objective.hpp>
#include <ROL_Vector.hpp>

#include <string>

namespace terrace {

/// How a stochastic method steps from a gradient.
///
/// Rules work on the entries: the direction is made of the derivatives by the coordinates, whatever inner
/// product the vectors have.
template <class Real>
class GradientRule {
public:
  virtual ~GradientRule() = default;

  /// Forgets all gradients.
  /// \param derivative  prototype of the gradients.
  /// \param objective   whose gradients they are.
  virtual void start(const ROL::Vector<Real>& derivative, ROL::Objective<Real>& objective) = 0;

  /// To be called before the objective computes a gradient that step() gets.
  virtual void expectGradient() {}

  /// One step of \p x, where the derivative is \p g.
  virtual void step(ROL::Vector<Real>& x, const ROL::Vector<Real>& g, Real rate) = 0;

  /// Everything that the next step depends on. After start().
  virtual void visitState(StateArchive<Real>& archive, const std::string& name) = 0;
};

} // namespace terrace
