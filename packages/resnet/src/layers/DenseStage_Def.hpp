#pragma once

#include "layers/DenseStage.hpp"

namespace terrace::resnet::detail {

template <class Tile, class Sigma>
void DenseStage<Tile, Sigma>::enterChunk(int chunk, bool isKept) {
  kept_ = nullptr;
  if (!isKept) return;
  while (static_cast<int>(keptChunks_.size()) <= chunk)
    keptChunks_.push_back({{"terrace::resnet::keptActivations", stage_.blocks, width_, chunkSamples_},
                           {"terrace::resnet::keptAdjoints", stage_.blocks + 1, width_, chunkSamples_}});
  kept_ = &keptChunks_[static_cast<std::size_t>(chunk)];
}

template <class Tile, class Sigma>
void DenseStage<Tile, Sigma>::forget() {
  for (Kept& kept : keptChunks_) kept.hasActivations = kept.hasAdjoints = false;
}

template <class Tile, class Sigma>
typename Tile::Slab DenseStage<Tile, Sigma>::input(Keep keep) {
  if (keep == Keep::Layers) {
    states_.reserve("terrace::resnet::states", stage_.blocks + 1, width_, chunkSamples_);
  } else {
    passing_.reserve("terrace::resnet::passingStates", 2, width_, chunkSamples_);
  }
  return state(0, keep);
}

template <class Tile, class Sigma>
LayerArrays<Tile>& DenseStage<Tile, Sigma>::activations() {
  if (kept_ != nullptr) return kept_->activations;
  activations_.reserve("terrace::resnet::activations", stage_.blocks, width_, chunkSamples_);
  return activations_;
}

// q_{k+1} = q_k + h a_k,  a_k = sigma(W_k q_k + b_k)
template <class Tile, class Sigma>
typename Tile::ConstSlab DenseStage<Tile, Sigma>::forward(const Pass<Tile>& pass, Keep keep) {
  const auto step = [&](int k, auto keepsActivation, const Slab& a) {
    eulerStep<Tile, Sigma, decltype(keepsActivation)::value>(
        pass.space, pass.theta->weights(place_, k), pass.theta->bias(place_, k), timeStep(), state(k, keep),
        a, state(k + 1, keep), pass.samples);
  };
  if (keep == Keep::Nothing) {
    activation_.reserve("terrace::resnet::activation", 1, width_, chunkSamples_);
    for (int k = 0; k < stage_.blocks; ++k) step(k, std::false_type(), activation_[0]);
  } else {
    const Layers& a = activations();
    for (int k = 0; k < stage_.blocks; ++k) step(k, std::true_type(), a[k]);
  }
  return state(stage_.blocks, keep);
}

template <class Tile, class Sigma>
typename Tile::Slab DenseStage<Tile, Sigma>::adjoint() {
  work_.reserve("terrace::resnet::adjoints", 3, width_, chunkSamples_);
  return work_[0];
}

// mu_k = sigma'(z_k) lambda_{k+1};  lambda_k = lambda_{k+1} + h W_k^T mu_k
// derivatives by (W_k, b_k): h mu_k (q_k, 1)^T
template <class Tile, class Sigma>
void DenseStage<Tile, Sigma>::backward(const Pass<Tile>& pass, bool byInput) {
  const int n = pass.samples, last = stage_.blocks;
  const bool byParameters = pass.sums != nullptr;
  const Layers& a = activations();
  const Slab lambda = work_[0];
  applySlope<Tile, Sigma>(pass.space, a[last - 1], lambda, mu(last - 1), n);
  for (int k = last - 1; k >= 0; --k) {
    if (byParameters) pass.addDerivative(place_, k, stage_.timeStep(), {mu(k), states_[k], {}, {}});
    const auto transposed = pass.theta->transposed(place_, k);
    if (k > 0) {
      adjointStep<Tile, Sigma>(pass.space, transposed, mu(k), a[k - 1], lambda, mu(k - 1),
                               byParameters ? ConstSlab(states_[k - 1]) : ConstSlab(), n);
    } else if (byInput) {
      product<Tile>(pass.space, transposed, typename Tile::Bias(), mu(0), lambda, true, n);
    }
  }
}

template <class Tile, class Sigma>
typename Tile::Slab DenseStage<Tile, Sigma>::tangentInput(Keep keep) {
  if (keep != Keep::Layers) {
    passingTangents_.reserve("terrace::resnet::passingTangents", 2, width_, chunkSamples_);
    return passingTangents_[0];
  }
  tangents_.reserve("terrace::resnet::tangents", stage_.blocks + 1, width_, chunkSamples_);
  preTangents_.reserve("terrace::resnet::preTangents", stage_.blocks, width_, chunkSamples_);
  return tangents_[0];
}

template <class Tile, class Sigma>
void DenseStage<Tile, Sigma>::tangentForward(const Pass<Tile>& pass, bool advances) {
  advances ? tangentBlocks<true>(pass) : tangentBlocks<false>(pass);
  if (kept_ != nullptr) kept_->hasActivations = true;
}

// dz_k = W_k dq_k + dW_k q_k + db_k,  dq_{k+1} = dq_k + h sigma'(z_k) dz_k
template <class Tile, class Sigma>
template <bool advances>
void DenseStage<Tile, Sigma>::tangentBlocks(const Pass<Tile>& pass) {
  const Layers& a = activations();
  for (int k = 0; k < stage_.blocks; ++k) {
    const ProductOperands<Tile> preActivation{
        pass.theta->weights(place_, k),     tangents_[k], preTangents_[k], pass.direction->bias(place_, k),
        pass.direction->weights(place_, k), states_[k]};
    tangentStep<Tile, Sigma, advances, Start::Bias, true>(pass.space, preActivation, timeStep(), a[k],
                                                          tangents_[k + 1], states_[k + 1], pass.samples);
  }
}

template <class Tile, class Sigma>
typename Tile::Slab DenseStage<Tile, Sigma>::tangentAdjoint() {
  tangentWork_.reserve("terrace::resnet::tangentAdjoints", 3, width_, chunkSamples_);
  return tangentWork_[0];
}

template <class Tile, class Sigma>
ApplyCurvature<Tile, Sigma> DenseStage<Tile, Sigma>::curvature(int k) {
  const Scalar perUnit = 1 / Sigma::template unit<typename Tile::Pack>;
  return {perUnit, activations()[k], preTangents_[k], adjointAt(k + 1), tangentWork_[0], mu(k), tangentMu(k)};
}

template <class Tile, class Sigma>
void DenseStage<Tile, Sigma>::keepAdjoint(const Pass<Tile>& pass, int k) {
  if (kept_ != nullptr && !kept_->hasAdjoints)
    pad<Tile>(pass.space, ConstSlab(work_[0]), kept_->adjoints[k], pass.samples);
}

// The derivative of backward(): every product there gives two terms here. Adjoints that are kept are read, or
// written if the chunk has none yet.
template <class Tile, class Sigma>
void DenseStage<Tile, Sigma>::tangentBackward(const Pass<Tile>& pass, bool byInput) {
  const int n = pass.samples, last = stage_.blocks;
  const typename Tile::Bias none;
  const bool known = knowsAdjoints();
  const Slab lambda = work_[0], dlambda = tangentWork_[0];
  keepAdjoint(pass, last);
  applyCurvature(pass.space, curvature(last - 1), n);
  for (int k = last - 1; k >= 0; --k) {
    pass.addDerivative(place_, k, stage_.timeStep(), {tangentMu(k), states_[k], mu(k), tangents_[k]});
    if (k == 0) break;
    const auto transposed = pass.theta->transposed(place_, k);
    const ProductOperands<Tile> pullBack{transposed, mu(k), known ? Slab() : lambda, none, {}, {}};
    const ProductOperands<Tile> tangentPullBack{
        transposed, tangentMu(k), dlambda, none, pass.direction->transposed(place_, k), mu(k)};
    tangentAdjointStep(pass.space,
                       TangentAdjointOperands<Tile, Sigma>{
                           pullBack, tangentPullBack, curvature(k - 1), {states_[k - 1], tangents_[k - 1]}},
                       n);
    keepAdjoint(pass, k);
  }
  if (byInput) {
    const auto transposed = pass.theta->transposed(place_, 0);
    if (!known) product<Tile>(pass.space, transposed, none, mu(0), lambda, true, n);
    keepAdjoint(pass, 0);
    addTwoProducts<Tile>(pass.space, transposed, tangentMu(0), pass.direction->transposed(place_, 0), mu(0),
                         dlambda, n);
  }
  if (kept_ != nullptr) kept_->hasAdjoints = true;
}

template <class Tile, class Sigma>
StateWithTangent<Tile> DenseStage<Tile, Sigma>::forwardWithTangent(const Pass<Tile>& pass) {
  activation_.reserve("terrace::resnet::activation", 1, width_, chunkSamples_);
  const auto h = timeStep();
  for (int k = 0; k < stage_.blocks; ++k) {
    const auto weights = pass.theta->weights(place_, k);
    eulerStep<Tile, Sigma, true>(pass.space, weights, pass.theta->bias(place_, k), h, passing_[k % 2],
                                 activation_[0], passing_[(k + 1) % 2], pass.samples);
    const ProductOperands<Tile> preActivation{weights, passingTangents_[k % 2], {}, {}, {}, {}};
    tangentStep<Tile, Sigma, false, Start::Zero, false>(pass.space, preActivation, h, activation_[0],
                                                        passingTangents_[(k + 1) % 2], {}, pass.samples);
  }
  return {passing_[stage_.blocks % 2], passingTangents_[stage_.blocks % 2]};
}

} // namespace terrace::resnet::detail
