#include "exchange/OnnxNodes.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <stdexcept>

namespace terrace::program {
namespace {

template <class T>
std::vector<double> rawNumbers(const std::string& bytes) {
  std::vector<T> numbers(bytes.size() / sizeof(T));
  std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(T));
  return {numbers.begin(), numbers.end()};
}

template <class T, class Field>
std::vector<double> numbersOf(const onnx::TensorProto& tensor, const Field& field) {
  if (tensor.has_raw_data()) return rawNumbers<T>(tensor.raw_data());
  return {field.begin(), field.end()};
}

const onnx::AttributeProto* find(const onnx::NodeProto& node, const std::string& name) {
  for (const auto& attribute : node.attribute())
    if (attribute.name() == name) return &attribute;
  return nullptr;
}

// Inputs that an operator cannot do without, of those that are read here.
int leastInputs(const std::string& type) {
  static const std::map<std::string, int> least = {{"Identity", 1},
                                                   {"Add", 2},
                                                   {"Sub", 2},
                                                   {"Mul", 2},
                                                   {"Div", 2},
                                                   {"MatMul", 2},
                                                   {"Gemm", 2},
                                                   {"Conv", 2},
                                                   {"Gather", 2},
                                                   {"BatchNormalization", 5},
                                                   {"InstanceNormalization", 3}};
  const auto found = least.find(type);
  return found == least.end() ? 0 : found->second;
}

} // namespace

OnnxNodes::OnnxNodes(const std::string& path) : path_(path) {
  std::ifstream in(path, std::ios::binary);
  if (!in || !model_.ParseFromIstream(&in) || !model_.has_graph() || model_.graph().node_size() == 0)
    reject("is not an ONNX model, or is cut short.");
  for (const auto& opset : model_.opset_import())
    if (opset.domain().empty() && opset.version() < 11)
      reject("has operators of opset " + std::to_string(opset.version()) + "; expected 11 or more.");
  for (const auto& entry : model_.metadata_props()) texts_[entry.key()] = entry.value();
  requireOrder();
  indexNodes();
}

// Each node has what its operator needs, and comes behind those whose values it takes, as ONNX requires: so
// the graph has no circle.
void OnnxNodes::requireOrder() const {
  std::map<std::string, int> madeBy;
  int index = 0;
  for (const auto& node : model_.graph().node()) {
    if (node.output_size() == 0) reject(node, "has no output.");
    for (const auto& output : node.output())
      if (!output.empty() && !madeBy.emplace(output, index).second)
        reject(node, "makes \"" + output + "\", which another node makes too.");
    ++index;
  }
  index = 0;
  for (const auto& node : model_.graph().node()) {
    if (node.input_size() < leastInputs(node.op_type()))
      reject(node, "lacks inputs; expected at least " + std::to_string(leastInputs(node.op_type())) + ".");
    for (const auto& input : node.input())
      if (const auto made = madeBy.find(input); made != madeBy.end() && made->second >= index)
        reject(node, "takes \"" + input + "\" before it is made; expected the nodes in order.");
    ++index;
  }
}

void OnnxNodes::indexNodes() {
  for (const auto& tensor : model_.graph().initializer()) constants_[tensor.name()] = &tensor;
  for (const auto& node : model_.graph().node()) {
    const auto* value = node.op_type() == "Constant" ? find(node, "value") : nullptr;
    if (value != nullptr) constants_[node.output(0)] = &value->t();
    // PyTorch writes equal constants once, and Identity for the others.
    if (node.op_type() == "Identity" && isConstant(node.input(0)))
      constants_[node.output(0)] = constants_.at(node.input(0));
    if (node.op_type() == "ArgMax" || node.op_type() == "Shape") continue;
    for (const auto& input : node.input()) {
      auto& takers = consumers_[input];
      if (takers.empty() || takers.back() != &node) takers.push_back(&node);
    }
  }
}

const onnx::ValueInfoProto& OnnxNodes::input() const {
  const onnx::ValueInfoProto* found = nullptr;
  for (const auto& input : model_.graph().input()) {
    if (isConstant(input.name())) continue; // older files list constants among the inputs
    if (found != nullptr)
      reject("has the inputs \"" + found->name() + "\" and \"" + input.name() + "\"; expected one.");
    found = &input;
  }
  if (found == nullptr) reject("has no input; expected one.");
  return *found;
}

bool OnnxNodes::isOutput(const std::string& value) const {
  const auto& outputs = model_.graph().output();
  return std::any_of(outputs.begin(), outputs.end(), [&](const auto& o) { return o.name() == value; });
}

