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

LabelledImages readUnlabelledIdxImages(const std::string& path) {
  IdxFile file(path);
  if (file.extents().size() < 3)
    throw std::invalid_argument(path + ": has " + std::to_string(file.extents().size()) +
                                " extents; expected samples x height x width.");
  LabelledImages images;
  images.shape.assign(file.extents().begin() + 1, file.extents().end());
  auto size = static_cast<std::size_t>(file.extents()[0]);
  const std::size_t count = size;
  for (const int extent : images.shape) size *= static_cast<std::size_t>(extent);
  images.pixels = file.read(size);
  images.labels.assign(count, 0);
  file.requireEnd();
  return images;
}

LabelledImages readIdxImages(const std::string& imageFile, const std::string& labels) {
  const std::string labelFile = labels.empty() ? labelsBeside(imageFile) : labels;
  LabelledImages images = readUnlabelledIdxImages(imageFile);
  IdxFile classes(labelFile);
  if (classes.extents().size() != 1)
    throw std::invalid_argument(labelFile + ": has " + std::to_string(classes.extents().size()) +
                                " extents; expected one, a label for each sample.");
  if (static_cast<std::size_t>(classes.extents()[0]) != images.samples())
    throw std::invalid_argument(labelFile + ": has " + std::to_string(classes.extents()[0]) + " labels; " +
                                imageFile + " has " + std::to_string(images.samples()) + " images.");
  const auto values = classes.read(images.samples());
  images.labels.assign(values.begin(), values.end());
  classes.requireEnd();
  return images;
}

} // namespace terrace::dataset
