#pragma once

#include "../../examples/bratu/Bratu.hpp"
#include "../../examples/bratu/MeshHierarchy.hpp"
#include "JacobiPreconditioned.hpp"
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

/// \param amplitude  of the boundary's waves: with 0.5 the Hessian's coefficients vary by a factor of 36.
template <class Objective = EnergyObjective<MinimalSurface>>
MeshProblem minimalSurface(const std::string& name, double amplitude) {
  return {name, [amplitude](const ROL::Ptr<const Grid>& grid) {
            return ROL::makePtr<Objective>(grid, MinimalSurface{}, [amplitude](double x, double y) {
              return wavyBoundary(amplitude, x, y);
            });
          }};
}

inline MeshProblem optimalControl() {
  return {"Optimal control NCCS",
          [](const ROL::Ptr<const Grid>& grid) { return ROL::makePtr<OptimalControl>(grid); }, controlMetric,
          cubicWeights};
}

inline std::vector<MeshProblem> meshProblems() {
  return {bratu(6.8), bratu(6.808), minimalSurface("Minimal surface", 0.2), optimalControl()};
}

/// Minimal surfaces that three conjugate-gradient iterations do not smooth well: without and with a
/// preconditioner.
inline std::vector<MeshProblem> steepSurfaces() {
  return {minimalSurface("Steep surface", 0.5),
          minimalSurface<JacobiPreconditioned<MinimalSurface>>("Steep surface, Jacobi", 0.5)};
}

} // namespace mesh
