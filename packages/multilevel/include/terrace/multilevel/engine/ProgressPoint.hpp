#pragma once

#include <terrace/multilevel/run/StateArchive.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace terrace {

/// A value and the work units it took to get there.
struct ProgressPoint {
  double value; ///< Of an objective.
  double work;  ///< In work units, since the start of the run.
};

/// Stores or restores a course (StateArchive).
template <class Real>
void visitProgress(StateArchive<Real>& archive, const std::string& name, std::vector<ProgressPoint>& points) {
  std::vector<double> values, works;
  for (const ProgressPoint& point : points) {
    values.push_back(point.value);
    works.push_back(point.work);
  }
  archive.visit(name + "/values", values);
  archive.visit(name + "/works", works);
  points.clear();
  for (std::size_t i = 0; i < values.size(); ++i) points.push_back({values[i], works.at(i)});
}

} // namespace terrace
