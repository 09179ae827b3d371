#pragma once

#include <terrace/dataset/TableConversion.hpp>
#include <terrace/model/ModelDescription.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace terrace::program {

/// Where the inputs of a prediction come from.
struct PredictionSource {
  dataset::TableConversion table; ///< the file or folder, with `inputs`, `label` and how text is divided
  std::string groundTruth;        ///< map of the classes of a hyperspectral cube; "": none

  /// Files that are read.
  std::vector<std::string> files() const;
};

/// The samples that a model predicts, in their order; for one rank.
struct PredictionInputs {
  std::string shown;    ///< what they are, for the reader: "test/inputs of data.h5"
  std::size_t rows = 0; ///< at least 1
  /// Inputs of so many samples from a first one on, row-major, in the units of the training data.
  std::function<std::vector<double>(std::size_t first, std::size_t count)> read;
  std::vector<int> expected; ///< the true class of each sample, -1 where it is unknown; or empty

  /// Finds out what the source is: an HDF5 file with `inputs` or `test/inputs`, or any file that `terrace
  /// data convert` takes: images (IDX, CIFAR, PNG, bytes in arrays), arrays, a hyperspectral cube, a table of
  /// text. Where a source has training and test images, it is the test images. \throws std::invalid_argument
  /// that names the file, what was found and what the model expects.
  static PredictionInputs open(const PredictionSource& source, const model::ModelDescription& model);
};

} // namespace terrace::program
