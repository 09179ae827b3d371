#pragma once

#include "exchange/Onnx.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace terrace::program {

/// A constant of a graph: its numbers, of any type, as doubles.
struct OnnxTensor {
  std::vector<std::int64_t> dimensions;
  std::vector<double> values;

  bool isScalar() const { return values.size() == 1; }
  /// One number for each channel of an image, which has height and width behind its channels.
  bool isOnePerChannel(int channels) const {
    return values.size() == static_cast<std::size_t>(channels) && dimensions.size() >= 3 &&
           dimensions[dimensions.size() - 3] == channels;
  }
};

/// The graph of an ONNX file by its values: who makes them, who takes them, which are constants.
class OnnxNodes {
public:
  /// \throws std::invalid_argument if the file is no ONNX model.
  explicit OnnxNodes(const std::string& path);
  OnnxNodes(const OnnxNodes&) = delete; // it has pointers into itself
  OnnxNodes& operator=(const OnnxNodes&) = delete;

  const onnx::ModelProto& model() const { return model_; }
  const std::map<std::string, std::string>& texts() const { return texts_; }
  /// The input that is no constant. \throws std::invalid_argument if there are none or several.
  const onnx::ValueInfoProto& input() const;
  bool isOutput(const std::string& value) const;

  /// Nodes that take a value; ArgMax and Shape, which only read it, do not count.
  std::vector<const onnx::NodeProto*> consumers(const std::string& value) const;
  /// The only one, or null.
  const onnx::NodeProto* consumer(const std::string& value) const;

  /// The only node that takes the output of \p node, if it is of this type; else null.
  const onnx::NodeProto* next(const onnx::NodeProto& node, const char* type) const;

  bool isConstant(const std::string& value) const;
  /// \throws std::invalid_argument if the tensor has no numbers or keeps them elsewhere.
  OnnxTensor constant(const std::string& value) const;

  /// The constant input \p index of a node as whole numbers; empty if it is no constant.
  std::vector<std::int64_t> integers(const onnx::NodeProto& node, int index) const;
  /// The constant operand of an Add, Sub, Mul or Div with the value \p x; nothing if there is none.
  std::optional<OnnxTensor> operand(const onnx::NodeProto& node, const std::string& x) const;
  /// Axes of a reduction: an attribute up to opset 17, an input from 18 on.
  std::vector<std::int64_t> axesOf(const onnx::NodeProto& node) const;

  /// \name Attributes of a node, with their defaults
  /// @{
  static std::int64_t attribute(const onnx::NodeProto& node, const std::string& name, std::int64_t other);
  static double realAttribute(const onnx::NodeProto& node, const std::string& name, double other);
  static std::vector<std::int64_t> attribute(const onnx::NodeProto& node, const std::string& name);
  /// @}

  /// "Conv (stage_1/conv)", for messages.
  static std::string shown(const onnx::NodeProto& node);

  [[noreturn]] void reject(const std::string& complaint) const;
  [[noreturn]] void reject(const onnx::NodeProto& node, const std::string& complaint) const;

private:
  void requireOrder() const;
  void indexNodes();

  std::string path_;
  onnx::ModelProto model_;
  std::map<std::string, std::string> texts_;
  std::map<std::string, const onnx::TensorProto*> constants_;
  std::map<std::string, std::vector<const onnx::NodeProto*>> consumers_;
};

} // namespace terrace::program
