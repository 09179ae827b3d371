#include "exchange/OnnxPatterns.hpp"

#include "exchange/OnnxConvolution.hpp"

#include <algorithm>
#include <cmath>

namespace terrace::program {
namespace {

using onnx::NodeProto;
using resnet::Shape;
using Integers = std::vector<std::int64_t>;

std::string text(const Integers& values) {
  std::string result;
  for (const auto value : values) result += (result.empty() ? "" : ", ") + std::to_string(value);
  return result.empty() ? "none" : result;
}

// rows x columns -> columns x rows
std::vector<double> transposed(const std::vector<double>& matrix, std::size_t rows, std::size_t columns) {
  std::vector<double> result(matrix.size());
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) result[j * rows + i] = matrix[i * columns + j];
  return result;
}

Layer affineLayer(const Shape& from, std::int64_t outputs, int side, std::vector<double> weight) {
  Layer layer;
  layer.from = from;
  layer.to = {static_cast<int>(outputs), from.height, from.width};
  layer.side = side;
  layer.weight = std::move(weight);
  return layer;
}

} // namespace

void OnnxPatterns::expect(const NodeProto& node, const std::string& attribute, const Integers& expected,
                          const Integers& other) const {
  auto found = OnnxNodes::attribute(node, attribute);
  if (found.empty()) found = other;
  if (found != expected)
    nodes_.reject(node, "has " + attribute + " " + text(found) + "; expected " + text(expected) + ".");
}

// The bias of a layer that has none yet, by an Add that follows.
void OnnxPatterns::addBias(Match& match) const {
  if (!match.layer.bias.empty()) return;
  const NodeProto* add = nodes_.consumer(match.value);
  if (add == nullptr || add->op_type() != "Add") return;
  const auto bias = nodes_.operand(*add, match.value);
  const int outputs = match.layer.to.channels;
  if (!bias || bias->values.size() != static_cast<std::size_t>(outputs)) return;
  if (match.layer.to.pixels() > 1 && !bias->isOnePerChannel(outputs)) return;
  match.layer.bias = bias->values;
  match.value = add->output(0);
}

OnnxPatterns::Match OnnxPatterns::matrix(const NodeProto& node, const Shape& from) const {
  const bool gemm = node.op_type() == "Gemm";
  if (!nodes_.isConstant(node.input(1))) nodes_.reject(node, "has a weight that is not a constant.");
  auto weight = nodes_.constant(node.input(1));
  if (weight.dimensions.size() != 2)
    nodes_.reject(node, "has a weight of " + std::to_string(weight.dimensions.size()) +
                            " dimensions; expected a matrix.");
  const auto rows = weight.dimensions[0], columns = weight.dimensions[1];
  const bool isTransposed = gemm && OnnxNodes::attribute(node, "transB", 0) != 0;
  if (gemm &&
      (OnnxNodes::attribute(node, "transA", 0) != 0 || OnnxNodes::realAttribute(node, "alpha", 1) != 1 ||
       OnnxNodes::realAttribute(node, "beta", 1) != 1))
    nodes_.reject(node, "has transA, alpha or beta; expected alpha = beta = 1 and no transA.");
  const auto inputs = isTransposed ? columns : rows, outputs = isTransposed ? rows : columns;
  if (inputs != from.size() || from.pixels() != 1)
    nodes_.reject(node, "takes " + std::to_string(inputs) + " numbers; expected " +
                            std::to_string(from.size()) + (from.pixels() > 1 ? " as an image." : "."));
  if (!isTransposed)
    weight.values =
        transposed(weight.values, static_cast<std::size_t>(rows), static_cast<std::size_t>(columns));
  Match match{affineLayer(from, outputs, 1, std::move(weight.values)), node.output(0)};
  if (gemm && node.input_size() > 2 && nodes_.isConstant(node.input(2))) {
    match.layer.bias = nodes_.constant(node.input(2)).values;
    if (match.layer.bias.size() == 1)
      match.layer.bias.resize(static_cast<std::size_t>(outputs), match.layer.bias[0]);
    if (match.layer.bias.size() != static_cast<std::size_t>(outputs))
      nodes_.reject(node, "has a bias of " + std::to_string(match.layer.bias.size()) + " numbers; expected " +
                              std::to_string(outputs) + ".");
  }
  return match;
}

