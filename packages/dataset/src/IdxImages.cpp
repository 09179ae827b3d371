#include <terrace/dataset/IdxFile.hpp>
#include <terrace/dataset/IdxImages.hpp>

#include <stdexcept>

namespace terrace::dataset {

std::string labelsBeside(const std::string& images) {
  const auto at = images.rfind("images");
  if (at == std::string::npos || at < images.find_last_of('/') + 1)
    throw std::invalid_argument(images + ": its name does not tell which file has the labels; "
                                         "expected --label FILE.");
  std::string labels = images;
  labels.replace(at, 6, "labels");
  const auto rank = labels.find("idx3", at);
  if (rank != std::string::npos) labels.replace(rank, 4, "idx1");
  return labels;
}

LabelledImages readIdxImages(const std::string& imageFile, const std::string& labels) {
  const std::string labelFile = labels.empty() ? labelsBeside(imageFile) : labels;
  IdxFile images(imageFile), classes(labelFile);
  if (images.extents().size() < 3)
    throw std::invalid_argument(imageFile + ": has " + std::to_string(images.extents().size()) +
                                " extents; expected samples x height x width.");
  if (classes.extents().size() != 1)
    throw std::invalid_argument(labelFile + ": has " + std::to_string(classes.extents().size()) +
                                " extents; expected one, a label for each sample.");
  if (classes.extents()[0] != images.extents()[0])
    throw std::invalid_argument(labelFile + ": has " + std::to_string(classes.extents()[0]) + " labels; " +
                                imageFile + " has " + std::to_string(images.extents()[0]) + " images.");
  LabelledImages both;
  both.shape.assign(images.extents().begin() + 1, images.extents().end());
  auto size = static_cast<std::size_t>(images.extents()[0]);
  const auto values = classes.read(size);
  both.labels.assign(values.begin(), values.end());
  for (const int extent : both.shape) size *= static_cast<std::size_t>(extent);
  both.pixels = images.read(size);
  images.requireEnd();
  classes.requireEnd();
  return both;
}

} // namespace terrace::dataset
