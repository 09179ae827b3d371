#include "detail/DatasetAttributes.hpp"

#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/dataset/LabelledImages.hpp>
#include <terrace/dataset/PartialFile.hpp>
#include <terrace/dataset/Random.hpp>
#include <terrace/dataset/SampleOrder.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace terrace::dataset {
namespace {

int largestLabel(const LabelledImages& images) {
  const auto largest = std::max_element(images.labels.begin(), images.labels.end());
  return largest == images.labels.end() ? -1 : *largest;
}

std::string text(const std::vector<int>& shape) {
  std::string all;
  for (const int extent : shape) all += (all.empty() ? "" : " x ") + std::to_string(extent);
  return all;
}

int classesOf(const LabelledImages& train, const LabelledImages& test, const ImagesAbout& about) {
  if (train.samples() == 0) throw std::invalid_argument("The training set has no image.");
  if (test.samples() > 0 && test.shape != train.shape)
    throw std::invalid_argument("The test images have the shape " + text(test.shape) +
                                "; the training images have " + text(train.shape) + ".");
  const int named = static_cast<int>(about.classNames.size());
  const int classes = named > 0 ? named : std::max(2, largestLabel(train) + 1);
  const int largest = std::max(largestLabel(train), largestLabel(test));
  if (largest >= classes)
    throw std::invalid_argument("There is a label " + std::to_string(largest) + "; expected 0.." +
                                std::to_string(classes - 1) +
                                (named > 0 ? ", a class for each name." : ", as among the training images."));
  return classes;
}

void writeSplit(Hdf5File& file, const std::string& split, const LabelledImages& images) {
  const std::size_t samples = images.samples();
  file.write(split + "/inputs", {samples, images.pixels.size() / samples}, images.pixels);
  file.writeAttribute(split + "/inputs", "scale", byteScale);
  file.write(split + "/labels", {samples}, images.labels);
}

/// A shift of an image, and whether it is mirrored before.
struct Move {
  int down;
  int right;
  bool mirrors;
};

// Appends one image, channel by channel.
void appendMoved(const std::uint8_t* image, const std::vector<int>& shape, const Move& move,
                 std::vector<std::uint8_t>& pixels) {
  const int width = shape.back(), height = shape[shape.size() - 2];
  const int channels = shape.size() > 2 ? shape.front() : 1;
  for (int c = 0; c < channels; ++c)
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        const int fromY = y - move.down, column = x - move.right;
        const int fromX = move.mirrors ? width - 1 - column : column;
        const bool inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width;
        pixels.push_back(inside ? image[(c * height + fromY) * width + fromX] : std::uint8_t{0});
      }
}

} // namespace

std::vector<double> LabelledImages::values(std::size_t first, std::size_t count) const {
  const std::size_t size = pixels.size() / samples();
  std::vector<double> values;
  values.reserve(count * size);
  for (std::size_t i = first * size; i < (first + count) * size; ++i) values.push_back(pixels[i] * byteScale);
  return values;
}

void appendCopies(LabelledImages& images, const ImageCopies& copies) {
  if (copies.count < 0 || copies.shift < 0)
    throw std::invalid_argument("Copies of images: " + std::to_string(copies.count) + " with shifts of " +
                                std::to_string(copies.shift) + " pixels; expected no negative number.");
  const auto& shape = images.shape;
  if (copies.count == 0) return;
  if (copies.shift >= std::min(shape.back(), shape[shape.size() - 2]))
    throw std::invalid_argument("Copies of images with shifts of " + std::to_string(copies.shift) +
                                " pixels; expected fewer than the " + text(shape) + " pixels of an image.");
  Random random(copies.seed, 1);
  const std::size_t samples = images.samples(), size = images.pixels.size() / samples;
  images.pixels.reserve(images.pixels.size() * static_cast<std::size_t>(copies.count + 1));
  const auto draw = [&] {
    return static_cast<int>(random.below(static_cast<std::uint64_t>(2 * copies.shift + 1))) - copies.shift;
  };
  for (int copy = 0; copy < copies.count; ++copy)
    for (std::size_t s = 0; s < samples; ++s) {
      const Move move{draw(), draw(), random.uniform() < 0.5 && copies.mirror};
      appendMoved(images.pixels.data() + s * size, shape, move, images.pixels);
      images.labels.push_back(images.labels[s]);
    }
}

LabelledImages drawTestImages(LabelledImages& train, double share, std::uint64_t seed) {
  const std::size_t samples = train.samples();
  const auto isTest = drawTestSamples(samples, train.labels, share, seed);
  LabelledImages kept{train.shape, {}, {}}, drawn{train.shape, {}, {}};
  const auto size = static_cast<std::ptrdiff_t>(train.pixels.size() / samples);
  for (std::size_t s = 0; s < samples; ++s) {
    LabelledImages& to = isTest[s] ? drawn : kept;
    const auto first = train.pixels.begin() + static_cast<std::ptrdiff_t>(s) * size;
    to.pixels.insert(to.pixels.end(), first, first + size);
    to.labels.push_back(train.labels[s]);
  }
  train = std::move(kept);
  return drawn;
}

void writeImages(const std::string& path, const LabelledImages& train, const LabelledImages& test,
                 const ImagesAbout& about) {
  const int classes = classesOf(train, test, about);
  Dataset attributes;
  attributes.inputShape = train.shape;
  attributes.classes = classes;
  attributes.description = about.description;
  attributes.provenance = about.provenance;
  if (!about.classNames.empty()) attributes.provenance["class_names"] = about.classNames;
  PartialFile partial(path);
  Hdf5File file = Hdf5File::create(partial.path(), path);
  detail::writeAttributes(file, attributes);
  writeSplit(file, "train", train);
  if (test.samples() > 0) writeSplit(file, "test", test);
  file.close();
  partial.commit();
}

} // namespace terrace::dataset
