#pragma once

#include "exchange/NetworkAssembly.hpp"
#include "exchange/OnnxNormalization.hpp"
#include "exchange/OnnxPatterns.hpp"

#include <optional>
#include <string>

namespace terrace::program {

/// Follows the graph of an ONNX file from its input to its output and takes down the layers that it meets.
class OnnxReader {
public:
  explicit OnnxReader(const OnnxNodes& nodes) : nodes_(nodes), patterns_(nodes), normalizations_(nodes) {}

  PortableModel read();

private:
  /// An affine map of columns, y = x * factor + term, as the graph's own operations.
  void takeMap(const onnx::NodeProto& node, const OnnxTensor& operand);
  void readInput();
  bool takeNext();
  bool takeBlock();
  /// What is in a block between its state and its time step.
  struct Branch {
    std::vector<Layer> layers; ///< Affine, Normalization, Activation
    std::string end;           ///< the value after them
    bool isAdjoint = false;    ///< the adjoint of the only convolution is applied behind them
  };
  Branch branchOf(const onnx::NodeProto& first, const onnx::NodeProto& sum);
  void takeNormalized(OnnxMatch affine, Branch& branch) const;
  void dropBias(OnnxMatch& affine, int groups) const;
  void takeAdjoint(Branch& branch) const;
  Layer blockOf(Branch branch, const onnx::NodeProto& sum) const;
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
  OnnxNormalization normalizations_;
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
