#pragma once

#include "plain/PlainLoss.hpp"
#include "plain/PlainNetwork.hpp"

#include <ROL_Objective.hpp>
#include <ROL_StdVector.hpp>

#include <cstddef>
#include <utility>
#include <vector>

/// The mean loss of a network in plain loops over samples with targets, as a function of its parameters.
///
/// So a new kind of block joins the conformance suite of objectives before it has kernels. Vectors are
/// ROL::StdVectors of all parameters. The Hessian product is exact: the gradient, differentiated along the
/// direction by dual numbers.
class PlainObjective : public ROL::Objective<double> {
public:
  using Numbers = std::vector<double>;
  using Dual = terrace::resnet::detail::Dual;
  using Truth = terrace::resnet::detail::PlainTruth;

  /// \param inputs, targets  one a sample: network.features() and network.outputs numbers.
  PlainObjective(const terrace::resnet::Network& network, std::vector<Numbers> inputs,
                 const std::vector<Numbers>& targets)
      : loss_(network.loss), inputs_(std::move(inputs)), plain_(network), dual_(network) {
    for (const Numbers& target : targets) truths_.push_back({-1, target, {}, {}});
  }

  using ROL::Objective<double>::update;
  void update(const ROL::Vector<double>& /*x*/, ROL::UpdateType /*type*/, int /*iter*/ = -1) override {}

  double value(const ROL::Vector<double>& x, double& /*tol*/) override {
    return sweep(plain_, numbers(x), static_cast<Numbers*>(nullptr));
  }

  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& /*tol*/) override {
    Numbers& sum = numbers(g);
    sum.assign(sum.size(), 0.0);
    sweep(plain_, numbers(x), &sum);
  }

  void hessVec(ROL::Vector<double>& hv, const ROL::Vector<double>& v, const ROL::Vector<double>& x,
               double& /*tol*/) override {
    const Numbers &point = numbers(x), &direction = numbers(v);
    std::vector<Dual> moving(point.size()), sum(point.size());
    for (std::size_t i = 0; i < point.size(); ++i) moving[i] = {point[i], direction[i]};
    sweep(dual_, moving, &sum);
    for (std::size_t i = 0; i < sum.size(); ++i) numbers(hv)[i] = sum[i].derivative;
  }

private:
  // The mean loss; its derivatives by the parameters are added to the gradient, if one is given.
  template <class T>
  T sweep(terrace::resnet::detail::PlainNetwork<T>& network, const std::vector<T>& theta,
          std::vector<T>* gradient) const {
    const T share(1.0 / static_cast<double>(inputs_.size()));
    T sum(0);
    std::vector<T> delta;
    for (std::size_t s = 0; s < inputs_.size(); ++s) {
      const std::vector<T> x(inputs_[s].begin(), inputs_[s].end());
      sum += share * terrace::resnet::detail::plainLoss(loss_, truths_[s], network.forward(theta, x), delta);
      for (T& d : delta) d *= share;
      if (gradient != nullptr) network.backward(theta, delta, gradient);
    }
    return sum;
  }

  static Numbers& numbers(ROL::Vector<double>& v) {
    return *dynamic_cast<ROL::StdVector<double>&>(v).getVector();
  }
  static const Numbers& numbers(const ROL::Vector<double>& v) {
    return *dynamic_cast<const ROL::StdVector<double>&>(v).getVector();
  }

  terrace::resnet::LossType loss_;
  std::vector<Numbers> inputs_;
  std::vector<Truth> truths_;
  terrace::resnet::detail::PlainNetwork<double> plain_;
  terrace::resnet::detail::PlainNetwork<Dual> dual_;
};
