#pragma once

#include <terrace/multilevel/run/StateArchive.hpp>

#include <string>

namespace terrace {

/// How often the objective of a level was evaluated in a run.
struct EvaluationCounts {
  long values = 0;          ///< Of the objective.
  long gradients = 0;       ///< Of its gradient.
  long hessianProducts = 0; ///< Of its Hessian with a vector.
  /// Evaluations of a coarse model that threw an exception: each ended a coarse step.
  long failures = 0;

  /// All four counts.
  template <class Real>
  void visitState(StateArchive<Real>& archive, const std::string& name) {
    archive.visitNumber(name + "/values", values);
    archive.visitNumber(name + "/gradients", gradients);
    archive.visitNumber(name + "/hessian_products", hessianProducts);
    archive.visitNumber(name + "/failures", failures);
  }
};

} // namespace terrace
