#pragma once

#include <cstddef>
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
/// convolution x height x width of its stencil. A group is one layer, weight and bias; or several, one after
/// another, each with its gains last if it has some.
struct ParameterArray {
  /// "W" and "b"; in a block of several layers also "U", "c", "V", "d"; gains "g", "k", "l".
  std::string name;
  std::vector<int> shape; ///< Extents, the last index running fastest.
  long offset = 0;        ///< From the first entry of the group.
  int fanIn = 1;          ///< Numbers that an output of the layer is a sum of, the bias aside.
  bool isGain = false;    ///< Factors of a normalisation, which start at 1.

  /// Entries: the product of `shape`.
  long size() const {
    long product = 1;
    for (const int extent : shape) product *= extent;
    return product;
  }

  /// Whether it is a matrix or a stencil, and not a bias or gains.
  bool isWeight() const { return shape.size() > 1; }
  /// Of a weight.
  int outputs() const { return shape.front(); }
  /// Of a weight.
  int inputs() const { return shape[1]; }
  /// Pixels of the stencil of a weight; 1 for a matrix.
  int taps() const { return static_cast<int>(size() / (static_cast<long>(outputs()) * inputs())); }
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
  /// Of the weight of the first layer.
  int outputs() const { return arrays.front().outputs(); }
  /// Of the first layer: neurons, or channels.
  int inputs() const { return arrays.front().inputs(); }
  /// Pixels of the first layer's stencil; 1 for a matrix.
  int taps() const { return arrays.front().taps(); }
  /// Index of the weight of layer 0, 1, ... among the arrays.
  std::size_t weightOf(int layer) const {
    std::size_t index = 0;
    for (int found = -1; index < arrays.size(); ++index)
      if (arrays[index].isWeight() && ++found == layer) break;
    return index;
  }
};

} // namespace terrace::resnet
