#include "exchange/OnnxReader.hpp"

#include "exchange/ModelTexts.hpp"

#include <terrace/parameters/XmlParameters.hpp>

#include <algorithm>

namespace terrace::program {
namespace {

using onnx::NodeProto;
using resnet::DataScaling;
using resnet::Shape;

bool isOneOf(const std::string& type, std::initializer_list<const char*> types) {
  return std::any_of(types.begin(), types.end(), [&](const char* name) { return type == name; });
}

} // namespace

PortableModel OnnxReader::read() {
  const auto reject = [this](const std::string& complaint) { nodes_.reject(complaint); };
  readInput();
  while (takeNext()) {
  }
  if (!nodes_.isOutput(value_)) {
    const auto takers = nodes_.consumers(value_);
    if (takers.empty()) nodes_.reject("its value \"" + value_ + "\" leads nowhere.");
    nodes_.reject(*takers.front(), "is not what Terrace's networks have after \"" + value_ +
                                       "\"; doc/exchange.md lists the nodes that are read.");
  }
  finishScaling();
  takeModelTexts(nodes_.texts(), model_.description, reject);
  if (isSoftmax_) model_.description.task = dataset::Task::Classification;
  const auto known = nodes_.texts().find("network");
  assembleNetwork(chain_,
                  known == nodes_.texts().end() ? Teuchos::ParameterList() : readXmlParameters(known->second),
                  model_, reject);
  const auto& names = model_.description;
  if (!names.outputNames.empty() && names.outputNames.size() != static_cast<std::size_t>(names.outputs))
    nodes_.reject("has " + std::to_string(names.outputNames.size()) + " names for " +
                  std::to_string(names.outputs) + " outputs.");
  if (!names.inputNames.empty() && names.inputNames.size() != static_cast<std::size_t>(names.features))
    nodes_.reject("has " + std::to_string(names.inputNames.size()) + " names for " +
                  std::to_string(names.features) + " inputs.");
  return std::move(model_);
}

void OnnxReader::readInput() {
  const auto& input = nodes_.input();
  const auto& type = input.type().tensor_type();
  if (type.elem_type() != onnx::TensorProto_DataType_FLOAT &&
      type.elem_type() != onnx::TensorProto_DataType_DOUBLE)
    nodes_.reject("its input \"" + input.name() + "\" is of ONNX's type " + std::to_string(type.elem_type()) +
                  "; expected float or double.");
  std::vector<int> extents;
  for (const auto& dimension : type.shape().dim()) extents.push_back(static_cast<int>(dimension.dim_value()));
  const bool usable = (extents.size() == 2 || extents.size() == 4) &&
                      std::all_of(extents.begin() + 1, extents.end(), [](int extent) { return extent > 0; });
  if (!usable)
    nodes_.reject(
        "its input \"" + input.name() +
        "\" does not have the shape samples x features or samples x channels x height x width, with "
        "numbers for all but the first.");
  shape_ = extents.size() == 2 ? Shape::dense(extents[1]) : Shape{extents[1], extents[2], extents[3]};
  chain_.input = shape_;
  value_ = input.name();
  maps_ = DataScaling::identity(shape_.size());
}

bool OnnxReader::takeNext() {
  return takeBlock() || takePlainLayer() || takeColumnMap() || takeNeutral();
}

void OnnxReader::add(Layer layer, const std::string& value) {
  if (isFinished_)
    nodes_.reject("has a layer after a map of its outputs, before the value \"" + value + "\".");
  if (chain_.layers.empty()) {
    model_.description.inputs = maps_;
  }
  shape_ = layer.to;
  value_ = value;
  chain_.layers.push_back(std::move(layer));
  maps_ = DataScaling::identity(shape_.size());
}

void OnnxReader::record(resnet::Activation activation, const NodeProto* where) {
  if (knowsActivation_ && activation != chain_.activation)
    nodes_.reject(*where, std::string("belongs to the activation ") + resnet::toString(activation) +
                              " and another layer has " + resnet::toString(chain_.activation) +
                              "; expected one for all.");
  chain_.activation = activation;
  knowsActivation_ = true;
}

// The Add or Sub that ends a block which begins at x.
const NodeProto* OnnxReader::sumOf(const std::string& x) const {
  for (const NodeProto* node : nodes_.consumers(x)) {
    if (!isOneOf(node->op_type(), {"Add", "Sub"}) || patterns_.operand(*node, x)) continue;
    if (node->op_type() == "Sub" && node->input(0) != x) continue;
    return node;
  }
  return nullptr;
}

// The time step, a constant that the branch is multiplied by; 1 without.
double OnnxReader::stepAfter(std::string& value) const {
  const NodeProto* node = nodes_.consumer(value);
  if (node == nullptr || !isOneOf(node->op_type(), {"Mul", "Div"})) return 1.0;
  const auto factor = patterns_.operand(*node, value);
  if (!factor || !factor->isScalar() || (node->op_type() == "Div" && node->input(0) != value))
    nodes_.reject(*node, "multiplies the branch of a block by more than one number.");
  value = node->output(0);
  return node->op_type() == "Mul" ? factor->values.front() : 1 / factor->values.front();
}

bool OnnxReader::takeBlock() {
  const NodeProto* sum = sumOf(value_);
  if (sum == nullptr) return false;
  const auto takers = nodes_.consumers(value_);
  const auto first =
      std::find_if(takers.begin(), takers.end(), [&](const auto* node) { return node != sum; });
  if (first == takers.end()) return false;
  auto match = patterns_.affine(**first, value_, shape_);
  if (takers.size() != 2 || !match)
    nodes_.reject(**first, "is not the beginning of a block q + h sigma(W q + b) that ends with \"" +
                               sum->output(0) + "\".");
  std::string end = match->value;
  const auto activated = patterns_.activation(end);
  record(activated ? activated->activation : resnet::Activation::Identity, sum);
  if (activated) end = activated->value;
  const auto adjoint = patterns_.adjoint(end, match->layer);
  if (adjoint) end = *adjoint;
  match->layer.step = stepAfter(end);
  const bool isMinus = sum->op_type() == "Sub";
  const bool joins = nodes_.consumer(end) == sum;
  if (!joins) {
    const NodeProto* other = nodes_.consumer(end);
    nodes_.reject(other == nullptr ? *sum : *other,
                  "is in the branch of a block; expected q + h sigma(W q + b) or, with images, q - h W^T * "
                  "sigma(W * q + b), and one of the activations of Terrace.");
  }
  if (isMinus != adjoint.has_value())
    nodes_.reject(*sum, adjoint ? "adds the adjoint of a convolution; expected q - h W^T * sigma(W * q + b)."
                                : "subtracts the branch of a block; expected q + h sigma(W q + b).");
  if (match->layer.to != shape_)
    nodes_.reject(*sum, "ends a block whose branch has another width than the block.");
  match->layer.kind = adjoint ? LayerKind::SymmetricBlock : LayerKind::Block;
  add(std::move(match->layer), sum->output(0));
  return true;
}

bool OnnxReader::takePlainLayer() {
  const NodeProto* node = nodes_.consumer(value_);
  if (node == nullptr && !chain_.layers.empty() && chain_.layers.back().kind != LayerKind::Affine)
    return false;
  if (node != nullptr) {
    if (auto padding = patterns_.padding(value_, shape_)) {
      add(std::move(padding->layer), padding->value);
      return true;
    }
    if (auto means = patterns_.means(value_, shape_)) {
      add(std::move(means->layer), means->value);
      return true;
    }
    if (auto affine = patterns_.affine(*node, value_, shape_)) {
      add(std::move(affine->layer), affine->value);
      return true;
    }
  }
  if (chain_.layers.empty() || chain_.layers.back().kind != LayerKind::Affine) return false;
  const auto activated = patterns_.activation(value_);
  if (!activated || activated->activation == resnet::Activation::Identity) return false;
  record(activated->activation, node == nullptr ? nodes_.consumers(value_).front() : node);
  Layer layer;
  layer.kind = LayerKind::Activation;
  layer.from = layer.to = shape_;
  add(std::move(layer), activated->value);
  return true;
}

// x - t, x + t, x m, x / d with a constant a column; logarithm before the layers, softmax and exponential
// after them.
bool OnnxReader::takeColumnMap() {
  const NodeProto* node = nodes_.consumer(value_);
  if (node == nullptr) return false;
  const std::string& type = node->op_type();
  const bool before = chain_.layers.empty();
  if (before && type == "Log") {
    maps_.logarithm = true;
  } else if (!before && type == "Exp") {
    maps_.logarithm = isFinished_ = true;
  } else if (!before && type == "Softmax") {
    isSoftmax_ = isFinished_ = true;
  } else if (isOneOf(type, {"Add", "Sub", "Mul", "Div"})) {
    const auto operand = patterns_.operand(*node, value_);
    if (!operand || (isOneOf(type, {"Sub", "Div"}) && node->input(0) != value_)) return false;
    takeMap(*node, *operand);
    isFinished_ = !before;
  } else {
    return false;
  }
  value_ = node->output(0);
  return true;
}

// Before the layers: (x - shift) / scale; after them: y * scale + shift.
void OnnxReader::takeMap(const NodeProto& node, const OnnxTensor& operand) {
  const auto columns = static_cast<std::size_t>(shape_.size());
  if (operand.values.size() != columns && !operand.isScalar())
    nodes_.reject(node, "has " + std::to_string(operand.values.size()) + " numbers; expected one, or " +
                            std::to_string(columns) + ".");
  const bool before = chain_.layers.empty();
  const std::string& type = node.op_type();
  for (std::size_t j = 0; j < columns; ++j) {
    const double c = operand.isScalar() ? operand.values.front() : operand.values[j];
    double &shift = maps_.shift[j], &scale = maps_.scale[j];
    if (isOneOf(type, {"Mul", "Div"}) && c == 0) nodes_.reject(node, "multiplies or divides by 0.");
    if (type == "Add" || type == "Sub") {
      const double sign = type == "Add" ? 1.0 : -1.0;
      shift += before ? -sign * c * scale : sign * c;
    } else if ((type == "Mul") == before) {
      scale /= c;
      if (!before) shift /= c;
    } else {
      scale *= c;
      if (!before) shift *= c;
    }
  }
}

// Nodes that change no number.
bool OnnxReader::takeNeutral() {
  const NodeProto* node = nodes_.consumer(value_);
  if (node == nullptr) return false;
  const std::string& type = node->op_type();
  const bool before = chain_.layers.empty();
  const bool flattens = isOneOf(type, {"Flatten", "Reshape", "Squeeze"}) && (before || shape_.pixels() == 1);
  if (!flattens && !isOneOf(type, {"Identity", "Cast", "Dropout"})) return false;
  if (flattens && shape_.pixels() > 1) { // a dense network of images
    model_.description.inputShape = {shape_.channels, shape_.height, shape_.width};
    chain_.input = shape_ = Shape::dense(shape_.size());
  }
  value_ = node->output(0);
  return true;
}

void OnnxReader::finishScaling() {
  model_.description.targets = maps_;
  if (isSoftmax_ && !maps_.isIdentity())
    nodes_.reject("has maps of columns and a softmax after its output layer.");
}

PortableModel readOnnx(const std::string& path) {
  const OnnxNodes nodes(path);
  return OnnxReader(nodes).read();
}

} // namespace terrace::program
