#pragma once

#include "../../examples/bratu/Bratu.hpp"
#include "../../examples/bratu/MeshHierarchy.hpp"
#include "MinimalSurface.hpp"
#include "OptimalControl.hpp"

#include <string>

namespace mesh {

/// A problem on nested meshes, started at 0.
struct MeshProblem {
  std::string name;
  ObjectiveOn objectiveOn;
  Metric metric = massMetric;
  WeightRule interpolation = linearWeights;

  ROL::Ptr<terrace::LevelHierarchy<double>> hierarchy(const Comm& comm, int intervals, int coarsest) const {
    return makeHierarchy(comm, intervals, coarsest, objectiveOn, metric, interpolation);
  }
};

inline MeshProblem bratu(double lambda) {
  return {"Bratu " + std::to_string(lambda).substr(0, 6), [lambda](const ROL::Ptr<const Grid>& grid) {
            return ROL::makePtr<EnergyObjective<Bratu>>(grid, Bratu{lambda});
          }};
}

inline MeshProblem minimalSurface() {
  return {"Minimal surface", [](const ROL::Ptr<const Grid>& grid) {
            return ROL::makePtr<EnergyObjective<MinimalSurface>>(grid, MinimalSurface{}, wavyBoundary);
          }};
}

inline MeshProblem optimalControl() {
  return {"Optimal control NCCS",
          [](const ROL::Ptr<const Grid>& grid) { return ROL::makePtr<OptimalControl>(grid); }, controlMetric,
          cubicWeights};
}

inline std::vector<MeshProblem> meshProblems() {
  return {bratu(6.8), bratu(6.808), minimalSurface(), optimalControl()};
}

} // namespace mesh