OnnxPatterns::Match OnnxPatterns::convolution(const NodeProto& node, const Shape& from) const {
  if (!nodes_.isConstant(node.input(1))) nodes_.reject(node, "has a weight that is not a constant.");
  auto weight = nodes_.constant(node.input(1));
  const auto& extents = weight.dimensions;
  if (extents.size() != 4 || extents[2] != extents[3] || (extents[2] != 1 && extents[2] != 3))
    nodes_.reject(node,
                  "has a weight of " + text(extents) + "; expected a stencil of 1 x 1 or 3 x 3 pixels.");
  if (extents[1] != from.channels)
    nodes_.reject(node, "takes " + std::to_string(extents[1]) + " channels; expected " +
                            std::to_string(from.channels) + " in one group.");
  const std::int64_t half = extents[2] / 2;
  expect(node, "strides", {1, 1}, {1, 1});
  expect(node, "dilations", {1, 1}, {1, 1});
  expect(node, "pads", Integers(4, half), Integers(4, 0));
  Match match{affineLayer(from, extents[0], static_cast<int>(extents[2]), std::move(weight.values)),
              node.output(0)};
  if (node.input_size() > 2) {
    if (!nodes_.isConstant(node.input(2))) nodes_.reject(node, "has a bias that is not a constant.");
    match.layer.bias = nodes_.constant(node.input(2)).values;
    if (match.layer.bias.size() != static_cast<std::size_t>(match.layer.to.channels))
      nodes_.reject(node, "has a bias of " + std::to_string(match.layer.bias.size()) + " numbers; expected " +
                              std::to_string(match.layer.to.channels) + ".");
  }
  return match;
}

// Reshape, MatMul, Reshape for one pixel; Pad, Reshape, Gather, Reshape, MatMul, Reshape for nine.
std::optional<OnnxPatterns::Match> OnnxPatterns::product(const NodeProto& first, const std::string& x,
                                                         const Shape& from) const {
  const bool stencil = first.op_type() == "Pad";
  if (!stencil && first.op_type() != "Reshape") return std::nullopt;
  const NodeProto* node = &first;
  if (stencil) {
    if (first.input(0) != x || nodes_.integers(first, 1) != Integers{0, 0, 1, 1, 0, 0, 1, 1})
      return std::nullopt;
    node = nodes_.next(*node, "Reshape");
    if (node != nullptr) node = nodes_.next(*node, "Gather");
    if (node == nullptr) return std::nullopt;
    if (OnnxNodes::attribute(*node, "axis", 0) != 2 || nodes_.integers(*node, 1) != stencilPixels(from))
      nodes_.reject(*node, "gathers other pixels than those under a stencil of 3 x 3.");
    node = nodes_.next(*node, "Reshape");
  }
  if (node != nullptr) node = nodes_.next(*node, "MatMul");
  if (node == nullptr || !nodes_.isConstant(node->input(0))) return std::nullopt;
  auto weight = nodes_.constant(node->input(0));
  const int taps = stencil ? 9 : 1;
  if (weight.dimensions.size() != 2 || weight.dimensions[1] != std::int64_t{from.channels} * taps)
    nodes_.reject(*node, "has a weight of " + text(weight.dimensions) + "; expected rows of " +
                             std::to_string(from.channels * taps) + " numbers.");
  const auto outputs = weight.dimensions[0];
  node = nodes_.next(*node, "Reshape");
  if (node == nullptr) return std::nullopt;
  return Match{affineLayer(from, outputs, stencil ? 3 : 1, std::move(weight.values)), node->output(0)};
}

std::optional<OnnxPatterns::Match> OnnxPatterns::affine(const NodeProto& first, const std::string& x,
                                                        const Shape& from) const {
  std::optional<Match> match;
  const std::string& type = first.op_type();
  if ((type == "Gemm" || type == "MatMul") && first.input(0) == x) {
    match = matrix(first, from);
  } else if (type == "Conv" && first.input(0) == x) {
    match = convolution(first, from);
  } else {
    match = product(first, x, from);
  }
  if (match) addBias(*match);
  return match;
}

// u = Clip(x, -c, c): (u + c)^2 / (4c) + Relu(x - c), c = 0.1.
std::optional<OnnxPatterns::Activated> OnnxPatterns::smoothReLU(const std::string& x) const {
  const NodeProto *clip = nullptr, *beyond = nullptr;
  for (const NodeProto* node : nodes_.consumers(x)) {
    if (node->op_type() == "Clip") clip = node;
    if (node->op_type() == "Sub") beyond = node;
  }
  if (clip == nullptr || beyond == nullptr) return std::nullopt;
  const auto near = [](double a, double b) { return std::abs(a - b) < 1e-7; };
  const auto isNumber = [&](const NodeProto& node, int index, double expected) {
    return node.input_size() > index && nodes_.isConstant(node.input(index)) &&
           nodes_.constant(node.input(index)).isScalar() &&
           near(nodes_.constant(node.input(index)).values.front(), expected);
  };
  const NodeProto* sum = nodes_.next(*clip, "Add");
  const NodeProto* square = sum == nullptr ? nullptr : nodes_.next(*sum, "Mul");
  const NodeProto* blend = square == nullptr ? nullptr : nodes_.next(*square, "Div");
  const NodeProto* line = nodes_.next(*beyond, "Relu");
  const NodeProto* all = line == nullptr ? nullptr : nodes_.next(*line, "Add");
  const bool fits = blend != nullptr && all != nullptr && nodes_.next(*blend, "Add") == all &&
                    isNumber(*clip, 1, -0.1) && isNumber(*clip, 2, 0.1) && isNumber(*sum, 1, 0.1) &&
                    square->input(0) == square->input(1) && isNumber(*blend, 1, 0.4) &&
                    isNumber(*beyond, 1, 0.1);
  if (!fits) return std::nullopt;
  return Activated{resnet::Activation::SmoothReLU, all->output(0)};
}

