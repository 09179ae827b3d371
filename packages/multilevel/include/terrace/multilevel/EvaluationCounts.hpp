#pragma once

namespace terrace {

/// How often the objective of a level was evaluated in a run.
struct EvaluationCounts {
  long values = 0;
  long gradients = 0;
  long hessianProducts = 0;
  /// Evaluations of a coarse model that threw an exception: each ended a coarse step.
  long failures = 0;
};

} // namespace terrace
