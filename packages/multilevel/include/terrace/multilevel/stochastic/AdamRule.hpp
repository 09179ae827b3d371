#pragma once

#include <terrace/multilevel/hierarchy/AdamOperations.hpp>
#include <terrace/multilevel/hierarchy/AdaptiveMetric.hpp>
#include <terrace/multilevel/stochastic/GradientRule.hpp>

#include <ROL_Ptr.hpp>
#include <Teuchos_ParameterList.hpp>

#include <cmath>
#include <string>

namespace terrace {

/// Adam (Kingma & Ba, ICLR 2015): \f$m := \beta_1 m + (1-\beta_1) g\f$, \f$v := \beta_2 v + (1-\beta_2)
/// g^2\f$, \f$x := x - \eta \frac{m}{1-\beta_1^t} / (\sqrt{v/(1-\beta_2^t)} + \epsilon)\f$ in step t.
///
/// With Metric = "Kronecker" v is in the coordinates of the objective's own metric, and m is turned into them
/// at each step: SOAP (Vyas et al., ICLR 2025).
template <class Real>
class AdamRule : public GradientRule<Real> {
public:
  /// \param list  "Step > Adam", checked and complete.
  explicit AdamRule(const Teuchos::ParameterList& list)
      : beta1_(static_cast<Real>(list.get<double>("Beta1"))),
        hasOwnMetric_(hasOwnMetric(list)), options_{list.get<double>("Beta2"), list.get<double>("Epsilon")} {}

  /// Whether the list asks for a metric of the objective's own (MetricSource).
  static bool hasOwnMetric(const Teuchos::ParameterList& list) {
    return list.get<std::string>("Metric") == "Kronecker";
  }

  void start(const ROL::Vector<Real>& derivative, ROL::Objective<Real>& objective) override {
    for (auto* vector : {&mean_, &squares_, &direction_}) {
      *vector = derivative.clone();
      (*vector)->zero();
    }
    steps_ = 0;
    if (hasOwnMetric_) metric_ = dynamic_cast<MetricSource<Real>&>(objective).makeMetric(options_);
  }

  void expectGradient() override {
    if (hasOwnMetric_) metric_->expectGradient();
  }

  void step(ROL::Vector<Real>& x, const ROL::Vector<Real>& g, Real rate) override {
    ++steps_;
    const auto biasCorrection = [this](Real beta) {
      return Real(1) / (Real(1) - std::pow(beta, static_cast<Real>(steps_)));
    };
    const Real length = rate * biasCorrection(beta1_);
    if (!hasOwnMetric_) {
      const auto beta2 = static_cast<Real>(options_.decay);
      const Real scale = std::sqrt(biasCorrection(beta2));
      return adamStep(x, *mean_, *squares_, g,
                      {beta1_, beta2, length, scale, static_cast<Real>(options_.shift)}, *direction_);
    }
    mean_->scale(beta1_);
    mean_->axpy(Real(1) - beta1_, g);
    metric_->learn(g);
    metric_->applyInverse(*direction_, *mean_);
    x.axpy(-length, *direction_);
  }

  void visitState(StateArchive<Real>& archive, const std::string& name) override {
    archive.visitNumber(name + "/steps", steps_);
    archive.visit(name + "/mean", *mean_);
    if (hasOwnMetric_) {
      metric_->visitState(archive, name + "/metric");
    } else {
      archive.visit(name + "/squares", *squares_);
    }
  }

private:
  Real beta1_;
  bool hasOwnMetric_;
  MetricOptions options_;
  long steps_ = 0;
  ROL::Ptr<AdaptiveMetric<Real>> metric_; // null: that of single entries, whose squares are here
  ROL::Ptr<ROL::Vector<Real>> mean_, squares_;
  ROL::Ptr<ROL::Vector<Real>> direction_;
};

} // namespace terrace
