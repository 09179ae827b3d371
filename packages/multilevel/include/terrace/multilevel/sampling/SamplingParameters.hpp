#pragma once

#include <Teuchos_ParameterList.hpp>

namespace terrace {

/// The list "Sampling" as a struct. Meanings and defaults: validSamplingParameters().
struct SamplingParameters {
  enum class Smoother { Averaged, Secant };

  bool dynamic;
  Smoother smoother;
  bool redrawsCoarseSamples;
  int batchSize; ///< 0: StochasticIteration chooses.
  int initialSamples;
  double overlap;
  double growth;
  int stepsPerCheck;
  double acceptanceThreshold;

  /// \param list  "Sampling", checked and complete (validateParameters()).
  explicit SamplingParameters(const Teuchos::ParameterList& list);

  /// Whether the first phase is StochasticIteration.
  bool isStochastic() const { return dynamic && smoother == Smoother::Averaged; }
};

} // namespace terrace
