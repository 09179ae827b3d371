#pragma once

#include <Teuchos_ParameterList.hpp>

namespace terrace {

/// The list "Sampling" as a struct. Meanings and defaults: validSamplingParameters().
struct SamplingParameters {
  /// What works on the batches: StochasticIteration or BatchIteration.
  enum class Smoother { Averaged, Secant };

  bool dynamic;               ///< "Type" = "Dynamic".
  Smoother smoother;          ///< "Dynamic > Smoother".
  bool redrawsCoarseSamples;  ///< "Coarse Samples" = "Redrawn".
  int batchSize;              ///< 0: StochasticIteration chooses.
  int initialSamples;         ///< "Dynamic > Initial Samples".
  double overlap;             ///< "Dynamic > Overlap".
  double growth;              ///< "Dynamic > Growth".
  int stepsPerCheck;          ///< "Dynamic > Steps per Check".
  double acceptanceThreshold; ///< "Dynamic > Acceptance Threshold".

  /// \param list  "Sampling", checked and complete (validateParameters()).
  explicit SamplingParameters(const Teuchos::ParameterList& list);

  /// Whether the first phase is StochasticIteration.
  bool isStochastic() const { return dynamic && smoother == Smoother::Averaged; }
};

} // namespace terrace
