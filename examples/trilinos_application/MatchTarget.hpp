#pragma once

#include "HeatConduction.hpp"

#include <terrace/multilevel/hierarchy/LevelHierarchy.hpp>
#include <terrace/multilevel/rol/SolverFactory.hpp>
#include <terrace/resnet/surrogate/Surrogate.hpp>

#include <ROL_Objective.hpp>
#include <ROL_StdVector.hpp>

#include <functional>
#include <utility>

namespace application {

/// A model of the quantities of interest with its adjoint: the PDE or its surrogate.
struct Model {
  std::function<HeatConduction::Quantities(const HeatConduction::Parameters&)> value;
  /// Transposed Jacobian times weights, at the parameters of the last value.
  std::function<HeatConduction::Parameters(const HeatConduction::Quantities&)> adjoint;
};

inline Model pde(HeatConduction& solver) {
  return {[&solver](const auto& p) { return solver.quantitiesOf(p); },
          [&solver](const auto& weights) { return solver.gradientOf(weights); }};
}

/// A batch of one: the arrays are the rows, nothing is copied.
inline Model surrogate(terrace::resnet::Surrogate& map) {
  using In = Kokkos::View<const double**, Kokkos::LayoutRight, Kokkos::HostSpace, Kokkos::MemoryUnmanaged>;
  using Out = Kokkos::View<double**, Kokkos::LayoutRight, Kokkos::HostSpace, Kokkos::MemoryUnmanaged>;
  const auto at = std::make_shared<HeatConduction::Parameters>();
  return {[&map, at](const HeatConduction::Parameters& p) {
            *at = p;
            HeatConduction::Quantities q{};
            map.apply(In(p.data(), 1, p.size()), Out(q.data(), 1, q.size()));
            return q;
          },
          [&map, at](const HeatConduction::Quantities& weights) {
            HeatConduction::Parameters gradient{};
            map.applyAdjointJacobian(In(at->data(), 1, at->size()), In(weights.data(), 1, weights.size()),
                                     Out(gradient.data(), 1, gradient.size()));
            return gradient;
          }};
}

/// 1/2 sum_i ((q_i(p) - target_i) / target_i)^2 as a function of p for ROL.
class MatchTarget : public ROL::Objective<double> {
public:
  MatchTarget(Model model, const HeatConduction::Quantities& target)
      : model_(std::move(model)), target_(target) {}

  double value(const ROL::Vector<double>& x, double&) override {
    evaluate(x);
    double sum = 0;
    for (std::size_t i = 0; i < target_.size(); ++i) {
      const double misfit = quantities_[i] / target_[i] - 1;
      sum += 0.5 * misfit * misfit;
    }
    return sum;
  }

  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double&) override {
    evaluate(x);
    HeatConduction::Quantities weights;
    for (std::size_t i = 0; i < target_.size(); ++i)
      weights[i] = (quantities_[i] / target_[i] - 1) / target_[i];
    const auto gradient = model_.adjoint(weights);
    std::copy(gradient.begin(), gradient.end(), entries(g).begin());
  }

  static std::vector<double>& entries(ROL::Vector<double>& x) {
    return *dynamic_cast<ROL::StdVector<double>&>(x).getVector();
  }
  static const std::vector<double>& entries(const ROL::Vector<double>& x) {
    return *dynamic_cast<const ROL::StdVector<double>&>(x).getVector();
  }

private:
  // ROL asks for the gradient where it has just asked for the value.
  void evaluate(const ROL::Vector<double>& x) {
    HeatConduction::Parameters p;
    std::copy_n(entries(x).begin(), p.size(), p.begin());
    if (known_ && p == last_) return;
    quantities_ = model_.value(p);
    last_ = p;
    known_ = true;
  }

  Model model_;
  HeatConduction::Quantities target_;
  bool known_ = false;
  HeatConduction::Parameters last_{};
  HeatConduction::Quantities quantities_{};
};

} // namespace application
