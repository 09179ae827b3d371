#pragma once

#include "layers/LayerArrays.hpp"
#include "layers/StageSweep.hpp"

namespace terrace::resnet::detail {

/// A stage that goes block by block: it owns states, adjoints and tangents; a derived class knows what a
/// block does. Nothing is kept from one Hessian product to the next.
template <class Tile>
class BlockwiseStage : public StageSweep<Tile> {
public:
  using typename StageSweep<Tile>::Slab;
  using typename StageSweep<Tile>::ConstSlab;

  /// \param[in] chunkSamples  most samples of a chunk.
  BlockwiseStage(const Stage& stage, int chunkSamples)
      : stage_(stage), width_(stage.shape.size()), chunkSamples_(chunkSamples) {}

  void enterChunk(int /*chunk*/, bool /*isKept*/) override {}
  void forget() override {}

  Slab input(Keep keep) override {
    keep == Keep::Layers ? reserve(states_, "terrace::resnet::states", stage_.blocks + 1)
                         : reserve(passing_, "terrace::resnet::passingStates", 2);
    return state(0, keep);
  }
  ConstSlab forward(const Pass<Tile>& pass, Keep keep) override {
    const bool keeps = keep != Keep::Nothing;
    reserveInner(keeps ? stage_.blocks : 1);
    for (int k = 0; k < stage_.blocks; ++k)
      forwardBlock(pass, {k, keeps ? k : 0, keeps}, state(k, keep), state(k + 1, keep));
    return state(stage_.blocks, keep);
  }
  ConstSlab firstState() const override { return states_[0]; }
  ConstSlab lastState() const override { return states_[stage_.blocks]; }

  Slab adjoint() override {
    reserve(adjoint_, "terrace::resnet::adjoints", 1);
    return adjoint_[0];
  }
  void backward(const Pass<Tile>& pass, bool byInput) override {
    const bool byParameters = pass.sums != nullptr;
    for (int k = stage_.blocks - 1; k >= 0; --k)
      backwardBlock(pass, k, byParameters ? ConstSlab(states_[k]) : ConstSlab(), adjoint_[0],
                    byInput || k > 0);
  }

  bool knowsActivations() const override { return false; }
  bool knowsAdjoints() const override { return false; }
  Slab tangentInput(Keep keep) override {
    LayerArrays<Tile>& tangents = keep == Keep::Layers ? tangents_ : passingTangents_;
    reserve(tangents, "terrace::resnet::tangents", keep == Keep::Layers ? stage_.blocks + 1 : 2);
    return tangents[0];
  }
  void tangentForward(const Pass<Tile>& pass, bool /*advances*/) override {
    for (int k = 0; k < stage_.blocks; ++k)
      tangentBlock(pass, {k, k, true}, states_[k], tangents_[k], tangents_[k + 1]);
  }
  ConstSlab lastTangent() const override { return tangents_[stage_.blocks]; }
  Slab tangentAdjoint() override {
    reserve(tangentAdjoint_, "terrace::resnet::tangentAdjoints", 1);
    return tangentAdjoint_[0];
  }
  void tangentBackward(const Pass<Tile>& pass, bool byInput) override {
    for (int k = stage_.blocks - 1; k >= 0; --k)
      tangentBackwardBlock(pass, k, {states_[k], tangents_[k]}, adjoint_[0], tangentAdjoint_[0],
                           byInput || k > 0);
  }
  ConstSlab firstAdjoint() const override { return adjoint_[0]; }

  StateWithTangent<Tile> forwardWithTangent(const Pass<Tile>& pass) override {
    reserveInner(1);
    for (int k = 0; k < stage_.blocks; ++k) {
      forwardBlock(pass, {k, 0, true}, passing_[k % 2], passing_[(k + 1) % 2]);
      tangentBlock(pass, {k, 0, false}, passing_[k % 2], passingTangents_[k % 2],
                   passingTangents_[(k + 1) % 2]);
    }
    return {passing_[stage_.blocks % 2], passingTangents_[stage_.blocks % 2]};
  }

protected:
  /// A block, and where what is inside it is kept.
  struct Place {
    int block;
    int slot;
    bool keeps; ///< Whether it is wanted later.
  };

  /// Makes room for the inside of so many blocks.
  virtual void reserveInner(int slots) = 0;
  /// From q_k to q_{k+1}.
  virtual void forwardBlock(const Pass<Tile>& pass, const Place& place, const ConstSlab& q,
                            const Slab& next) = 0;
  /// \p lambda, the derivative by q_{k+1}, becomes that by q_k if \p byState; the derivatives by parameters
  /// are added if the pass wants them, and only then \p q is read.
  virtual void backwardBlock(const Pass<Tile>& pass, int k, const ConstSlab& q, const Slab& lambda,
                             bool byState) = 0;
  /// From dq_k to dq_{k+1}, after forwardBlock() that has kept; without a direction in the pass along that of
  /// the inputs alone.
  virtual void tangentBlock(const Pass<Tile>& pass, const Place& place, const ConstSlab& q,
                            const ConstSlab& dq, const Slab& dnext) = 0;
  /// The derivative of backwardBlock(), after tangentBlock() that has kept.
  virtual void tangentBackwardBlock(const Pass<Tile>& pass, int k, const StateWithTangent<Tile>& q,
                                    const Slab& lambda, const Slab& dlambda, bool byState) = 0;

  const Stage& stage() const { return stage_; }
  void reserve(LayerArrays<Tile>& arrays, const char* label, int count) const {
    arrays.reserve(label, count, width_, chunkSamples_);
  }

private:
  Slab state(int k, Keep keep) const { return keep == Keep::Layers ? states_[k] : passing_[k % 2]; }

  Stage stage_;
  int width_;
  int chunkSamples_;

  LayerArrays<Tile> states_;  ///< q_k, k = 0..K
  LayerArrays<Tile> passing_; ///< two states that take turns where they are not kept
  LayerArrays<Tile> adjoint_;
  LayerArrays<Tile> tangents_; ///< dq_k, k = 0..K
  LayerArrays<Tile> passingTangents_;
  LayerArrays<Tile> tangentAdjoint_;
};

} // namespace terrace::resnet::detail
