#pragma once

// Layers between two shapes: the lift, the transitions, the output layer.

#include "layers/directional/DirectionalLayer.hpp"

namespace terrace::resnet::detail {

/// y = (x, 0): the lift without parameters.
template <class Tile>
class DirectionalAppend final : public DirectionalLayer<Tile> {
public:
  using Base = DirectionalLayer<Tile>;
  using typename Base::Adjoints;
  using typename Base::ConstSlab;
  using typename Base::Pass;
  using typename Base::Slab;

  explicit DirectionalAppend(int width) : width_(width) {}

  void reserve(int columns, bool withTangents) override {
    outputs_ = {"terrace::resnet::directionalLift", withTangents ? 2 : 1, width_, columns};
  }
  ConstSlab forward(const Pass& pass, const ConstSlab& x) override {
    pad<Tile>(pass.space, x, outputs_[0], pass.columns.all());
    return outputs_[0];
  }
  Slab backward(const Pass&, const ConstSlab&, const Slab& lambda, bool) override { return lambda; }
  ConstSlab tangentForward(const Pass& pass, const ConstSlab&, const ConstSlab&) override {
    pad<Tile>(pass.space, ConstSlab(), outputs_[1], pass.columns.all());
    return outputs_[1];
  }
  Adjoints tangentBackward(const Pass&, const ConstSlab&, const ConstSlab&, const Adjoints& adjoints,
                           bool) override {
    return adjoints;
  }

private:
  int width_;
  LayerArrays<Tile> outputs_;
};

/// y = A x + b; without b a linear lift.
template <class Tile>
class DirectionalAffine final : public DirectionalLayer<Tile> {
public:
  using Base = DirectionalLayer<Tile>;
  using typename Base::Adjoints;
  using typename Base::ConstSlab;
  using typename Base::Pass;
  using typename Base::Slab;

  explicit DirectionalAffine(const ParameterRun& run) : place_(run) {}

  void reserve(int columns, bool withTangents) override {
    const auto make = [&](const char* label, int neurons) {
      return LayerArrays<Tile>(label, withTangents ? 2 : 1, neurons, columns);
    };
    outputs_ = make("terrace::resnet::directionalOutputs", place_.outputs);
    adjoints_ = make("terrace::resnet::directionalAdjoints", place_.inputs);
  }
  ConstSlab forward(const Pass& pass, const ConstSlab& x) override {
    pass.multiply(*pass.theta, place_, 0, x, outputs_[0]);
    return outputs_[0];
  }
  Slab backward(const Pass& pass, const ConstSlab& x, const Slab& lambda, bool byInput) override {
    pass.addDerivative(place_, 0, 1.0, lambda, x);
    if (byInput) pass.pullBack(place_, 0, lambda, adjoints_[0], false);
    return adjoints_[0];
  }
  ConstSlab tangentForward(const Pass& pass, const ConstSlab& x, const ConstSlab& Dx) override {
    pass.multiplyTangent(place_, 0, x, Dx, outputs_[1]);
    return outputs_[1];
  }
  Adjoints tangentBackward(const Pass& pass, const ConstSlab& x, const ConstSlab& Dx,
                           const Adjoints& adjoints, bool byInput) override {
    pass.addTangentDerivative(place_, 0, 1.0, adjoints.lambda, x, adjoints.Dlambda, Dx);
    if (byInput) {
      pass.pullBack(place_, 0, adjoints.lambda, adjoints_[0], false);
      pass.pullBackTangent(place_, 0, adjoints.lambda, adjoints.Dlambda, adjoints_[1], false);
    }
    return {adjoints_[0], adjoints_[1]};
  }

  /// The outputs of forward() and of tangentForward(), for a layer that goes on with them in place.
  Slab outputs() const { return outputs_[0]; }
  Slab tangentOutputs() const { return outputs_[1]; }

private:
  LayerPlace place_;
  LayerArrays<Tile> outputs_;
  LayerArrays<Tile> adjoints_;
};

/// y = sigma(Q x + b): the activated lift.
template <class Tile, class Sigma>
class DirectionalActivated final : public DirectionalLayer<Tile> {
public:
  using Base = DirectionalLayer<Tile>;
  using typename Base::Adjoints;
  using typename Base::ConstSlab;
  using typename Base::Pass;
  using typename Base::Slab;

  explicit DirectionalActivated(const ParameterRun& run) : affine_(run), width_(run.outputs()) {}

  void reserve(int columns, bool withTangents) override {
    affine_.reserve(columns, withTangents);
    outputs_ = {"terrace::resnet::directionalLift", withTangents ? 2 : 1, width_, columns};
  }
  ConstSlab forward(const Pass& pass, const ConstSlab& x) override {
    affine_.forward(pass, x);
    pass.forEachSample(
        "terrace::resnet::directionalStep",
        DirectionalStep<Tile, Sigma, false>{pass.columns, 1, 1, affine_.outputs(), ConstSlab(), outputs_[0]});
    return outputs_[0];
  }
  Slab backward(const Pass& pass, const ConstSlab& x, const Slab& lambda, bool byInput) override {
    pass.forEachSample("terrace::resnet::directionalSlope",
                       DirectionalSlope<Tile, Sigma>{pass.columns, 1, affine_.outputs(), lambda, lambda});
    return affine_.backward(pass, x, lambda, byInput);
  }
  ConstSlab tangentForward(const Pass& pass, const ConstSlab& x, const ConstSlab& Dx) override {
    affine_.tangentForward(pass, x, Dx);
    pass.forEachSample("terrace::resnet::directionalTangentStep",
                       DirectionalTangentStep<Tile, Sigma, false>{pass.columns, 1, 1, affine_.outputs(),
                                                                  affine_.tangentOutputs(), ConstSlab(),
                                                                  outputs_[1]});
    return outputs_[1];
  }
  Adjoints tangentBackward(const Pass& pass, const ConstSlab& x, const ConstSlab& Dx,
                           const Adjoints& adjoints, bool byInput) override {
    pass.forEachSample("terrace::resnet::directionalCurvature",
                       DirectionalCurvature<Tile, Sigma>{
                           pass.columns, 1, affine_.outputs(), affine_.tangentOutputs(), adjoints.lambda,
                           adjoints.Dlambda, adjoints.lambda, adjoints.Dlambda});
    return affine_.tangentBackward(pass, x, Dx, adjoints, byInput);
  }

private:
  DirectionalAffine<Tile> affine_;
  int width_;
  LayerArrays<Tile> outputs_;
};

} // namespace terrace::resnet::detail