std::optional<OnnxPatterns::Activated> OnnxPatterns::activation(const std::string& x) const {
  const NodeProto* node = nodes_.consumer(x);
  if (node == nullptr) return smoothReLU(x);
  const std::string& type = node->op_type();
  if (type == "Tanh") return Activated{resnet::Activation::Tanh, node->output(0)};
  if (type == "Relu") return Activated{resnet::Activation::ReLU, node->output(0)};
  if (type == "Sigmoid") return Activated{resnet::Activation::Sigmoid, node->output(0)};
  if (type == "Identity") return Activated{resnet::Activation::Identity, node->output(0)};
  return std::nullopt;
}

std::optional<std::string> OnnxPatterns::adjoint(const std::string& x, const Layer& convolution) const {
  const NodeProto* node = nodes_.consumer(x);
  if (node == nullptr || convolution.side != 3) return std::nullopt;
  if (node->op_type() == "ConvTranspose") {
    expect(*node, "pads", {1, 1, 1, 1}, {0, 0, 0, 0});
    expect(*node, "strides", {1, 1}, {1, 1});
    const bool same =
        nodes_.isConstant(node->input(1)) && nodes_.constant(node->input(1)).values == convolution.weight;
    if (!same || node->input_size() > 2)
      nodes_.reject(*node,
                    "is not the adjoint of the convolution before it; expected the same weight and no bias.");
    return node->output(0);
  }
  const auto match = product(*node, x, convolution.to);
  if (!match) return std::nullopt;
  const auto expected =
      transposedStencil(convolution.weight, convolution.to.channels, convolution.from.channels);
  if (match->layer.weight != expected)
    nodes_.reject(*node, "is not the adjoint of the convolution before it.");
  return match->value;
}

std::optional<OnnxPatterns::Match> OnnxPatterns::means(const std::string& x, const Shape& from) const {
  const NodeProto* node = nodes_.consumer(x);
  if (node == nullptr) return std::nullopt;
  Match match;
  match.layer.from = from;
  match.layer.kind = LayerKind::Pooling;
  match.layer.to = {from.channels, from.height / 2, from.width / 2};
  if (node->op_type() == "AveragePool") {
    expect(*node, "kernel_shape", {2, 2}, {});
    expect(*node, "strides", {2, 2}, {1, 1});
    expect(*node, "pads", {0, 0, 0, 0}, {0, 0, 0, 0});
    match.value = node->output(0);
    return match;
  }
  if (node->op_type() == "Reshape") {
    const NodeProto* mean = nodes_.next(*node, "ReduceMean");
    const Integers windows{0, from.channels, from.height / 2, 2, from.width / 2, 2};
    if (mean == nullptr || nodes_.axesOf(*mean) != Integers{3, 5} || nodes_.integers(*node, 1) != windows)
      return std::nullopt;
    match.value = mean->output(0);
    return match;
  }
  auto axes = nodes_.axesOf(*node);
  const bool global = node->op_type() == "GlobalAveragePool" ||
                      (node->op_type() == "ReduceMean" &&
                       (axes == Integers{2, 3} || axes == Integers{-1, -2} || axes == Integers{-2, -1}));
  if (!global) return std::nullopt;
  match.layer.kind = LayerKind::Means;
  match.layer.to = Shape::dense(from.channels);
  match.value = node->output(0);
  return match;
}

std::optional<OnnxPatterns::Match> OnnxPatterns::padding(const std::string& x, const Shape& from) const {
  const NodeProto* node = nodes_.consumer(x);
  if (node == nullptr || node->op_type() != "Pad") return std::nullopt;
  const auto pads = nodes_.integers(*node, 1);
  const bool images = from.pixels() > 1;
  const std::size_t after = images ? 5 : 3;
  if (pads.size() != (images ? 8U : 4U)) return std::nullopt;
  Integers expected(pads.size(), 0);
  expected[after] = pads[after];
  if (pads != expected || pads[after] < 1) return std::nullopt;
  Match match;
  match.layer.kind = LayerKind::Padding;
  match.layer.from = match.layer.to = from;
  match.layer.to.channels += static_cast<int>(pads[after]);
  match.value = node->output(0);
  return match;
}

} // namespace terrace::program
