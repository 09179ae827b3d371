#pragma once

#include "exchange/OnnxMatch.hpp"
#include "exchange/OnnxNodes.hpp"

#include <optional>
#include <string>

namespace terrace::program {

/// Groups of nodes that are one layer. Each function begins at a value of a known shape and gives nothing if
/// another node follows; a node that is of the kind but has settings that Terrace's layers lack is an error
/// that names it.
class OnnxPatterns {
public:
  explicit OnnxPatterns(const OnnxNodes& nodes) : nodes_(nodes) {}

  using Match = OnnxMatch;

  /// A * x + b by the node \p first, which takes \p x: Gemm, MatMul and Add, Conv, or products as
  /// OnnxConvolution.hpp says.
  std::optional<Match> affine(const onnx::NodeProto& first, const std::string& x,
                              const resnet::Shape& from) const;

  /// sigma(x).
  struct Activated {
    resnet::Activation activation;
    std::string value;
  };
  std::optional<Activated> activation(const std::string& x) const;

  /// Whether the only node that takes \p x is the adjoint of a block's convolution; gives the value after it.
  std::optional<std::string> adjoint(const std::string& x, const Layer& convolution) const;

  /// Means over 2 x 2 pixels, or over the image.
  std::optional<Match> means(const std::string& x, const resnet::Shape& from) const;

  /// Channels of zeros.
  std::optional<Match> padding(const std::string& x, const resnet::Shape& from) const;

private:
  Match matrix(const onnx::NodeProto& node, const resnet::Shape& from) const;
  Match convolution(const onnx::NodeProto& node, const resnet::Shape& from) const;
  std::optional<Match> product(const onnx::NodeProto& first, const std::string& x,
                               const resnet::Shape& from) const;
  void addBias(Match& match) const;
  std::optional<Activated> smoothReLU(const std::string& x) const;
  void expect(const onnx::NodeProto& node, const std::string& attribute,
              const std::vector<std::int64_t>& expected, const std::vector<std::int64_t>& other) const;

  const OnnxNodes& nodes_;
};

} // namespace terrace::program
