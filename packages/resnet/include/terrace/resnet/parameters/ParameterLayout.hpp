#pragma once

#include <terrace/resnet/parameters/ParameterRun.hpp>

#include <string>
#include <vector>

namespace terrace::resnet {

struct Network;

/// An array of the parameter vector by its names in a model file.
struct PlacedArray {
  std::string group; ///< "lift", "block_0000", "stage_2/transition", ...
  std::string name;  ///< "W" or "b".
  /// Of a weight: outputs x inputs (x height x width of a stencil); of a bias: outputs.
  std::vector<int> shape;
  long offset = 0; ///< Position of the first entry in the vector.
  long size = 0;   ///< Entries: the product of `shape`.
};

/// Order of the parameters in the global vector: lift (nothing for the Identity lift, no bias for the Linear
/// one), then for each stage the transition to it (from the second on) and its blocks, then the output layer;
/// in each group the weight, then the bias.
///
/// The metric of \f$L^2(0,T)\f$ weighs blocks by the time step h and all else by 1; the terms of
/// Regularization give blocks \f$h\beta\f$ and \f$\gamma/h\f$ and all else \f$\beta_\mathrm{out}\f$.
class ParameterLayout {
public:
  /// \throws std::invalid_argument as Network::check().
  explicit ParameterLayout(const Network& network);

  /// Entries of the vector.
  long size() const { return runs_.back().end(); }
  /// All runs in the order of the vector.
  const std::vector<ParameterRun>& runs() const { return runs_; }

  /// All arrays in the order of the vector.
  std::vector<PlacedArray> arrays() const;

  /// Null with the Identity lift.
  const ParameterRun* lift() const;
  /// Of \p stage = 1, 2, ... \throws std::out_of_range if there is none.
  const ParameterRun& transition(int stage) const { return find(ParameterRole::Transition, stage); }
  /// The blocks of \p stage = 0, 1, ... \throws std::out_of_range if there is no such stage.
  const ParameterRun& blocks(int stage) const { return find(ParameterRole::Block, stage); }
  /// The last of the vector.
  const ParameterRun& output() const { return runs_.back(); }

private:
  const ParameterRun& find(ParameterRole role, int stage) const;

  std::vector<ParameterRun> runs_;
};

} // namespace terrace::resnet
