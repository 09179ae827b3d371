#pragma once

#include <string>
#include <vector>

namespace terrace::program {

/// The different values of labels in an array, in order: the classes 0, 1, ...
class ClassValues {
public:
  /// \param name  of the labels, for messages.
  /// \throws std::invalid_argument that names a label that is no whole number, or if all labels are the same.
  ClassValues(const std::vector<double>& labels, const std::string& name);

  int size() const { return static_cast<int>(values_.size()); }

  /// The class of each label. \throws std::invalid_argument that names a value that is no class.
  std::vector<int> labelsOf(const std::vector<double>& labels, const std::string& name) const;

  /// The values as text; none where they are 0, 1, 2, ..., as classes are numbered.
  std::vector<std::string> names() const;

private:
  std::vector<double> values_;
};

} // namespace terrace::program
