#include "objective/OutputLayerFit.hpp"
#include "objective/SoftmaxFit.hpp"

namespace terrace::resnet::detail {

std::unique_ptr<OutputLayerSolver> makeOutputLayerSolver(const Network& network, SweepScalar scalar,
                                                         int chunkSamples) {
  if (network.loss == LossType::LeastSquares)
    return std::make_unique<OutputLayerFit>(network, scalar, chunkSamples);
  return std::make_unique<SoftmaxFit>(network, scalar, chunkSamples);
}

} // namespace terrace::resnet::detail
