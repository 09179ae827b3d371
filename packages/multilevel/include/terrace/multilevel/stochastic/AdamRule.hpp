#pragma once

#include <terrace/multilevel/hierarchy/EntrywiseOperations.hpp>
#include <terrace/multilevel/stochastic/GradientRule.hpp>

#include <ROL_Ptr.hpp>
#include <Teuchos_ParameterList.hpp>

#include <cmath>
#include <string>

namespace terrace {

/// Adam (Kingma & Ba, ICLR 2015): \f$m := \beta_1 m + (1-\beta_1) g\f$, \f$v := \beta_2 v + (1-\beta_2)
/// g^2\f$, \f$x := x - \eta \frac{m}{1-\beta_1^t} / (\sqrt{v/(1-\beta_2^t)} + \epsilon)\f$ in step t.
template <class Real>
class AdamRule : public GradientRule<Real> {
public:
  /// \param list  "Step > Adam", checked and complete.
  explicit AdamRule(const Teuchos::ParameterList& list)
      : beta1_(static_cast<Real>(list.get<double>("Beta1"))),
        beta2_(static_cast<Real>(list.get<double>("Beta2"))),
        epsilon_(static_cast<Real>(list.get<double>("Epsilon"))) {}

  void start(const ROL::Vector<Real>& derivative) override {
    for (auto* vector : {&mean_, &squares_, &direction_}) {
      *vector = derivative.clone();
      (*vector)->zero();
    }
    steps_ = 0;
  }

  void step(ROL::Vector<Real>& x, const ROL::Vector<Real>& g, Real rate) override {
    ++steps_;
    mean_->scale(beta1_);
    mean_->axpy(Real(1) - beta1_, g);
    averageSquares(*squares_, beta2_, g);
    const Real bias1 = Real(1) - std::pow(beta1_, static_cast<Real>(steps_));
    const Real bias2 = Real(1) - std::pow(beta2_, static_cast<Real>(steps_));
    direction_->set(*mean_);
    divideByRoots(*direction_, *squares_, Real(1) / std::sqrt(bias2), epsilon_);
    x.axpy(-rate / bias1, *direction_);
  }

  void visitState(StateArchive<Real>& archive, const std::string& name) override {
    archive.visitNumber(name + "/steps", steps_);
    archive.visit(name + "/mean", *mean_);
    archive.visit(name + "/squares", *squares_);
  }

private:
  Real beta1_;
  Real beta2_;
  Real epsilon_;
  long steps_ = 0;
  ROL::Ptr<ROL::Vector<Real>> mean_;
  ROL::Ptr<ROL::Vector<Real>> squares_;
  ROL::Ptr<ROL::Vector<Real>> direction_;
};

} // namespace terrace
