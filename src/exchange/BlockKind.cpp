#include "exchange/BlockKind.hpp"

#include <algorithm>

namespace terrace::program {
namespace {

using resnet::Stage;
using resnet::StageKind;
using Reject = std::function<void(const std::string&)>;

std::string text(int from, int to, int side) {
  return " " + std::to_string(from) + " to " + std::to_string(to) + " channels (" + std::to_string(side) +
         " x " + std::to_string(side) + ")";
}

StageKind compositeKind(const Layer& block, const Reject& reject) {
  std::string found;
  for (const Layer& layer : block.inside)
    if (layer.kind == LayerKind::Affine)
      found += (found.empty() ? "" : ",") + text(layer.from.channels, layer.to.channels, layer.side);
  const int channels = block.to.channels, inner = channels / resnet::bottleneckFactor;
  const std::string full = text(channels, channels, 3);
  const std::string basic = full + "," + full;
  const std::string bottleneck =
      text(channels, inner, 1) + "," + text(inner, inner, 3) + "," + text(inner, channels, 1);
  if (found != basic && found != bottleneck)
    reject("has a block of the convolutions" + found + "; expected" + basic + ", or" + bottleneck + ".");
  return found == basic ? StageKind::Basic : StageKind::Bottleneck;
}

// All convolutions of a block have the same, or none.
void takeNormalization(const Layer& block, const Reject& reject, Stage& stage) {
  const auto count = [&](LayerKind kind) {
    return std::count_if(block.inside.begin(), block.inside.end(),
                         [&](const Layer& layer) { return layer.kind == kind; });
  };
  const auto normalizations = count(LayerKind::Normalization);
  if (normalizations == 0) return;
  if (normalizations < count(LayerKind::Affine))
    reject("has a block in which one convolution is normalised and another is not; expected all or none.");
  stage.normalization = resnet::Normalization::Group;
  stage.groups = 0;
  for (const Layer& layer : block.inside) {
    if (layer.kind != LayerKind::Normalization) continue;
    if (stage.groups != 0 && layer.groups != stage.groups)
      reject("has normalisations of " + std::to_string(stage.groups) + " and " +
             std::to_string(layer.groups) + " groups in a block; expected one number.");
    stage.groups = layer.groups;
  }
}

} // namespace

Stage stageOf(const Layer& block, bool images, const Reject& reject) {
  Stage stage;
  if (block.kind == LayerKind::CompositeBlock) {
    if (!images) reject("has blocks of several layers without images; expected q + h sigma(W q + b).");
    stage.kind = compositeKind(block, reject);
    takeNormalization(block, reject, stage);
    return stage;
  }
  if (images && block.side != 3) reject("has a block with a stencil of 1 x 1 pixels; expected 3 x 3.");
  stage.kind = block.kind == LayerKind::SymmetricBlock ? StageKind::Symmetric
               : images                                ? StageKind::Single
                                                       : StageKind::Dense;
  return stage;
}

} // namespace terrace::program
