#pragma once

#include <terrace/multilevel/hierarchy/LevelHierarchy.hpp>
#include <terrace/multilevel/hierarchy/SampledObjective.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <string>
#include <vector>

namespace terrace {

/// The objectives of a hierarchy of means over samples, finest first.
/// \throws ParameterError if an objective is none, or the levels draw from different numbers of samples.
template <class Real>
std::vector<SampledObjective<Real>*> sampledObjectives(const LevelHierarchy<Real>& hierarchy) {
  std::vector<SampledObjective<Real>*> objectives;
  for (int level = 0; level < hierarchy.size(); ++level) {
    auto* objective = dynamic_cast<SampledObjective<Real>*>(hierarchy[level].objective.get());
    const std::string name = "the objective of level " + std::to_string(level);
    if (objective == nullptr)
      throw ParameterError("Sampling: " + name +
                           " is not a mean over samples (terrace::SampledObjective), so \"Type\" "
                           "= \"Dynamic\" and \"Coarse Samples\" = \"Redrawn\" are not possible.");
    objectives.push_back(objective);
    const long samples = objectives.front()->samples();
    if (objective->samples() != samples)
      throw ParameterError("Sampling: " + name + " draws from " + std::to_string(objective->samples()) +
                           " samples; expected " + std::to_string(samples) + " as on level 0.");
  }
  return objectives;
}

/// While one lives, an objective works on batches; at its end, also by an exception, it has its own samples
/// again.
template <class Real>
class BatchReset {
public:
  /// \param objective  must outlive this object.
  explicit BatchReset(SampledObjective<Real>& objective) : objective_(objective) {}
  ~BatchReset() { objective_.resetBatch(); }
  BatchReset(const BatchReset&) = delete;
  BatchReset& operator=(const BatchReset&) = delete;

private:
  SampledObjective<Real>& objective_;
};

} // namespace terrace
