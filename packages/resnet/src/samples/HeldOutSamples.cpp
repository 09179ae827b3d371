#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/samples/HeldOutSamples.hpp>

#include <cmath>
#include <numeric>
#include <string>

namespace terrace::resnet {
namespace {

constexpr const char* shareName = "Validation Share";

} // namespace

void declareValidationShare(Teuchos::ParameterList& data) {
  declareDouble(data, shareName, 0.0,
                "Share of the training samples that is held out. The model is then the iterate "
                "with the least loss on them, and Status Test/Patience ends the run. 0: none; the "
                "model is the last iterate.",
                0.0, 0.9);
}

long heldOutCount(const Teuchos::ParameterList& data, long all) {
  const auto share = data.get<double>(shareName);
  const long count = std::lround(share * static_cast<double>(all));
  if (share > 0 && (count < 1 || count >= all))
    throw ParameterError("Data: \"" + std::string(shareName) + "\" of " + std::to_string(all) +
                         " training samples leaves no samples to hold out or to train with.");
  return count;
}

SampleSet lastSamples(const SampleSet& samples, long count) {
  std::vector<long> positions(static_cast<std::size_t>(count));
  std::iota(positions.begin(), positions.end(), samples.globalCount() - count);
  return samples.gather(positions);
}

} // namespace terrace::resnet
