#pragma once

#include <terrace/model/ModelDescription.hpp>

#include <string>
#include <vector>

namespace terrace::program {

/// Finds the classes of a model that labels from elsewhere mean.
///
/// A label means the class of its name, or else of its number from 0. \p place is the file, for messages. All
/// throw std::invalid_argument that names a label which is no class of the model.
class ModelClasses {
public:
  explicit ModelClasses(const model::ModelDescription& model) : model_(model) {}

  /// Of texts; numbers are compared by value: 1 is 1.0.
  std::vector<int> ofNames(const std::vector<std::string>& labels, const std::string& place) const;
  /// Of values in an array.
  std::vector<int> ofValues(const std::vector<double>& labels, const std::string& place) const;
  /// Of numbers from 0.
  std::vector<int> ofNumbers(const std::vector<int>& labels, const std::string& place) const;
  /// Of values in a map, whose numbers are from 1; -1 for 0.
  std::vector<int> ofMap(const std::vector<double>& labels, const std::string& place) const;

private:
  int named(const std::string& label) const; // -1: none
  int valued(double label, double first, const std::string& place, std::size_t row) const;
  [[noreturn]] void reject(const std::string& label, const std::string& place, std::size_t row) const;

  const model::ModelDescription& model_;
};

} // namespace terrace::program
