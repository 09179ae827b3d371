#pragma once

#include "layers/LayerArrays.hpp"
#include "layers/StageSweep.hpp"

#include <vector>

namespace terrace::resnet::detail {

/// A stage of dense residual blocks, q_{k+1} = q_k + h sigma(W_k q_k + b_k), k = 0..K-1. Defined in
/// DenseStage_Def.hpp.
template <class Tile, class Sigma>
class DenseStage final : public StageSweep<Tile> {
public:
  using Slab = typename Tile::Slab;
  using ConstSlab = typename Tile::ConstSlab;

  /// \param[in] run  of the stage's parameters. \param[in] chunkSamples  most samples of a chunk.
  DenseStage(const Stage& stage, const ParameterRun& run, int chunkSamples)
      : stage_(stage), place_(run), width_(stage.shape.size()), chunkSamples_(chunkSamples) {}

  void enterChunk(int chunk, bool isKept) override;
  void forget() override;

  Slab input(Keep keep) override;
  ConstSlab forward(const Pass<Tile>& pass, Keep keep) override;
  ConstSlab firstState() const override { return states_[0]; }
  ConstSlab lastState() const override { return states_[stage_.blocks]; }
  Slab adjoint() override;
  void backward(const Pass<Tile>& pass, bool byInput) override;

  bool knowsActivations() const override { return kept_ != nullptr && kept_->hasActivations; }
  bool knowsAdjoints() const override { return kept_ != nullptr && kept_->hasAdjoints; }
  Slab tangentInput(Keep keep) override;
  void tangentForward(const Pass<Tile>& pass, bool advances) override;
  ConstSlab lastTangent() const override { return tangents_[stage_.blocks]; }
  Slab tangentAdjoint() override;
  void tangentBackward(const Pass<Tile>& pass, bool byInput) override;
  ConstSlab firstAdjoint() const override { return adjointAt(0); }

  StateWithTangent<Tile> forwardWithTangent(const Pass<Tile>& pass) override;

private:
  using Scalar = typename Tile::Scalar;
  using Layers = LayerArrays<Tile>;

  /// What is kept of one chunk.
  struct Kept {
    Layers activations; ///< a_k, k = 0..K-1
    Layers adjoints;    ///< lambda_k, k = 0..K
    bool hasActivations = false;
    bool hasAdjoints = false;
  };

  Scalar timeStep() const { return static_cast<Scalar>(stage_.timeStep()); }
  Layers& activations();
  Slab state(int k, Keep keep) const { return keep == Keep::Layers ? states_[k] : passing_[k % 2]; }
  ConstSlab adjointAt(int k) const {
    return knowsAdjoints() ? ConstSlab(kept_->adjoints[k]) : ConstSlab(work_[0]);
  }
  Slab mu(int k) const { return work_[1 + k % 2]; }
  Slab tangentMu(int k) const { return tangentWork_[1 + k % 2]; }
  template <bool advances>
  void tangentBlocks(const Pass<Tile>& pass);
  ApplyCurvature<Tile, Sigma> curvature(int k);
  void keepAdjoint(const Pass<Tile>& pass, int k);

  Stage stage_;
  LayerPlace place_;
  int width_;
  int chunkSamples_;

  Layers states_;      ///< q_k, k = 0..K
  Layers activations_; ///< a_k = sigma(z_k), k = 0..K-1, of chunks that are not kept
  Layers passing_;     ///< two states that take turns where they are not kept
  Layers activation_;  ///< of one block where it is not kept
  Layers work_;        ///< lambda, mu and the next mu

  Layers tangents_;        ///< dq_k, k = 0..K
  Layers preTangents_;     ///< dz_k, k = 0..K-1
  Layers passingTangents_; ///< two dq that take turns
  Layers tangentWork_;     ///< dlambda, dmu and the next dmu

  std::vector<Kept> keptChunks_;
  Kept* kept_ = nullptr; ///< Of the present chunk; null: nothing is kept of it.
};

} // namespace terrace::resnet::detail
