#include "run/Summary.hpp"

#include "Version.hpp"
#include "io/TextFile.hpp"
#include "run/Machine.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace terrace::program {

void Summary::write(const std::string& file, const std::string& shownAs) const {
  nlohmann::ordered_json json;
  json["value"] = value;
  json["gradient_norm"] = gradientNorm;
  json["train_" + metric] = trainMetric;
  json["test_" + metric] = testMetric;
  if (!std::isnan(trainDerivativeError)) json["train_derivative_error"] = trainDerivativeError;
  if (!std::isnan(testDerivativeError)) json["test_derivative_error"] = testDerivativeError;
  if (!trainOutputErrors.empty()) json["train_output_errors"] = trainOutputErrors;
  if (!testOutputErrors.empty()) json["test_output_errors"] = testOutputErrors;
  if (validationLoss) json["validation_loss"] = *validationLoss;
  json["iterations"] = iterations;
  json["work_units"] = workUnits;
  json["wall_seconds"] = wallSeconds;
  json["ranks"] = ranks;
  if (resumptions > 0) json["resumptions"] = resumptions;
  json["status"] = status;
  if (!failure.empty()) json["failure"] = failure;
  json["version"] = version;
  const Machine machine = Machine::here();
  json["machine"] = {{"processor", machine.processor},
                     {"cores", machine.cores},
                     {"memory_gib", std::round(10 * machine.memory) / 10},
                     {"system", machine.system},
                     {"compiler", machine.compiler}};
  writeTextFile(file, json.dump(2) + '\n', shownAs);
}

} // namespace terrace::program