std::vector<const onnx::NodeProto*> OnnxNodes::consumers(const std::string& value) const {
  const auto found = consumers_.find(value);
  return found == consumers_.end() ? std::vector<const onnx::NodeProto*>() : found->second;
}

const onnx::NodeProto* OnnxNodes::consumer(const std::string& value) const {
  const auto takers = consumers(value);
  return takers.size() == 1 ? takers.front() : nullptr;
}

const onnx::NodeProto* OnnxNodes::next(const onnx::NodeProto& node, const char* type) const {
  const onnx::NodeProto* following = consumer(node.output(0));
  return following != nullptr && following->op_type() == type ? following : nullptr;
}

std::vector<std::int64_t> OnnxNodes::integers(const onnx::NodeProto& node, int index) const {
  if (node.input_size() <= index || !isConstant(node.input(index))) return {};
  std::vector<std::int64_t> values;
  for (const double value : constant(node.input(index)).values) {
    constexpr double most = 9007199254740992.0; // up to 2^53 a double has every integer
    if (!(std::abs(value) <= most))
      reject(node, "takes \"" + node.input(index) + "\", whose numbers are no integers.");
    values.push_back(static_cast<std::int64_t>(value));
  }
  return values;
}

std::optional<OnnxTensor> OnnxNodes::operand(const onnx::NodeProto& node, const std::string& x) const {
  if (node.input_size() != 2) return std::nullopt;
  const std::string& other = node.input(0) == x ? node.input(1) : node.input(0);
  if (!isConstant(other)) return std::nullopt;
  return constant(other);
}

std::vector<std::int64_t> OnnxNodes::axesOf(const onnx::NodeProto& node) const {
  auto axes = attribute(node, "axes");
  if (axes.empty()) axes = integers(node, 1);
  return axes;
}

bool OnnxNodes::isConstant(const std::string& value) const {
  return constants_.count(value) > 0;
}

OnnxTensor OnnxNodes::constant(const std::string& value) const {
  const auto& tensor = *constants_.at(value);
  OnnxTensor result;
  result.dimensions.assign(tensor.dims().begin(), tensor.dims().end());
  std::size_t expected = 1;
  for (const auto extent : result.dimensions) expected *= static_cast<std::size_t>(extent);
  if (tensor.data_location() == onnx::TensorProto_DataLocation_EXTERNAL)
    reject("keeps the numbers of \"" + value + "\" in another file; expected all in one file.");
  switch (tensor.data_type()) {
  case onnx::TensorProto_DataType_DOUBLE:
    result.values = numbersOf<double>(tensor, tensor.double_data());
    break;
  case onnx::TensorProto_DataType_FLOAT:
    result.values = numbersOf<float>(tensor, tensor.float_data());
    break;
  case onnx::TensorProto_DataType_INT64:
    result.values = numbersOf<std::int64_t>(tensor, tensor.int64_data());
    break;
  case onnx::TensorProto_DataType_INT32:
    result.values = numbersOf<std::int32_t>(tensor, tensor.int32_data());
    break;
  default:
    reject("\"" + value + "\" has numbers of ONNX's type " + std::to_string(tensor.data_type()) +
           "; expected float, double, int32 or int64.");
  }
  if (result.values.size() != expected)
    reject("\"" + value + "\" has " + std::to_string(result.values.size()) + " numbers; expected " +
           std::to_string(expected) + ", as its dimensions say.");
  if (!std::all_of(result.values.begin(), result.values.end(), [](double x) { return std::isfinite(x); }))
    reject("\"" + value + "\" has a number that is not finite.");
  return result;
}

std::int64_t OnnxNodes::attribute(const onnx::NodeProto& node, const std::string& name, std::int64_t other) {
  const auto* found = find(node, name);
  return found == nullptr ? other : found->i();
}

double OnnxNodes::realAttribute(const onnx::NodeProto& node, const std::string& name, double other) {
  const auto* found = find(node, name);
  return found == nullptr ? other : static_cast<double>(found->f());
}

std::vector<std::int64_t> OnnxNodes::attribute(const onnx::NodeProto& node, const std::string& name) {
  const auto* found = find(node, name);
  if (found == nullptr) return {};
  return {found->ints().begin(), found->ints().end()};
}

std::string OnnxNodes::shown(const onnx::NodeProto& node) {
  const std::string name = !node.name().empty() ? node.name() : node.output_size() > 0 ? node.output(0) : "";
  return node.op_type() + (name.empty() ? "" : " (" + name + ")");
}

void OnnxNodes::reject(const std::string& complaint) const {
  throw std::invalid_argument(path_ + ": " + complaint);
}

void OnnxNodes::reject(const onnx::NodeProto& node, const std::string& complaint) const {
  reject("node " + shown(node) + " " + complaint);
}

} // namespace terrace::program
