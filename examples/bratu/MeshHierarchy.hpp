#pragma once

#include "Interpolation.hpp"
#include "MeshVector.hpp"

#include <terrace/multilevel/hierarchy/CountedObjective.hpp>
#include <terrace/multilevel/hierarchy/LevelHierarchy.hpp>

#include <functional>

namespace mesh {

/// What a hierarchy is made of: an objective for each mesh.
using ObjectiveOn = std::function<ROL::Ptr<ROL::Objective<double>>(const ROL::Ptr<const Grid>&)>;

/// Nested meshes of the unit square, finest first, each with half the intervals of the one before.
///
/// \param intervals  a side of the finest mesh. \param coarsest  of the coarsest, at least 2.
/// \param metric     weights of the fields. \param rule  of the interpolation.
inline ROL::Ptr<terrace::LevelHierarchy<double>> makeHierarchy(const Comm& comm, int intervals, int coarsest,
                                                               const ObjectiveOn& objectiveOn,
                                                               Metric metric = massMetric,
                                                               WeightRule rule = linearWeights) {
  const auto counter = ROL::makePtr<terrace::WorkCounter>();
  auto hierarchy = ROL::makePtr<terrace::LevelHierarchy<double>>(counter);
  auto grid = ROL::makePtr<const Grid>(comm, intervals);
  double work = 1;
  for (int n = intervals; n >= coarsest; n /= 2, work /= 4) {
    terrace::Level<double> level;
    level.objective = ROL::makePtr<terrace::CountedObjective<double>>(objectiveOn(grid), counter, work);
    level.vector = makeVector(*grid, metric(*grid));
    level.work = work;
    const bool last = n % 2 != 0 || n / 2 < coarsest;
    if (!last) {
      const auto coarse = ROL::makePtr<const Grid>(comm, n / 2);
      level.toCoarser = makeTransfer(*grid, *coarse, rule);
      grid = coarse;
    }
    hierarchy->add(level);
    if (last) break;
  }
  return hierarchy;
}

} // namespace mesh
