#pragma once

#include "exchange/NetworkAssembly.hpp"
#include "exchange/OnnxPatterns.hpp"

#include <optional>
#include <string>

namespace terrace::program {

/// Follows the graph of an ONNX file from its input to its output and takes down the layers that it meets.
class OnnxReader {
public:
  explicit OnnxReader(const OnnxNodes& nodes) : nodes_(nodes), patterns_(nodes) {}

  PortableModel read();

private:
  /// An affine map of columns, y = x * factor + term, as the graph's own operations.
  void takeMap(const onnx::NodeProto& node, const OnnxTensor& operand);
  void readInput();
  bool takeNext();
  bool takeBlock();
  bool takePlainLayer();
  bool takeColumnMap();
  bool takeNeutral();
  void add(Layer layer, const std::string& value);
  void record(resnet::Activation activation, const onnx::NodeProto* where);
  double stepAfter(std::string& value) const;
  const onnx::NodeProto* sumOf(const std::string& x) const;
  void finishScaling();

  const OnnxNodes& nodes_;
  OnnxPatterns patterns_;
  PortableModel model_;
  LayerChain chain_;
  std::string value_;   ///< that was reached
  resnet::Shape shape_; ///< of it
  bool knowsActivation_ = false;
  bool isFinished_ = false; ///< only maps of outputs may follow
  bool isSoftmax_ = false;
  resnet::DataScaling maps_; ///< of the inputs, then of the outputs: an entry a column
};

} // namespace terrace::program
