#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace terrace::dataset {

enum class Task { Classification, Regression };

/// Samples in the memory of one rank: a whole training or test set, or a rank's share of one.
struct Split {
  std::size_t samples = 0;
  int features = 0;
  std::vector<double> inputs;  ///< samples x features, row-major: the features of a sample are contiguous.
  std::vector<int> labels;     ///< classification: one of 0..classes-1 a sample; else empty.
  std::vector<double> targets; ///< regression: samples x outputs, row-major; else empty.
  int outputs = 0;             ///< columns of targets; 0 for classification.
};

/// A whole data set in the memory of one rank.
struct Dataset {
  Task task = Task::Classification;
  std::vector<int> inputShape; ///< e.g. {2} or {1, 8, 8}; its product is the number of features.
  int classes = 0;             ///< classification: at least 2; else 0.
  std::string description;
  Split train;
  Split test; ///< no samples: there is no test set.
};

} // namespace terrace::dataset
