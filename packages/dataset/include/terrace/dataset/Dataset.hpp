#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace terrace::dataset {

/// What is learned: the class of a sample (labels), or numbers (targets).
enum class Task { Classification, Regression };

/// Samples in the memory of one rank: a whole training or test set, or a rank's share of one.
struct Split {
  std::size_t samples = 0;     ///< rows of inputs, and of labels or targets.
  int features = 0;            ///< columns of inputs.
  std::vector<double> inputs;  ///< samples x features, row-major: the features of a sample are contiguous.
  std::vector<int> labels;     ///< classification: one of 0..classes-1 a sample; else empty.
  std::vector<double> targets; ///< regression: samples x outputs, row-major; else empty.
  int outputs = 0;             ///< columns of targets; 0 for classification.
  /// Regression, derivatives of the targets by the inputs: samples x outputs x features; may be empty.
  std::vector<double> jacobians;
  int directions = 0;                ///< of each sample, along which derivatives are known; 0: none.
  std::vector<double> directionRows; ///< samples x directions x features.
  std::vector<double> derivatives;   ///< of the targets along these: samples x directions x outputs.
};

/// The value of a further attribute of a data set file.
using AttributeValue =
    std::variant<std::string, std::int64_t, double, std::vector<double>, std::vector<std::string>>;

/// A whole data set in the memory of one rank.
struct Dataset {
  Task task = Task::Classification;     ///< whether the splits have labels or targets.
  std::vector<int> inputShape;          ///< e.g. {2} or {1, 8, 8}; its product is the number of features.
  int classes = 0;                      ///< classification: at least 2; else 0.
  std::string description;              ///< free text; written unless it is empty.
  std::vector<std::string> inputNames;  ///< one a feature; empty: unknown.
  std::vector<std::string> targetNames; ///< regression: one an output; empty: unknown.
  /// More attributes of the file by name: how the data were made. Written, but not read back.
  std::map<std::string, AttributeValue> provenance;
  Split train; ///< the training set.
  Split test;  ///< no samples: there is no test set.
};

} // namespace terrace::dataset
