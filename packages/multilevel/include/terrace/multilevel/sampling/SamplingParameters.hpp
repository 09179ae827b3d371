#pragma once

#include <Teuchos_ParameterList.hpp>

namespace terrace {

/// The list "Sampling" as a struct. Meanings and defaults: validSamplingParameters().
struct SamplingParameters {
  bool dynamic;
  bool redrawsCoarseSamples;
  int initialSamples;
  double overlap;
  double growth;
  int stepsPerCheck;
  double acceptanceThreshold;

  /// \param list  "Sampling", checked and complete (validateParameters()).
  explicit SamplingParameters(const Teuchos::ParameterList& list);
};

} // namespace terrace
