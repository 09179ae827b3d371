#include "exchange/OnnxNormalization.hpp"

#include <algorithm>
#include <cmath>

namespace terrace::program {
namespace {

using onnx::NodeProto;
using resnet::Shape;
using Integers = std::vector<std::int64_t>;

bool all(const std::vector<double>& values, double expected) {
  return std::all_of(values.begin(), values.end(), [&](double value) { return value == expected; });
}

OnnxMatch normalizationOf(const Shape& shape, int groups, const std::string& value) {
  OnnxMatch match;
  match.layer.kind = LayerKind::Normalization;
  match.layer.from = match.layer.to = shape;
  match.layer.groups = groups;
  match.layer.weight.assign(static_cast<std::size_t>(shape.channels), 1.0);
  match.layer.bias.assign(static_cast<std::size_t>(shape.channels), 0.0);
  match.value = value;
  return match;
}

} // namespace

std::optional<OnnxMatch> OnnxNormalization::ofGroups(const std::string& x, const Shape& from) const {
  const NodeProto* node = nodes_.consumer(x);
  if (node == nullptr) return std::nullopt;
  if (node->op_type() == "GroupNormalization" || node->op_type() == "InstanceNormalization")
    return ofWholeImages(*node, from);
  if (node->op_type() == "Reshape") return ofRows(*node, from);
  return std::nullopt;
}

void OnnxNormalization::expectFloor(const NodeProto& node, double found) const {
  if (std::abs(found - resnet::varianceFloor) > 1e-3 * resnet::varianceFloor)
    nodes_.reject(node, "adds " + std::to_string(found) + " to variances; expected 0.00001.");
}

std::vector<double> OnnxNormalization::channels(const NodeProto& node, int index, int count,
                                                int groups) const {
  if (node.input_size() <= index || !nodes_.isConstant(node.input(index)))
    nodes_.reject(node, "has an input " + std::to_string(index) + " that is not a constant.");
  auto values = nodes_.constant(node.input(index)).values;
  const int found = static_cast<int>(values.size());
  if (found == count) return values;
  if (found != groups)
    nodes_.reject(node, "has " + std::to_string(found) + " factors or terms; expected one for each of " +
                            std::to_string(count) + " channels.");
  std::vector<double> expanded;
  for (int channel = 0; channel < count; ++channel)
    expanded.push_back(values[static_cast<std::size_t>(channel / (count / groups))]);
  return expanded;
}

OnnxMatch OnnxNormalization::ofWholeImages(const NodeProto& node, const Shape& from) const {
  const bool instance = node.op_type() == "InstanceNormalization";
  const auto groups = instance ? from.channels : OnnxNodes::attribute(node, "num_groups", 0);
  if (groups < 1 || from.channels % groups != 0)
    nodes_.reject(node, "has " + std::to_string(groups) + " groups; expected a divisor of the " +
                            std::to_string(from.channels) + " channels.");
  expectFloor(node, OnnxNodes::realAttribute(node, "epsilon", resnet::varianceFloor));
  auto match = normalizationOf(from, static_cast<int>(groups), node.output(0));
  match.layer.weight = channels(node, 1, from.channels, match.layer.groups);
  match.layer.bias = channels(node, 2, from.channels, match.layer.groups);
  return match;
}

// Reshape to samples x groups x entries, the normalisation, Reshape to images, Mul, Add.
std::optional<OnnxMatch> OnnxNormalization::ofRows(const NodeProto& reshape, const Shape& from) const {
  const auto rows = nodes_.integers(reshape, 1);
  if (rows.size() != 3 || rows[1] < 1 || from.channels % rows[1] != 0 ||
      (rows[2] != -1 && rows[2] != from.size() / rows[1]))
    return std::nullopt;
  const auto normalized = normalizedRows(reshape.output(0));
  if (!normalized) return std::nullopt;
  const NodeProto* back = nodes_.consumer(*normalized);
  if (back == nullptr || back->op_type() != "Reshape") return std::nullopt;
  const auto image = nodes_.integers(*back, 1);
  const bool isImage =
      image.size() == 4 && image[1] == from.channels && image[2] == from.height && image[3] == from.width;
  if (!image.empty() && !isImage) return std::nullopt; // empty: the shape that x has, by the node Shape
  auto match = normalizationOf(from, static_cast<int>(rows[1]), back->output(0));
  match.value = takeChannels(match.value, "Mul", match.layer.weight);
  match.value = takeChannels(match.value, "Add", match.layer.bias);
  return match;
}

std::string OnnxNormalization::takeChannels(const std::string& x, const char* type,
                                            std::vector<double>& numbers) const {
  const NodeProto* node = nodes_.consumer(x);
  if (node == nullptr || node->op_type() != type) return x;
  const auto operand = nodes_.operand(*node, x);
  if (!operand || !operand->isOnePerChannel(static_cast<int>(numbers.size()))) return x;
  numbers = operand->values;
  return node->output(0);
}

std::optional<std::string> OnnxNormalization::normalizedRows(const std::string& rows) const {
  const NodeProto* node = nodes_.consumer(rows);
  if (node == nullptr) return byMeans(rows);
  if (node->op_type() != "InstanceNormalization") return std::nullopt;
  for (const int input : {1, 2})
    if (!nodes_.isConstant(node->input(input)) ||
        !all(nodes_.constant(node->input(input)).values, input == 1 ? 1.0 : 0.0))
      nodes_.reject(*node, "has a factor or a term for a group of channels; expected one for a channel.");
  expectFloor(*node, OnnxNodes::realAttribute(*node, "epsilon", resnet::varianceFloor));
  return node->output(0);
}

// c = x - mean x; c / sqrt(mean c c + floor)
std::optional<std::string> OnnxNormalization::byMeans(const std::string& rows) const {
  const auto find = [&](const std::string& value, const char* type) -> const NodeProto* {
    for (const NodeProto* node : nodes_.consumers(value))
      if (node->op_type() == type) return node;
    return nullptr;
  };
  const auto isMean = [&](const NodeProto* node) {
    return node != nullptr && (nodes_.axesOf(*node) == Integers{2} || nodes_.axesOf(*node) == Integers{-1}) &&
           OnnxNodes::attribute(*node, "keepdims", 1) == 1;
  };
  const NodeProto *mean = find(rows, "ReduceMean"), *centered = find(rows, "Sub");
  if (!isMean(mean) || centered == nullptr || nodes_.next(*mean, "Sub") != centered ||
      centered->input(0) != rows)
    return std::nullopt;
  const NodeProto *square = find(centered->output(0), "Mul"), *quotient = find(centered->output(0), "Div");
  const NodeProto* variance = square == nullptr ? nullptr : nodes_.next(*square, "ReduceMean");
  if (!isMean(variance) || square->input(0) != square->input(1)) return std::nullopt;
  const NodeProto* floored = nodes_.next(*variance, "Add");
  const NodeProto* root = floored == nullptr ? nullptr : nodes_.next(*floored, "Sqrt");
  if (root == nullptr || quotient == nullptr || nodes_.next(*root, "Div") != quotient ||
      quotient->input(0) != centered->output(0))
    return std::nullopt;
  const auto floor = nodes_.operand(*floored, variance->output(0));
  if (!floor || !floor->isScalar()) return std::nullopt;
  expectFloor(*floored, floor->values.front());
  return quotient->output(0);
}

// g (W x + b - m) / sqrt(v + e) + c
std::optional<OnnxMatch> OnnxNormalization::folded(const OnnxMatch& convolution) const {
  const NodeProto* node = nodes_.consumer(convolution.value);
  if (node == nullptr || node->op_type() != "BatchNormalization") return std::nullopt;
  if (OnnxNodes::attribute(*node, "training_mode", 0) != 0)
    nodes_.reject(*node, "is in training; expected an export for evaluation.");
  OnnxMatch match = convolution;
  Layer& layer = match.layer;
  const int count = layer.to.channels;
  const auto gain = channels(*node, 1, count, count), term = channels(*node, 2, count, count),
             mean = channels(*node, 3, count, count), variance = channels(*node, 4, count, count);
  const double floor = OnnxNodes::realAttribute(*node, "epsilon", 1e-5);
  layer.bias.resize(static_cast<std::size_t>(count), 0.0);
  const std::size_t entries = layer.weight.size() / layer.bias.size();
  for (std::size_t o = 0; o < layer.bias.size(); ++o) {
    if (!(variance[o] + floor > 0)) nodes_.reject(*node, "has a variance that is not positive.");
    const double factor = gain[o] / std::sqrt(variance[o] + floor);
    for (std::size_t i = 0; i < entries; ++i) layer.weight[o * entries + i] *= factor;
    layer.bias[o] = factor * (layer.bias[o] - mean[o]) + term[o];
  }
  match.value = node->output(0);
  return match;
}

} // namespace terrace::program
