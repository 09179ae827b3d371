#pragma once

#include <terrace/multilevel/stochastic/GradientRule.hpp>

#include <ROL_Ptr.hpp>
#include <Teuchos_ParameterList.hpp>

#include <string>

namespace terrace {

/// Gradient descent with momentum: \f$b := \mu b + g\f$, then \f$x := x - \eta b\f$, or with Nesterov's
/// variant \f$x := x - \eta (g + \mu b)\f$ (Sutskever et al., ICML 2013, in the form of PyTorch's SGD).
template <class Real>
class MomentumRule : public GradientRule<Real> {
public:
  /// \param list  "Step > Stochastic Gradient", checked and complete.
  explicit MomentumRule(const Teuchos::ParameterList& list)
      : momentum_(static_cast<Real>(list.get<double>("Momentum"))), nesterov_(list.get<bool>("Nesterov")) {}

  void start(const ROL::Vector<Real>& derivative, ROL::Objective<Real>& /*objective*/) override {
    buffer_ = derivative.clone();
    buffer_->zero();
  }

  void step(ROL::Vector<Real>& x, const ROL::Vector<Real>& g, Real rate) override {
    buffer_->scale(momentum_);
    buffer_->plus(g);
    x.axpy(nesterov_ ? -rate * momentum_ : -rate, *buffer_);
    if (nesterov_) x.axpy(-rate, g);
  }

  void visitState(StateArchive<Real>& archive, const std::string& name) override {
    archive.visit(name + "/momentum", *buffer_);
  }

private:
  Real momentum_;
  bool nesterov_;
  ROL::Ptr<ROL::Vector<Real>> buffer_;
};

} // namespace terrace
