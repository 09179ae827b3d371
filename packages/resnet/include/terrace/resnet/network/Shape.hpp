#pragma once

#include <vector>

namespace terrace::resnet {

/// Shape of a state or an input: channels x height x width. A dense layer has its neurons as channels of one
/// pixel.
struct Shape {
  int channels = 1; ///< Neurons, for a dense layer.
  int height = 1;   ///< In pixels.
  int width = 1;    ///< In pixels.

  /// Numbers in all.
  int size() const { return channels * height * width; }
  /// Of one channel.
  int pixels() const { return height * width; }

  /// Whether all three extents agree.
  bool operator==(const Shape& other) const {
    return channels == other.channels && height == other.height && width == other.width;
  }
  /// Whether an extent differs.
  bool operator!=(const Shape& other) const { return !(*this == other); }

  /// \param neurons  of a dense layer.
  static Shape dense(int neurons) { return {neurons, 1, 1}; }

  /// Shape of a data set's samples (its attribute input_shape): {n} are n channels of one pixel, {h, w} one
  /// channel, {c, h, w} what they say; more extents are taken for channels of one pixel.
  static Shape ofInput(const std::vector<int>& extents) {
    if (extents.size() == 2) return {1, extents[0], extents[1]};
    if (extents.size() == 3) return {extents[0], extents[1], extents[2]};
    Shape shape;
    for (const int extent : extents) shape.channels *= extent;
    return shape;
  }
};

} // namespace terrace::resnet
