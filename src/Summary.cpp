#include "Summary.hpp"

#include "TextFile.hpp"
#include "Version.hpp"

#include <nlohmann/json.hpp>

namespace terrace::program {

void Summary::write(const std::string& file) const {
  nlohmann::ordered_json json;
  json["value"] = value;
  json["gradient_norm"] = gradientNorm;
  json["train_" + metric] = trainMetric;
  json["test_" + metric] = testMetric;
  if (!trainOutputErrors.empty()) json["train_output_errors"] = trainOutputErrors;
  if (!testOutputErrors.empty()) json["test_output_errors"] = testOutputErrors;
  if (validationLoss) json["validation_loss"] = *validationLoss;
  json["iterations"] = iterations;
  json["work_units"] = workUnits;
  json["wall_seconds"] = wallSeconds;
  json["ranks"] = ranks;
  json["status"] = status;
  json["version"] = version;
  writeTextFile(file, json.dump(2) + '\n');
}

} // namespace terrace::program
