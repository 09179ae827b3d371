#pragma once

#include "exchange/Layer.hpp"

#include <string>

namespace terrace::program {

/// A layer that nodes of an ONNX graph are, and the value after it.
struct OnnxMatch {
  Layer layer;
  std::string value;
};

} // namespace terrace::program
