#pragma once

#include <terrace/dataset/LabelledImages.hpp>

#include <string>

namespace terrace::dataset {

/// The file of labels beside a file of images by the names of MNIST, `train-images-idx3-ubyte.gz` and
/// `train-labels-idx1-ubyte.gz`. \throws std::invalid_argument if the name has no "images".
std::string labelsBeside(const std::string& images);

/// Images and their labels from two IdxFile. \param labels  "": labelsBeside() the images.
/// \throws std::invalid_argument that names the file that is wrong or does not fit the other.
LabelledImages readIdxImages(const std::string& images, const std::string& labels = "");

/// Images alone; all have the label 0.
LabelledImages readUnlabelledIdxImages(const std::string& images);

} // namespace terrace::dataset
