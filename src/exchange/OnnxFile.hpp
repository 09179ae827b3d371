#pragma once

#include "exchange/PortableModel.hpp"

#include <cstdint>
#include <string>

namespace terrace::program {

/// \name Networks as ONNX files, by one process
///
/// The graph takes `inputs` in the units of the data (samples x features; samples x channels x height x width
/// for a convolutional network) and gives `outputs`, and for classification `labels`, as `terrace predict`
/// does: maps of data columns, softmax and logarithm are inside. The texts of ModelTexts.hpp are metadata.
/// @{

/// What is written: onnxruntime 1.6 and later run it.
constexpr std::int64_t onnxOpset = 13;
constexpr std::int64_t onnxIrVersion = 7;

/// Of the numbers in an exported file.
enum class Precision { Double, Single };

/// \param path  is written to directly. \param shownAs  its name in messages.
/// \throws std::invalid_argument if the file would be larger than the 2 GB of a protocol buffer,
/// std::runtime_error if it cannot be written.
void writeOnnx(const std::string& path, const PortableModel& model, Precision precision,
               const std::string& shownAs);

/// Reads a network of the kinds that Terrace has: a lift, residual blocks q + h sigma(W q + b), layers
/// between stages, an output layer; maps of columns before and after. doc/exchange.md lists the nodes.
/// \throws std::invalid_argument with one line that names the file, the node and what was expected.
PortableModel readOnnx(const std::string& path);
/// @}

} // namespace terrace::program
