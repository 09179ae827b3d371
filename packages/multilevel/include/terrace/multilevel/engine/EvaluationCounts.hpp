#pragma once

#include <terrace/multilevel/run/StateArchive.hpp>

#include <string>

namespace terrace {

/// How often the objective of a level was evaluated in a run.
struct EvaluationCounts {
  long values = 0;
  long gradients = 0;
  long hessianProducts = 0;
  /// Evaluations of a coarse model that threw an exception: each ended a coarse step.
  long failures = 0;

  template <class Real>
  void visitState(StateArchive<Real>& archive, const std::string& name) {
    archive.visitNumber(name + "/values", values);
    archive.visitNumber(name + "/gradients", gradients);
    archive.visitNumber(name + "/hessian_products", hessianProducts);
    archive.visitNumber(name + "/failures", failures);
  }
};

} // namespace terrace
