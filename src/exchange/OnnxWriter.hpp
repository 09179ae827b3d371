#pragma once

#include "exchange/Layer.hpp"
#include "exchange/OnnxGraph.hpp"

#include <string>

namespace terrace::program {

/// Writes the layers of a network as nodes of a graph.
class OnnxWriter {
public:
  OnnxWriter(OnnxGraph& graph, const PortableModel& model, Precision precision);

  /// All of the graph, from `inputs` to `outputs` and `labels`.
  void write();

private:
  /// \name Each takes the name of a value x and gives the one of its result
  /// @{
  std::string scaledInputs(const std::string& x);
  std::string layer(const Layer& layer, const std::string& x);
  std::string padding(const Layer& layer, const std::string& x);
  /// A * x + b
  std::string affine(const Layer& layer, const std::string& x, const std::string& output);
  std::string matrix(const Layer& layer, const std::string& x, const std::string& output);
  std::string convolution(const Layer& layer, const std::string& x, const std::string& output);
  std::string convolutionByProducts(const Layer& layer, const std::string& x, const std::string& output);
  /// A^T * x
  std::string adjointConvolution(const Layer& layer, const std::string& x, const std::string& output);
  std::string stencilProduct(const resnet::Shape& from, int outputs, const std::string& weight,
                             const std::string& x, const std::string& output);
  std::string activation(const std::string& x, const std::string& output);
  std::string normalization(const Layer& layer, const std::string& x, const std::string& output);
  /// (x - mean) / deviation of each row of samples x groups x entries.
  std::string normalizedRows(const Layer& layer, const std::string& rows, const std::string& output);
  /// What a block adds to its state x, without the factor h.
  std::string branch(const Layer& layer, const std::string& x);
  std::string block(const Layer& layer, const std::string& x);
  std::string pooling(const Layer& layer, const std::string& x);
  void finish(const std::string& y);
  /// @}

  std::string nameFor(const char* what);
  /// A shape, which is named after its numbers.
  std::string toShape(const OnnxGraph::Dimensions& extents);
  static std::string weightOf(const Layer& layer) { return "layers/" + layer.name + "/" + layer.weightName; }
  static std::string biasOf(const Layer& layer) { return "layers/" + layer.name + "/" + layer.biasName; }

  OnnxGraph& graph_;
  const PortableModel& model_;
  resnet::Network network_;
  bool images_;
  bool byProducts_; ///< convolutions and pooling, which onnxruntime has in single precision only
  int unnamed_ = 0;
};

} // namespace terrace::program
