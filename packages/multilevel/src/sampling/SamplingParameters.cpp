#include <terrace/multilevel/sampling/SamplingParameters.hpp>

#include <algorithm>
#include <string>

namespace terrace {

SamplingParameters::SamplingParameters(const Teuchos::ParameterList& list)
    : dynamic(list.get<std::string>("Type") == "Dynamic"),
      smoother(list.sublist("Dynamic").get<std::string>("Smoother") == "Secant" ? Smoother::Secant
                                                                                 : Smoother::Averaged),
      redrawsCoarseSamples(list.get<std::string>("Coarse Samples") == "Redrawn"),
      initialSamples(list.sublist("Dynamic").get<int>("Initial Samples")),
      overlap(list.sublist("Dynamic").get<double>("Overlap")),
      growth(list.sublist("Dynamic").get<double>("Growth")),
      stepsPerCheck(list.sublist("Dynamic").get<int>("Steps per Check")),
      acceptanceThreshold(list.sublist("Dynamic").get<double>("Acceptance Threshold")) {}

long SamplingParameters::batchSize(long samples) const {
  if (initialSamples > 0) return std::min<long>(initialSamples, samples);
  if (smoother == Smoother::Secant) return std::min(500L, samples);
  return std::min(256L, samples);
}

} // namespace terrace
