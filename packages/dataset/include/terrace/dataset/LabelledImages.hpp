#pragma once

#include <terrace/dataset/Dataset.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace terrace::dataset {

/// Images of one shape with their classes, in memory as bytes.
struct LabelledImages {
  std::vector<int> shape;           ///< Of an image: height x width, or channels x height x width.
  std::vector<std::uint8_t> pixels; ///< samples x shape, in C order.
  std::vector<int> labels;          ///< From 0, one a sample.

  std::size_t samples() const { return labels.size(); } ///< Their number.

  /// What networks see of \p count images from \p first on: the bytes times byteScale, samples x shape.
  std::vector<double> values(std::size_t first, std::size_t count) const;
};

/// Brings bytes to [0, 1].
constexpr double byteScale = 1.0 / 255;

/// Which copies of training images are added to them.
struct ImageCopies {
  int count = 0;       ///< Of each image.
  int shift = 2;       ///< Most pixels, up or down and left or right.
  bool mirror = false; ///< Whether half of the copies are mirrored, left and right.
  std::uint64_t seed = 1;
};

/// Appends copies that are shifted and mirrored at random, one of all images after another; zeros come in at
/// the border. They are drawn once: an objective on them is as deterministic as on the images alone. \throws
/// std::invalid_argument if a number is negative, or a shift is not smaller than the images.
void appendCopies(LabelledImages& images, const ImageCopies& copies);

/// What a file of images says of itself.
struct ImagesAbout {
  std::string description;
  std::vector<std::string> classNames; ///< One a class; empty: unknown.
  /// More attributes of the file: how the data were made.
  std::map<std::string, AttributeValue> provenance;
};

/// Draws a share of the images, stratified by class, and takes them out, in their order.
/// \throws std::invalid_argument if none would be drawn, or none left.
LabelledImages drawTestImages(LabelledImages& train, double share, std::uint64_t seed);

/// Writes a data set of images: bytes with the attribute `scale` 1/255, labels, the shape as `input_shape`.
/// There are as many classes as names, or as the labels say, but at least 2.
/// \param test  of the same shape; no samples: there is no test set.
/// \throws std::invalid_argument if the splits do not fit each other or the names, std::runtime_error if the
///         file cannot be written. Nothing is written then.
void writeImages(const std::string& path, const LabelledImages& train, const LabelledImages& test,
                 const ImagesAbout& about);

} // namespace terrace::dataset
