#pragma once

#include <string>
#include <vector>

namespace terrace::resnet {

struct Network;

/// One array of the global parameter vector: a matrix (row-major) or a bias.
struct ParameterArray {
  std::string layer; ///< "lift", "block_0000", ..., "output": the groups of a model file.
  std::string name;  ///< "W" or "b".
  long offset;       ///< Position of the first entry in the global vector.
  int rows;          ///< Outputs of the layer.
  int columns;       ///< Inputs of the layer; 0 for a bias, which has one dimension.

  long size() const { return static_cast<long>(rows) * (columns == 0 ? 1 : columns); }
};

/// Order of the parameters in the global vector: lift (W, then b; nothing for the Identity lift, no b for the
/// Linear one), blocks 0..K-1 (W then b each), output (W then b). Matrices are row-major, rows are outputs.
class ParameterLayout {
public:
  explicit ParameterLayout(const Network& network);

  long size() const { return outputOffset() + outputSize_; }
  int blocks() const { return blocks_; }

  long liftOffset() const { return 0; }
  long liftSize() const { return liftSize_; }
  bool liftHasBias() const { return liftHasBias_; }
  long liftBias() const { return liftSize_ - width_; }

  long blockSize() const { return blockSize_; }
  long blockOffset(int block) const { return liftSize_ + block * blockSize_; }
  long blockBias(int block) const { return blockOffset(block) + static_cast<long>(width_) * width_; }

  long outputOffset() const { return liftSize_ + blocks_ * blockSize_; }
  long outputBias() const { return outputOffset() + static_cast<long>(outputs_) * width_; }

  /// All arrays in the order of the vector.
  std::vector<ParameterArray> arrays() const;

private:
  int features_;
  int width_;
  int outputs_;
  int blocks_;
  bool liftHasBias_;
  long liftSize_;
  long blockSize_;
  long outputSize_;
};

} // namespace terrace::resnet
