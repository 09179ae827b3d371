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

Layer activationOf(const Shape& shape) {
  Layer layer;
  layer.kind = LayerKind::Activation;
  layer.from = layer.to = shape;
  return layer;
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
    if (!isOneOf(node->op_type(), {"Add", "Sub"}) || nodes_.operand(*node, x)) continue;
    if (node->op_type() == "Sub" && node->input(0) != x) continue;
    return node;
  }
  return nullptr;
}

// The time step, a constant that the branch is multiplied by; 1 without.
double OnnxReader::stepAfter(std::string& value) const {
  const NodeProto* node = nodes_.consumer(value);
  if (node == nullptr || !isOneOf(node->op_type(), {"Mul", "Div"})) return 1.0;
  const auto factor = nodes_.operand(*node, value);
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
  if (takers.size() != 2 || !patterns_.affine(**first, value_, shape_))
    nodes_.reject(**first, "is not the beginning of a block q + h sigma(W q + b) that ends with \"" +
                               sum->output(0) + "\".");
  Branch branch = branchOf(**first, *sum);
  const double step = stepAfter(branch.end);
  const NodeProto* last = nodes_.consumer(branch.end);
  if (last != sum)
    nodes_.reject(
        last == nullptr ? *sum : *last,
        "is in the branch of a block; expected one of the blocks that doc/exchange.md lists, and one of "
        "the activations of Terrace.");
  if ((sum->op_type() == "Sub") != branch.isAdjoint)
    nodes_.reject(*sum, "subtracts the branch of a block; expected q + h sigma(W q + b).");
  Layer block = blockOf(std::move(branch), *sum);
  if (block.to != shape_) nodes_.reject(*sum, "ends a block whose branch has another width than the block.");
  block.step = step;
  add(std::move(block), sum->output(0));
  return true;
}

// One layer after another, each with a normalisation and an activation if they follow.
OnnxReader::Branch OnnxReader::branchOf(const NodeProto& first, const NodeProto& sum) {
  Branch branch;
  auto match = patterns_.affine(first, value_, shape_);
  while (match) {
    takeNormalized(std::move(*match), branch);
    const Shape shape = branch.layers.back().to;
    const bool isOnly = branch.layers.size() == 1;
    const auto activated = patterns_.activation(branch.end);
    if (activated) branch.end = activated->value;
    if (isOnly && sum.op_type() == "Sub") takeAdjoint(branch);
    const NodeProto* node = branch.isAdjoint ? nullptr : nodes_.consumer(branch.end);
    match = node == nullptr ? std::nullopt : patterns_.affine(*node, branch.end, shape);
    if (!activated && !match && !isOnly) break; // blocks of several layers end without an activation
    record(activated ? activated->activation : resnet::Activation::Identity, &sum);
    branch.layers.push_back(activationOf(shape));
  }
  return branch;
}

void OnnxReader::takeNormalized(OnnxMatch affine, Branch& branch) const {
  if (auto folded = normalizations_.folded(affine)) affine = std::move(*folded);
  auto normalization = normalizations_.ofGroups(affine.value, affine.layer.to);
  if (normalization) dropBias(affine, normalization->layer.groups);
  branch.end = normalization ? normalization->value : affine.value;
  branch.layers.push_back(std::move(affine.layer));
  if (normalization) branch.layers.push_back(std::move(normalization->layer));
}

// A normalisation has a bias of its own. One in front of it has no effect if each channel is a group.
void OnnxReader::dropBias(OnnxMatch& affine, int groups) const {
  auto& bias = affine.layer.bias;
  const bool isZero = std::all_of(bias.begin(), bias.end(), [](double b) { return b == 0; });
  if (!isZero && groups != affine.layer.to.channels)
    nodes_.reject(*nodes_.consumer(affine.value),
                  "normalises a convolution that has a bias; expected none (in PyTorch: bias=False).");
  bias.clear();
}

void OnnxReader::takeAdjoint(Branch& branch) const {
  const auto adjoint = patterns_.adjoint(branch.end, branch.layers.front());
  if (!adjoint) return;
  branch.end = *adjoint;
  branch.isAdjoint = true;
}

Layer OnnxReader::blockOf(Branch branch, const NodeProto& sum) const {
  auto& layers = branch.layers;
  const auto affine = std::count_if(layers.begin(), layers.end(),
                                    [](const Layer& layer) { return layer.kind == LayerKind::Affine; });
  const bool endsActivated = layers.back().kind == LayerKind::Activation;
  if (affine == 1) {
    if (layers.size() > 2 || !endsActivated)
      nodes_.reject(
          sum, "ends a block with one convolution and a normalisation; expected two or three convolutions.");
    layers.front().kind = branch.isAdjoint ? LayerKind::SymmetricBlock : LayerKind::Block;
    return std::move(layers.front());
  }
  if (endsActivated)
    nodes_.reject(
        sum, "ends a block of several layers with an activation; expected q + h N(U * sigma(N(W * q))).");
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const bool isNormalized = l + 1 < layers.size() && layers[l + 1].kind == LayerKind::Normalization;
    if (layers[l].kind == LayerKind::Affine && !isNormalized)
      layers[l].bias.resize(static_cast<std::size_t>(layers[l].to.channels), 0.0);
  }
  Layer block;
  block.kind = LayerKind::CompositeBlock;
  block.from = layers.front().from;
  block.to = layers.back().to;
  block.inside = std::move(layers);
  return block;
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
  add(activationOf(shape_), activated->value);
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
    const auto operand = nodes_.operand(*node, value_);
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
