#include "exchange/OnnxWriter.hpp"

#include "exchange/ModelTexts.hpp"
#include "exchange/OnnxConvolution.hpp"

#include <Version.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <stdexcept>

namespace terrace::program {
namespace {

using Dimensions = OnnxGraph::Dimensions;
using resnet::DataScaling;
using resnet::Shape;

bool hasShift(const DataScaling& scaling) {
  for (const double shift : scaling.shift)
    if (shift != 0) return true;
  return false;
}

bool hasScale(const DataScaling& scaling) {
  for (const double scale : scaling.scale)
    if (scale != 1) return true;
  return false;
}

} // namespace

OnnxWriter::OnnxWriter(OnnxGraph& graph, const PortableModel& model, Precision precision)
    : graph_(graph), model_(model), network_(model.description.makeNetwork()),
      images_(network_.isConvolutional()), byProducts_(precision == Precision::Double) {}

void OnnxWriter::write() {
  const Shape& input = network_.input;
  graph_.declareInput("inputs", images_ ? Dimensions{input.channels, input.height, input.width}
                                        : Dimensions{network_.features()});
  std::string x = scaledInputs("inputs");
  for (const Layer& step : layersOf(network_, model_.parameters)) x = layer(step, x);
  finish(x);
}

std::string OnnxWriter::nameFor(const char* what) {
  return std::string(what) + "_" + std::to_string(++unnamed_);
}

std::string OnnxWriter::toShape(const Dimensions& extents) {
  std::string name = "shape_";
  for (std::size_t i = 0; i < extents.size(); ++i) name += (i > 0 ? "x" : "") + std::to_string(extents[i]);
  return graph_.integers(name, extents);
}

std::string OnnxWriter::scaledInputs(const std::string& x) {
  const DataScaling& scaling = model_.description.inputs;
  const Shape& input = network_.input;
  const Dimensions shape =
      images_ ? Dimensions{input.channels, input.height, input.width} : Dimensions{network_.features()};
  std::string result = x;
  if (scaling.logarithm) result = graph_.node("Log", {result}, "inputs_logarithm");
  if (hasShift(scaling))
    result = graph_.node("Sub", {result, graph_.constant("scaling/input_shift", shape, scaling.shift)},
                         "inputs_shifted");
  if (hasScale(scaling))
    result = graph_.node("Div", {result, graph_.constant("scaling/input_scale", shape, scaling.scale)},
                         "inputs_scaled");
  return result;
}

std::string OnnxWriter::layer(const Layer& layer, const std::string& x) {
  switch (layer.kind) {
  case LayerKind::Padding:
    return padding(layer, x);
  case LayerKind::Affine:
    return affine(layer, x, layer.name);
  case LayerKind::Activation:
    return activation(x, nameFor("activation"));
  case LayerKind::Normalization:
    return normalization(layer, x, nameFor("normalized"));
  case LayerKind::Block:
  case LayerKind::SymmetricBlock:
  case LayerKind::CompositeBlock:
    return block(layer, x);
  case LayerKind::Pooling:
    return pooling(layer, x);
  case LayerKind::Means:
    graph_.node("ReduceMean", {x}, "means");
    graph_.attribute("axes", Dimensions{2, 3});
    graph_.attribute("keepdims", 0);
    return "means";
  }
  return x;
}

std::string OnnxWriter::padding(const Layer& layer, const std::string& x) {
  const std::int64_t more = layer.to.channels - layer.from.channels;
  const Dimensions pads = images_ ? Dimensions{0, 0, 0, 0, 0, more, 0, 0} : Dimensions{0, 0, 0, more};
  return graph_.node("Pad", {x, graph_.integers("lift_pads", pads)}, "lift");
}

std::string OnnxWriter::affine(const Layer& layer, const std::string& x, const std::string& output) {
  if (layer.from.pixels() == 1 && layer.side == 1 && (!images_ || layer.name == "output"))
    return matrix(layer, x, output);
  return byProducts_ ? convolutionByProducts(layer, x, output) : convolution(layer, x, output);
}

std::string OnnxWriter::matrix(const Layer& layer, const std::string& x, const std::string& output) {
  const std::int64_t outputs = layer.to.channels, inputs = layer.from.channels;
  std::vector<std::string> arguments{x, graph_.constant(weightOf(layer), {outputs, inputs}, layer.weight)};
  if (!layer.bias.empty()) arguments.push_back(graph_.constant(biasOf(layer), {outputs}, layer.bias));
  graph_.node("Gemm", arguments, output);
  graph_.attribute("transB", 1);
  return output;
}

std::string OnnxWriter::convolution(const Layer& layer, const std::string& x, const std::string& output) {
  const std::int64_t outputs = layer.to.channels, inputs = layer.from.channels, side = layer.side;
  std::vector<std::string> arguments{
      x, graph_.constant(weightOf(layer), {outputs, inputs, side, side}, layer.weight)};
  if (!layer.bias.empty()) arguments.push_back(graph_.constant(biasOf(layer), {outputs}, layer.bias));
  graph_.node("Conv", arguments, output);
  graph_.attribute("kernel_shape", Dimensions{side, side});
  graph_.attribute("pads", Dimensions(4, side / 2));
  return output;
}

std::string OnnxWriter::stencilProduct(const Shape& from, int outputs, const std::string& weight,
                                       const std::string& x, const std::string& output) {
  const std::string image = std::to_string(from.height) + "x" + std::to_string(from.width);
  const std::int64_t pixels = from.pixels();
  const auto padded =
      graph_.node("Pad", {x, graph_.integers("stencil_pads", {0, 0, 1, 1, 0, 0, 1, 1})}, output + "/padded");
  const auto row = graph_.node("Reshape", {padded, toShape({0, from.channels, -1})}, output + "/row");
  const auto taken =
      graph_.node("Gather", {row, graph_.integers("stencil_" + image, {9, pixels}, stencilPixels(from))},
                  output + "/taken");
  graph_.attribute("axis", 2);
  const auto columns = graph_.node("Reshape", {taken, toShape({0, from.channels * std::int64_t{9}, pixels})},
                                   output + "/columns");
  const auto product = graph_.node("MatMul", {weight, columns}, output + "/product");
  return graph_.node("Reshape", {product, toShape({0, outputs, from.height, from.width})}, output);
}

std::string OnnxWriter::convolutionByProducts(const Layer& layer, const std::string& x,
                                              const std::string& output) {
  const std::int64_t outputs = layer.to.channels, inputs = layer.from.channels, pixels = layer.from.pixels();
  const bool hasBias = !layer.bias.empty();
  const std::string product = hasBias ? output + "/image" : output;
  const auto weight =
      graph_.constant(weightOf(layer), {outputs, inputs * layer.side * layer.side}, layer.weight);
  if (layer.side == 3) {
    stencilProduct(layer.from, layer.to.channels, weight, x, product);
  } else {
    const auto row = graph_.node("Reshape", {x, toShape({0, inputs, pixels})}, output + "/row");
    const auto rows = graph_.node("MatMul", {weight, row}, output + "/product");
    graph_.node("Reshape", {rows, toShape({0, outputs, layer.to.height, layer.to.width})}, product);
  }
  if (!hasBias) return output;
  const auto bias = graph_.constant(biasOf(layer), {outputs, 1, 1}, layer.bias);
  return graph_.node("Add", {product, bias}, output);
}

std::string OnnxWriter::adjointConvolution(const Layer& layer, const std::string& x,
                                           const std::string& output) {
  if (!byProducts_) {
    graph_.node("ConvTranspose", {x, weightOf(layer)}, output);
    graph_.attribute("kernel_shape", Dimensions{3, 3});
    graph_.attribute("pads", Dimensions(4, 1));
    return output;
  }
  const int outputs = layer.to.channels, inputs = layer.from.channels;
  const auto weight = graph_.constant(weightOf(layer) + "_transposed", {inputs, outputs * 9L},
                                      transposedStencil(layer.weight, outputs, inputs));
  return stencilProduct(layer.to, inputs, weight, x, output);
}

// SmoothReLU, with c = 0.1 and u = min(max(z, -c), c): (u + c)^2 / (4c) + max(z - c, 0).
std::string OnnxWriter::activation(const std::string& x, const std::string& output) {
  switch (network_.activation) {
  case resnet::Activation::Tanh:
    return graph_.node("Tanh", {x}, output);
  case resnet::Activation::ReLU:
    return graph_.node("Relu", {x}, output);
  case resnet::Activation::Sigmoid:
    return graph_.node("Sigmoid", {x}, output);
  case resnet::Activation::Identity:
    return graph_.node("Identity", {x}, output);
  case resnet::Activation::SmoothReLU:
    break;
  }
  const auto number = [&](const char* name, double value) {
    const std::string full = output + "/" + name;
    return graph_.constant(full, value);
  };
  const auto c = number("c", 0.1);
  const auto u = graph_.node("Clip", {x, number("minus_c", -0.1), c}, output + "/u");
  const auto sum = graph_.node("Add", {u, c}, output + "/sum");
  const auto square = graph_.node("Mul", {sum, sum}, output + "/square");
  const auto blend = graph_.node("Div", {square, number("four_c", 0.4)}, output + "/blend");
  const auto beyond = graph_.node("Sub", {x, c}, output + "/beyond");
  const auto line = graph_.node("Relu", {beyond}, output + "/line");
  return graph_.node("Add", {blend, line}, output);
}

std::string OnnxWriter::normalization(const Layer& layer, const std::string& x, const std::string& output) {
  const std::int64_t channels = layer.to.channels;
  const auto rows = graph_.node("Reshape", {x, toShape({0, layer.groups, -1})}, output + "/rows");
  const auto normalized = normalizedRows(layer, rows, output + "/normalized");
  const auto image = graph_.node(
      "Reshape", {normalized, toShape({0, channels, layer.to.height, layer.to.width})}, output + "/image");
  const auto gain = graph_.constant(weightOf(layer), {channels, 1, 1}, layer.weight);
  const auto scaled = graph_.node("Mul", {image, gain}, output + "/scaled");
  return graph_.node("Add", {scaled, graph_.constant(biasOf(layer), {channels, 1, 1}, layer.bias)}, output);
}

// onnxruntime has InstanceNormalization in single precision only.
std::string OnnxWriter::normalizedRows(const Layer& layer, const std::string& rows,
                                       const std::string& output) {
  if (!byProducts_) {
    const auto groups = static_cast<std::size_t>(layer.groups);
    const auto ones = graph_.constant(output + "/ones", {layer.groups}, std::vector<double>(groups, 1.0));
    const auto zeros = graph_.constant(output + "/zeros", {layer.groups}, std::vector<double>(groups, 0.0));
    graph_.node("InstanceNormalization", {rows, ones, zeros}, output);
    graph_.realAttribute("epsilon", resnet::varianceFloor);
    return output;
  }
  const auto mean = [&](const std::string& of, const std::string& name) {
    graph_.node("ReduceMean", {of}, name);
    graph_.attribute("axes", Dimensions{2});
    graph_.attribute("keepdims", 1);
    return name;
  };
  const auto centered = graph_.node("Sub", {rows, mean(rows, output + "/mean")}, output + "/centered");
  const auto squares = graph_.node("Mul", {centered, centered}, output + "/squares");
  const auto floor = graph_.constant(output + "/floor", resnet::varianceFloor);
  const auto variance = graph_.node("Add", {mean(squares, output + "/variance"), floor}, output + "/floored");
  return graph_.node("Div", {centered, graph_.node("Sqrt", {variance}, output + "/deviation")}, output);
}

std::string OnnxWriter::branch(const Layer& layer, const std::string& x) {
  if (layer.kind == LayerKind::CompositeBlock) {
    std::string z = x;
    for (const Layer& inner : layer.inside)
      z = inner.kind == LayerKind::Affine ? affine(inner, z, inner.name + "/" + inner.weightName + "_z")
                                          : this->layer(inner, z);
    return z;
  }
  const auto a = activation(affine(layer, x, layer.name + "/z"), layer.name + "/a");
  return layer.kind == LayerKind::SymmetricBlock ? adjointConvolution(layer, a, layer.name + "/adjoint") : a;
}

std::string OnnxWriter::block(const Layer& layer, const std::string& x) {
  const auto added = branch(layer, x);
  const auto h = graph_.constant(layer.name + "/h", layer.step);
  const auto step = graph_.node("Mul", {h, added}, layer.name + "/step");
  return graph_.node(layer.kind == LayerKind::SymmetricBlock ? "Sub" : "Add", {x, step}, layer.name);
}

std::string OnnxWriter::pooling(const Layer& layer, const std::string& x) {
  const std::string output = nameFor("pooled");
  if (!byProducts_) {
    graph_.node("AveragePool", {x}, output);
    graph_.attribute("kernel_shape", Dimensions{2, 2});
    graph_.attribute("strides", Dimensions{2, 2});
    return output;
  }
  const auto windows =
      graph_.node("Reshape", {x, toShape({0, layer.to.channels, layer.to.height, 2, layer.to.width, 2})},
                  output + "/windows");
  graph_.node("ReduceMean", {windows}, output);
  graph_.attribute("axes", Dimensions{3, 5});
  graph_.attribute("keepdims", 0);
  return output;
}

void OnnxWriter::finish(const std::string& y) {
  const auto& model = model_.description;
  const DataScaling& scaling = model.targets;
  const Dimensions columns{network_.outputs};
  std::string result = y;
  if (hasScale(scaling))
    result = graph_.node("Mul", {result, graph_.constant("scaling/output_scale", columns, scaling.scale)},
                         "outputs_scaled");
  if (hasShift(scaling))
    result = graph_.node("Add", {result, graph_.constant("scaling/output_shift", columns, scaling.shift)},
                         "outputs_shifted");
  if (model_.givesProbabilities()) {
    graph_.node("Softmax", {result}, "outputs");
    graph_.attribute("axis", 1);
  } else {
    graph_.node(scaling.logarithm ? "Exp" : "Identity", {result}, "outputs");
  }
  graph_.declareOutput("outputs", columns);
  if (model.task != dataset::Task::Classification) return;
  graph_.node("ArgMax", {result}, "labels");
  graph_.attribute("axis", 1);
  graph_.attribute("keepdims", 0);
  graph_.declareIntegerOutput("labels");
}

void writeOnnx(const std::string& path, const PortableModel& model, Precision precision,
               const std::string& shownAs) {
  onnx::ModelProto file;
  file.set_ir_version(onnxIrVersion);
  file.set_producer_name("terrace");
  file.set_producer_version(version);
  file.add_opset_import()->set_version(onnxOpset);
  file.mutable_graph()->set_name("terrace");
  for (const auto& [name, text] : modelTexts(model.description)) {
    auto& entry = *file.add_metadata_props();
    entry.set_key(name);
    entry.set_value(text);
  }
  OnnxGraph graph(*file.mutable_graph(), precision);
  OnnxWriter(graph, model, precision).write();
  if (file.ByteSizeLong() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw std::invalid_argument(shownAs + ": " + std::to_string(file.ByteSizeLong()) +
                                " bytes; an ONNX file has at most 2 GB.");
  std::ofstream out(path, std::ios::binary);
  if (!file.SerializeToOstream(&out) || !out.flush())
    throw std::runtime_error(shownAs + ": cannot be written (" + std::strerror(errno) + ").");
}

} // namespace terrace::program
