#pragma once

#include <Teuchos_ParameterList.hpp>

namespace terrace {

/// The list "Step > Multilevel Trust Region" as a struct. Meanings and defaults: validCycleParameters().
struct CycleParameters {
  /// Shape of a cycle.
  enum class Cycle { V, W, F };
  /// Whether a cycle does a coarse correction.
  enum class Recursion { Adaptive, Always, Never };
  /// Model of a trust-region step.
  enum class Smoother { Secant, Newton };
  /// Agreement of a coarse model with the finer level.
  enum class CoarseModel { FirstOrder, SecondOrder };

  Cycle cycle;                ///< "Cycle".
  Recursion recursion;        ///< "Recursion".
  Smoother smoother;          ///< "Smoother".
  CoarseModel coarseModel;    ///< "Coarse Model".
  bool nestedIteration;       ///< "Nested Iteration".
  int preSmoothingSteps;      ///< "Pre-Smoothing Steps".
  int postSmoothingSteps;     ///< "Post-Smoothing Steps".
  int coarseSteps;            ///< "Coarse Steps".
  int smoothingCgIterations;  ///< "Smoothing CG Iterations".
  int coarseCgIterations;     ///< "Coarse CG Iterations".
  double cgTolerance;         ///< "CG Tolerance".
  double criticality;         ///< "Criticality".
  double initialRadius;       ///< "Initial Radius".
  double maximumRadius;       ///< "Maximum Radius".
  double acceptanceThreshold; ///< "Step Acceptance Threshold".
  double shrinkingThreshold;  ///< "Radius Shrinking Threshold".
  double growingThreshold;    ///< "Radius Growing Threshold".
  double shrinkingRate;       ///< "Radius Shrinking Rate".
  double growingRate;         ///< "Radius Growing Rate".
  int nestedCycles;           ///< "Nested Cycles".
  int stagnationWindow;       ///< "Stagnation Window".
  double stagnationTolerance; ///< "Stagnation Tolerance".

  /// \param list  "Step > Multilevel Trust Region", checked and complete (validateParameters()).
  /// \throws ParameterError if parameters contradict each other.
  explicit CycleParameters(const Teuchos::ParameterList& list);
};

} // namespace terrace
