#include <terrace/multilevel/sampling/SamplingParameters.hpp>

#include <string>

namespace terrace {

SamplingParameters::SamplingParameters(const Teuchos::ParameterList& list)
    : dynamic(list.get<std::string>("Type") == "Dynamic"),
      smoother(list.sublist("Dynamic").get<std::string>("Smoother") == "Secant" ? Smoother::Secant
                                                                                : Smoother::Averaged),
      redrawsCoarseSamples(list.get<std::string>("Coarse Samples") == "Redrawn"),
      batchSize(list.sublist("Dynamic").get<int>("Batch Size")),
      initialSamples(list.sublist("Dynamic").get<int>("Initial Samples")),
      overlap(list.sublist("Dynamic").get<double>("Overlap")),
      growth(list.sublist("Dynamic").get<double>("Growth")),
      stepsPerCheck(list.sublist("Dynamic").get<int>("Steps per Check")),
      acceptanceThreshold(list.sublist("Dynamic").get<double>("Acceptance Threshold")) {}

} // namespace terrace
