#pragma once

#include <string>
#include <vector>

namespace terrace::resnet {

/// What a layer's parameters are for.
enum class ParameterRole {
  Lift,       ///< From the input to the first state.
  Transition, ///< From the last state of a stage to the first of the next.
  Block,      ///< The residual blocks of a stage: one group for each time step.
  Output      ///< From the last state to the outputs.
};

/// One array of a group: a weight or a bias. A weight is row-major: outputs x inputs of the layer, and for a
/// convolution x height x width of its stencil.
struct ParameterArray {
  std::string name;       ///< "W" or "b".
  std::vector<int> shape; ///< Extents, the last index running fastest.
  long offset = 0;        ///< From the first entry of the group.
  int fanIn = 1;          ///< Numbers that an output of the layer is a sum of, the bias aside.

  /// Entries: the product of `shape`.
  long size() const {
    long product = 1;
    for (const int extent : shape) product *= extent;
    return product;
  }
};

/// Equal groups of parameters, one after another in the parameter vector: the layers of one role in one
/// stage. It says where they lie, what they weigh and how they are shaped, and nothing else does.
struct ParameterRun {
  ParameterRole role = ParameterRole::Block; ///< Of all its groups.
  int stage = 0;         ///< A Transition leads to it; 0 for the Lift, the last for the Output.
  std::string folder;    ///< Of its groups in a model file: "" or "stage_1/".
  long offset = 0;       ///< Of the first group.
  int count = 1;         ///< Groups.
  long size = 0;         ///< Entries of a group.
  double metric = 1;     ///< Weight of the entries in the inner product.
  double square = 0;     ///< Factor of half the squared norm in the regularisation.
  double difference = 0; ///< Factor of half the squared differences of neighbouring groups there.
  std::vector<ParameterArray> arrays; ///< Of a group: the weight, then the bias if there is one.

  /// Offset after the last group.
  long end() const { return offset + count * size; }
  /// Offset of a group, counted from 0.
  long groupOffset(int group) const { return offset + group * size; }
  /// Name of a group in a model file: "lift", "block_0000", "stage_2/transition", "output".
  std::string groupName(int group) const;

  /// Whether its layers have a bias.
  bool hasBias() const { return arrays.size() > 1; }
  /// Of the weight, the first array.
  int outputs() const { return arrays.front().shape.front(); }
  /// Of a layer: neurons, or channels.
  int inputs() const { return arrays.front().shape[1]; }
  /// Pixels of the stencil; 1 for a matrix.
  int taps() const {
    return static_cast<int>(arrays.front().size() / (static_cast<long>(outputs()) * inputs()));
  }
};

} // namespace terrace::resnet
