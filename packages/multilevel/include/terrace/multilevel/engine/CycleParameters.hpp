#pragma once

#include <Teuchos_ParameterList.hpp>

namespace terrace {

/// The list "Step > Multilevel Trust Region" as a struct. Meanings and defaults: validCycleParameters().
struct CycleParameters {
  enum class Cycle { V, W, F };
  enum class Recursion { Adaptive, Always, Never };
  enum class Smoother { Secant, Newton };
  enum class CoarseModel { FirstOrder, SecondOrder };

  Cycle cycle;
  Recursion recursion;
  Smoother smoother;
  CoarseModel coarseModel;
  bool nestedIteration;
  int preSmoothingSteps;
  int postSmoothingSteps;
  int coarseSteps;
  int smoothingCgIterations;
  int coarseCgIterations;
  double cgTolerance;
  double criticality;
  double initialRadius;
  double maximumRadius;
  double acceptanceThreshold;
  double shrinkingThreshold;
  double growingThreshold;
  double shrinkingRate;
  double growingRate;
  int nestedCycles;
  int stagnationWindow;
  double stagnationTolerance;

  /// \param list  "Step > Multilevel Trust Region", checked and complete (validateParameters()).
  /// \throws ParameterError if parameters contradict each other.
  explicit CycleParameters(const Teuchos::ParameterList& list);
};

} // namespace terrace
