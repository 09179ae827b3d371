#pragma once

#include "layers/LiftLayer.hpp"
#include "layers/StageFactory.hpp"

#include <algorithm>
#include <memory>
#include <vector>

namespace terrace::resnet::detail {

/// The layers of a network, from the inputs to the outputs, for one chunk of samples at a time: lift, stages
/// with transitions between them, output layer.
template <class Tile>
class Chain {
public:
  using Slab = typename Tile::Slab;
  using ConstSlab = typename Tile::ConstSlab;

  static bool supports(const Network& network) {
    return std::all_of(network.stages.begin(), network.stages.end(), supportsStage);
  }

  Chain(const Network& network, const ParameterLayout& layout, int chunkSamples)
      : lift_(makeLift<Tile>(network, layout, chunkSamples)),
        output_(makeLink<Tile>(network, layout.output(), chunkSamples)) {
    for (int s = 0; s < static_cast<int>(network.stages.size()); ++s) {
      if (s > 0) transitions_.push_back(makeLink<Tile>(network, layout.transition(s), chunkSamples));
      stages_.push_back(makeStage<Tile>(network, layout.blocks(s), chunkSamples));
    }
  }

  /// See StageSweep::enterChunk() and forget().
  void enterChunk(int chunk, bool isKept) {
    for (auto& stage : stages_) stage->enterChunk(chunk, isKept);
  }
  void forget() {
    for (auto& stage : stages_) stage->forget();
  }

  /// From inputs \p x to outputs \p y.
  void forward(const Pass<Tile>& pass, const ConstSlab& x, const Slab& y, Keep keep) {
    ConstSlab last;
    for (int s = 0; s < stages(); ++s) {
      enterStage(pass, s, x, last, keep);
      last = stage(s).forward(pass, keep);
    }
    output_->forward(pass, last, y);
  }

  /// After forward() with Keep::Layers: adds the derivatives by all parameters. \param delta  derivative of
  /// the loss by y.
  void backward(const Pass<Tile>& pass, const ConstSlab& x, const ConstSlab& delta) {
    StageSweep<Tile>& last = stage(stages() - 1);
    output_->backward(pass, last.lastState(), delta, last.adjoint());
    for (int s = stages() - 1; s >= 0; --s) {
      stage(s).backward(pass, s > 0 || lift_->hasParameters());
      if (s > 0)
        transition(s).backward(pass, stage(s - 1).lastState(), stage(s).adjoint(), stage(s - 1).adjoint());
    }
    lift_->backward(pass, x, stage(0).firstState(), stage(0).adjoint());
  }

  /// Outputs \p y and, along a direction of the parameters, their tangents \p dy. Layers are kept for
  /// backward() and tangentBackward(); what is known of the chunk is not computed again.
  void forwardWithParameterTangent(const Pass<Tile>& pass, const ConstSlab& x, const Slab& y,
                                   const Slab& dy) {
    for (int s = 0; s < stages(); ++s) {
      const bool known = stage(s).knowsActivations();
      enterStage(pass, s, x, s > 0 ? stage(s - 1).lastState() : ConstSlab(), Keep::Layers);
      if (!known) stage(s).forward(pass, Keep::Layers);
      enterTangent(pass, s, x);
      stage(s).tangentForward(pass, known);
    }
    const StageSweep<Tile>& last = stage(stages() - 1);
    output_->forward(pass, last.lastState(), y);
    output_->tangent(pass, last.lastState(), last.lastTangent(), dy);
  }

  /// The derivative of backward() along the direction. \param delta, ddelta  derivative of the loss by y, and
  /// its tangent.
  void tangentBackward(const Pass<Tile>& pass, const ConstSlab& x, const ConstSlab& delta,
                       const ConstSlab& ddelta) {
    ConstSlab mu = delta, dmu = ddelta;
    for (int s = stages(); s > 0; --s) {
      StageSweep<Tile>& before = stage(s - 1);
      const Slab adjoint = before.adjoint();
      LinkLayer<Tile>& layer = s == stages() ? *output_ : transition(s);
      layer.tangentBackward(pass, before.lastState(), before.lastTangent(), mu, dmu,
                            before.knowsAdjoints() ? Slab() : adjoint, before.tangentAdjoint());
      before.tangentBackward(pass, s > 1 || lift_->hasParameters());
      mu = before.firstAdjoint();
      dmu = before.tangentAdjoint();
    }
    lift_->tangentBackward(pass, x, stage(0).firstState(), stage(0).firstAdjoint(), stage(0).adjoint(),
                           stage(0).tangentAdjoint());
  }

  /// Tangents \p dy of the outputs along the direction \p dx of the inputs.
  void forwardWithInputTangent(const Pass<Tile>& pass, const ConstSlab& x, const ConstSlab& dx,
                               const Slab& dy) {
    StateWithTangent<Tile> before;
    for (int s = 0; s < stages(); ++s) {
      enterStage(pass, s, x, before.state, Keep::Nothing);
      const Slab tangent = stage(s).tangentInput(Keep::Nothing);
      s > 0 ? transition(s).tangent(pass, before.state, before.tangent, tangent)
            : lift_->tangentOfInput(pass, dx, stage(s).input(Keep::Nothing), tangent);
      before = stage(s).forwardWithTangent(pass);
    }
    output_->tangent(pass, before.state, before.tangent, dy);
  }

  /// After forward() with Keep::Activations: the derivative by the inputs of <outputs, u>. \param x
  /// overwritten. \return where the result is; its first rows belong to the inputs.
  ConstSlab backwardToInput(const Pass<Tile>& pass, const ConstSlab& u, const Slab& x) {
    output_->backward(pass, {}, u, stage(stages() - 1).adjoint());
    for (int s = stages() - 1; s >= 0; --s) {
      stage(s).backward(pass, true);
      if (s > 0) transition(s).backward(pass, {}, stage(s).adjoint(), stage(s - 1).adjoint());
    }
    return lift_->backwardToInput(pass, stage(0).adjoint(), x);
  }

private:
  int stages() const { return static_cast<int>(stages_.size()); }
  StageSweep<Tile>& stage(int s) { return *stages_[static_cast<std::size_t>(s)]; }
  /// From stage s - 1 to s.
  LinkLayer<Tile>& transition(int s) { return *transitions_[static_cast<std::size_t>(s - 1)]; }

  /// The first state of stage s, from the inputs or the last state of the stage before.
  void enterStage(const Pass<Tile>& pass, int s, const ConstSlab& x, const ConstSlab& before, Keep keep) {
    const Slab first = stage(s).input(keep);
    s > 0 ? transition(s).forward(pass, before, first) : lift_->forward(pass, x, first, keep);
  }
  void enterTangent(const Pass<Tile>& pass, int s, const ConstSlab& x) {
    const Slab tangent = stage(s).tangentInput(Keep::Layers);
    if (s > 0) {
      transition(s).tangent(pass, stage(s - 1).lastState(), stage(s - 1).lastTangent(), tangent);
    } else {
      lift_->tangent(pass, x, stage(0).firstState(), tangent);
    }
  }

  std::unique_ptr<LiftLayer<Tile>> lift_;
  std::vector<std::unique_ptr<StageSweep<Tile>>> stages_;
  std::vector<std::unique_ptr<LinkLayer<Tile>>> transitions_;
  std::unique_ptr<LinkLayer<Tile>> output_;
};

} // namespace terrace::resnet::detail
