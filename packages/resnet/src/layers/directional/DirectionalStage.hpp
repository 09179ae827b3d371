#pragma once

#include "layers/directional/DirectionalLayer.hpp"

namespace terrace::resnet::detail {

/// A stage of dense residual blocks, q_{k+1} = q_k + h sigma(W_k q_k + b_k), with the tangents of its states.
template <class Tile, class Sigma>
class DirectionalStage final : public DirectionalLayer<Tile> {
public:
  using Base = DirectionalLayer<Tile>;
  using typename Base::Adjoints;
  using typename Base::ConstSlab;
  using typename Base::Pass;
  using typename Base::Slab;

  DirectionalStage(const Stage& stage, const ParameterRun& run) : stage_(stage), place_(run) {}

  void reserve(int columns, bool withTangents) override {
    const auto make = [&](int layers) {
      return LayerArrays<Tile>("terrace::resnet::directionalStage", layers, stage_.shape.size(), columns);
    };
    states_ = make(stage_.blocks);
    pre_ = make(stage_.blocks);
    work_ = make(withTangents ? 2 : 1);
    if (!withTangents) return;
    tangents_ = make(stage_.blocks);
    preTangents_ = make(stage_.blocks);
  }

  // z_k = W_k q_k + b_k,  q_{k+1} = q_k + h sigma(z_k), and their tangents
  ConstSlab forward(const Pass& pass, const ConstSlab& x) override {
    for (int k = 0; k < stage_.blocks; ++k) {
      pass.multiply(*pass.theta, place_, k, state(x, k), pre_[k]);
      pass.forEachSample("terrace::resnet::directionalStep",
                         DirectionalStep<Tile, Sigma, true>{pass.columns, h(), h() * perUnit(), pre_[k],
                                                            state(x, k), states_[k]});
    }
    return states_[stage_.blocks - 1];
  }

  // mu_k = the adjoint of z_k;  lambda_k = lambda_{k+1} + h W_k^T mu_k;  by (W_k, b_k): h mu_k (q_k, 1)^T
  Slab backward(const Pass& pass, const ConstSlab& x, const Slab& lambda, bool byInput) override {
    const Slab mu = work_[0];
    for (int k = stage_.blocks - 1; k >= 0; --k) {
      pass.forEachSample("terrace::resnet::directionalSlope",
                         DirectionalSlope<Tile, Sigma>{pass.columns, perUnit(), pre_[k], lambda, mu});
      pass.addDerivative(place_, k, stage_.timeStep(), mu, state(x, k));
      if (k > 0 || byInput) pass.pullBack(place_, k, mu, lambda, true);
    }
    return lambda;
  }

  ConstSlab tangentForward(const Pass& pass, const ConstSlab& x, const ConstSlab& Dx) override {
    for (int k = 0; k < stage_.blocks; ++k) {
      pass.multiplyTangent(place_, k, state(x, k), tangent(Dx, k), preTangents_[k]);
      pass.forEachSample("terrace::resnet::directionalTangentStep",
                         DirectionalTangentStep<Tile, Sigma, true>{pass.columns, perUnit(), h() * perUnit(),
                                                                   pre_[k], preTangents_[k], tangent(Dx, k),
                                                                   tangents_[k]});
    }
    return tangents_[stage_.blocks - 1];
  }

  Adjoints tangentBackward(const Pass& pass, const ConstSlab& x, const ConstSlab& Dx,
                           const Adjoints& adjoints, bool byInput) override {
    const Slab mu = work_[0], Dmu = work_[1];
    for (int k = stage_.blocks - 1; k >= 0; --k) {
      pass.forEachSample("terrace::resnet::directionalCurvature",
                         DirectionalCurvature<Tile, Sigma>{pass.columns, perUnit(), pre_[k], preTangents_[k],
                                                           adjoints.lambda, adjoints.Dlambda, mu, Dmu});
      pass.addTangentDerivative(place_, k, stage_.timeStep(), mu, state(x, k), Dmu, tangent(Dx, k));
      if (k == 0 && !byInput) break;
      pass.pullBack(place_, k, mu, adjoints.lambda, true);
      pass.pullBackTangent(place_, k, mu, Dmu, adjoints.Dlambda, true);
    }
    return adjoints;
  }

private:
  using Scalar = typename Tile::Scalar;

  Scalar h() const { return static_cast<Scalar>(stage_.timeStep()); }
  static Scalar perUnit() { return 1 / Sigma::template unit<typename Tile::Pack>; }
  ConstSlab state(const ConstSlab& x, int k) const { return k == 0 ? x : ConstSlab(states_[k - 1]); }
  ConstSlab tangent(const ConstSlab& Dx, int k) const { return k == 0 ? Dx : ConstSlab(tangents_[k - 1]); }

  Stage stage_;
  LayerPlace place_;
  LayerArrays<Tile> states_;      ///< q_{k+1}, k = 0..K-1
  LayerArrays<Tile> pre_;         ///< a_k, and the tangents of z_k
  LayerArrays<Tile> tangents_;    ///< Dq_{k+1}
  LayerArrays<Tile> preTangents_; ///< Dz_k
  LayerArrays<Tile> work_;        ///< mu, Dmu
};

} // namespace terrace::resnet::detail
