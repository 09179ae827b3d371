#include "exchange/OnnxGraph.hpp"

#include <algorithm>

namespace terrace::program {
namespace {

// Numbers as ONNX keeps them: little endian, which every host of ours is.
template <class T>
std::string bytes(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

} // namespace

onnx::TensorProto_DataType OnnxGraph::type() const {
  return precision_ == Precision::Double ? onnx::TensorProto_DataType_DOUBLE
                                         : onnx::TensorProto_DataType_FLOAT;
}

std::string OnnxGraph::constant(const std::string& name, const Dimensions& dimensions,
                                const std::vector<double>& values) {
  auto& tensor = *graph_.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(type());
  for (const auto extent : dimensions) tensor.add_dims(extent);
  if (precision_ == Precision::Double) {
    tensor.set_raw_data(bytes(values));
  } else {
    std::vector<float> rounded(values.size());
    std::transform(values.begin(), values.end(), rounded.begin(),
                   [](double value) { return static_cast<float>(value); });
    tensor.set_raw_data(bytes(rounded));
  }
  return name;
}

bool OnnxGraph::has(const std::string& constant) const {
  return std::any_of(graph_.initializer().begin(), graph_.initializer().end(),
                     [&](const auto& tensor) { return tensor.name() == constant; });
}

std::string OnnxGraph::integers(const std::string& name, const Dimensions& dimensions,
                                const Dimensions& values) {
  if (has(name)) return name;
  auto& tensor = *graph_.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto_DataType_INT64);
  for (const auto extent : dimensions) tensor.add_dims(extent);
  tensor.set_raw_data(bytes(values));
  return name;
}

std::string OnnxGraph::node(const std::string& type, const std::vector<std::string>& inputs,
                            const std::string& output) {
  auto& node = *graph_.add_node();
  node.set_op_type(type);
  node.set_name(output);
  for (const auto& input : inputs) node.add_input(input);
  node.add_output(output);
  return output;
}

void OnnxGraph::attribute(const std::string& name, std::int64_t value) {
  auto& attribute = *graph_.mutable_node()->rbegin()->add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto_AttributeType_INT);
  attribute.set_i(value);
}

void OnnxGraph::realAttribute(const std::string& name, double value) {
  auto& attribute = *graph_.mutable_node()->rbegin()->add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto_AttributeType_FLOAT);
  attribute.set_f(static_cast<float>(value));
}

void OnnxGraph::attribute(const std::string& name, const Dimensions& values) {
  auto& attribute = *graph_.mutable_node()->rbegin()->add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto_AttributeType_INTS);
  for (const auto value : values) attribute.add_ints(value);
}

void OnnxGraph::declare(onnx::ValueInfoProto& value, const std::string& name, onnx::TensorProto_DataType type,
                        const Dimensions& rest) {
  value.set_name(name);
  auto& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(type);
  tensor.mutable_shape()->add_dim()->set_dim_param("samples");
  for (const auto extent : rest) tensor.mutable_shape()->add_dim()->set_dim_value(extent);
}

void OnnxGraph::declareInput(const std::string& name, const Dimensions& rest) {
  declare(*graph_.add_input(), name, type(), rest);
}

void OnnxGraph::declareOutput(const std::string& name, const Dimensions& rest) {
  declare(*graph_.add_output(), name, type(), rest);
}

void OnnxGraph::declareIntegerOutput(const std::string& name) {
  declare(*graph_.add_output(), name, onnx::TensorProto_DataType_INT64, {});
}

} // namespace terrace::program
