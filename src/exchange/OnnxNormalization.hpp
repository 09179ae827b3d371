#pragma once

#include "exchange/OnnxMatch.hpp"
#include "exchange/OnnxNodes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace terrace::program {

/// Groups of nodes that are a normalisation of images.
class OnnxNormalization {
public:
  explicit OnnxNormalization(const OnnxNodes& nodes) : nodes_(nodes) {}

  /// A Normalization of \p x: GroupNormalization; InstanceNormalization of the channels or, between two
  /// Reshape, of groups of them; or in its place a mean, a variance and what follows. Nothing if another node
  /// follows. \throws std::invalid_argument for one with settings that resnet::Normalization::Group does not
  /// have.
  std::optional<OnnxMatch> ofGroups(const std::string& x, const resnet::Shape& from) const;

  /// A BatchNormalization of the result \p convolution, whose statistics are constants: the same convolution
  /// with other numbers. Nothing if another node follows.
  std::optional<OnnxMatch> folded(const OnnxMatch& convolution) const;

private:
  OnnxMatch ofWholeImages(const onnx::NodeProto& node, const resnet::Shape& from) const;
  std::optional<OnnxMatch> ofRows(const onnx::NodeProto& reshape, const resnet::Shape& from) const;
  std::optional<std::string> normalizedRows(const std::string& rows) const;
  std::optional<std::string> byMeans(const std::string& rows) const;
  /// The value after \p node, a Mul or Add by one number a channel, which are put into \p numbers.
  std::string takeChannels(const std::string& x, const char* type, std::vector<double>& numbers) const;
  /// The constant input \p index of a node, \p count numbers or one for each of \p groups.
  std::vector<double> channels(const onnx::NodeProto& node, int index, int count, int groups) const;
  void expectFloor(const onnx::NodeProto& node, double found) const;

  const OnnxNodes& nodes_;
};

} // namespace terrace::program
