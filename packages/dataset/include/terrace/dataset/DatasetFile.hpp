#pragma once

#include <terrace/dataset/Dataset.hpp>
#include <terrace/dataset/MatrixShare.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::dataset {

/// \name Data set files
///
/// HDF5, readable by h5py: groups `train` and, if there are test data, `test`, each with `inputs` (samples x
/// features, float32 or float64, or integers with an attribute `scale` by which they are multiplied when they
/// are read, such as the bytes of images) and `labels` (samples, integers) or `targets` (samples x outputs,
/// float32 or float64). Regression may have derivatives of the targets too: `jacobians` (samples x outputs x
/// features), or `directions` (samples x k x features) and `derivatives` along them (samples x k x outputs).
/// Attributes of the file `task` ("classification" or "regression"), `input_shape`,
/// `classes` (classification) and, if given, `description`, `input_names` and `target_names` (strings, one a
/// column) and `class_names` (one a class). More than 2000 names are a dataset of that name. Other attributes
/// are ignored.
///
/// A file that breaks these rules is a std::invalid_argument of one line: file, dataset, what is wrong, where
/// first: "peaks.h5: train/labels: 3 of 5000 labels are outside 0..4 (first: row 17, value 9)." Rows and
/// columns count from 0.
/// @{

/// Derivatives of the targets that a group has.
struct DerivativeShape {
  bool jacobians = false; ///< by all inputs.
  int directions = 0;     ///< along so many directions of each sample; 0: none.
};

/// What a file says of itself.
struct DatasetDescription {
  Task task = Task::Classification; ///< whether its groups have labels or targets.
  std::vector<int> inputShape;      ///< extents of a sample, e.g. {28, 28}.
  int features = 0;                 ///< product of inputShape.
  int classes = 0;                  ///< 0 for regression.
  int outputs = 0;                  ///< outputs of a network for it: classes, or the columns of the targets.
  std::string description;          ///< empty: the file does not say.
  std::vector<std::string> inputNames;  ///< one a feature; empty: the file does not say.
  std::vector<std::string> targetNames; ///< one an output; empty: the file does not say.
  std::vector<std::string> classNames;  ///< one a class; empty: the file does not say.
  std::size_t trainSamples = 0;         ///< rows of the group `train`.
  std::size_t testSamples = 0;          ///< 0: the file has no test group.
  DerivativeShape trainDerivatives;     ///< of the group `train`.
  DerivativeShape testDerivatives;      ///< of the group `test`.
};

/// What reading the whole of a split shows.
struct SplitSummary {
  double smallestInput = 0;             ///< of all features.
  double largestInput = 0;              ///< of all features.
  std::vector<std::size_t> classCounts; ///< samples of each class; empty for regression.
  double smallestTarget = 0;            ///< of regression.
  double largestTarget = 0;             ///< of regression.
  double smallestDerivative = 0;        ///< of Jacobians or directional derivatives, if there are any.
  double largestDerivative = 0;         ///< of Jacobians or directional derivatives, if there are any.
};

/// A data set, checked to the last value.
struct DatasetInfo {
  DatasetDescription description;   ///< as readDescription() gives it.
  SplitSummary train;               ///< of the group `train`.
  std::optional<SplitSummary> test; ///< none: the file has no test group.
};

/// Which samples a run uses, and in which order.
struct SampleSelection {
  bool random = false;     ///< false: as in the file. true: sampleOrder(), stratified for classification.
  std::uint64_t seed = 0;  ///< of the random order.
  std::size_t samples = 0; ///< the first so many of the order; 0: all.
};

/// The samples of a split that one rank works on.
struct SplitShare {
  Split local;                    ///< in the order of their positions.
  std::vector<std::int64_t> rows; ///< row in the file of each local sample.
  std::size_t globalSamples = 0;  ///< on all ranks together.
};

/// Writes a data set; an existing file is replaced only by a complete new one. For one rank.
/// \throws std::invalid_argument if \p dataset breaks the rules above, std::runtime_error if writing fails;
///       nothing is written then.
void write(const std::string& path, const Dataset& dataset);

/// Reads and checks everything but the values; for one rank.
DatasetDescription readDescription(const std::string& path);

/// The same, collective, with the same result or error on all ranks.
DatasetDescription readDescription(const std::string& path, const Teuchos::Comm<int>& comm);

/// Reads and checks everything; for one rank. Inputs and targets are read in blocks.
DatasetInfo readInfo(const std::string& path);

/// Reads a whole data set into the memory of one rank.
Dataset read(const std::string& path);

/// Reads each rank's share of the split "train" or "test", dealt as \p dealing says; collective. The
/// selection does not depend on the number of ranks. Labels of all samples are held by every rank for a
/// moment, inputs never are.
/// \throws std::invalid_argument, the same on all ranks, if the file breaks the rules, has no such split or
///       fewer samples than selected.
SplitShare readSplit(const std::string& path, const std::string& split, SampleDealing dealing,
                     const Teuchos::Comm<int>& comm, const SampleSelection& selection = {});
/// @}

} // namespace terrace::dataset
