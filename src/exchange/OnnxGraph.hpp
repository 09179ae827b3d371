#pragma once

#include "exchange/Onnx.hpp"
#include "exchange/OnnxFile.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace terrace::program {

/// Builds the graph of an ONNX model, node by node. Values are known by their names.
class OnnxGraph {
public:
  using Dimensions = std::vector<std::int64_t>;

  OnnxGraph(onnx::GraphProto& graph, Precision precision) : graph_(graph), precision_(precision) {}

  /// Adds a constant of floating-point numbers in the precision of the graph and gives its name.
  std::string constant(const std::string& name, const Dimensions& dimensions,
                       const std::vector<double>& values);
  std::string constant(const std::string& name, double value) { return constant(name, {}, {value}); }
  /// Adds a constant of whole numbers; one that is there already is not added again.
  std::string integers(const std::string& name, const Dimensions& dimensions, const Dimensions& values);
  std::string integers(const std::string& name, const Dimensions& values) {
    return integers(name, {static_cast<std::int64_t>(values.size())}, values);
  }

  /// Adds a node; its output has the name \p output, and is given.
  std::string node(const std::string& type, const std::vector<std::string>& inputs,
                   const std::string& output);
  /// Attributes of the node that was added last.
  void attribute(const std::string& name, std::int64_t value);
  void realAttribute(const std::string& name, double value);
  void attribute(const std::string& name, const Dimensions& values);

  /// Declares an input or output; the first dimension is the number of samples.
  void declareInput(const std::string& name, const Dimensions& rest);
  void declareOutput(const std::string& name, const Dimensions& rest);
  void declareIntegerOutput(const std::string& name);

private:
  onnx::TensorProto_DataType type() const;
  bool has(const std::string& constant) const;
  static void declare(onnx::ValueInfoProto& value, const std::string& name, onnx::TensorProto_DataType type,
                      const Dimensions& rest);

  onnx::GraphProto& graph_;
  Precision precision_;
};

} // namespace terrace::program
