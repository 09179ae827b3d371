#include "exchange/NetworkAssembly.hpp"

#include "exchange/BlockKind.hpp"

#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <algorithm>
#include <cmath>

namespace terrace::program {
namespace {

using resnet::Network;
using resnet::Shape;
using resnet::Stage;
using Reject = std::function<void(const std::string&)>;

// Takes a chain apart: lift, stages with transitions between them, output layer.
class Assembly {
public:
  Assembly(const LayerChain& chain, const Reject& reject) : chain_(chain), reject_(reject) {}

  Network network() {
    network_.input = chain_.input;
    network_.activation = chain_.activation;
    takeLift();
    if (!hasBlock()) reject_("has no residual block q + h sigma(W q + b) after its first layer.");
    takeStages();
    takeOutput();
    return network_;
  }

  // The layers that have parameters, in the order of ParameterLayout.
  const std::vector<const Layer*>& withParameters() const { return taken_; }

private:
  bool done() const { return next_ == chain_.layers.size(); }
  const Layer& next() const { return chain_.layers[next_]; }
  bool is(LayerKind kind) const { return !done() && next().kind == kind; }
  bool hasBlock() const { return !done() && next().isBlock(); }
  bool images() const { return chain_.input.pixels() > 1; }

  void takeLift() {
    network_.lift = resnet::Lift::Identity;
    if (is(LayerKind::Padding)) {
      ++next_;
    } else if (is(LayerKind::Affine)) {
      const Layer& lift = next();
      taken_.push_back(&lift);
      ++next_;
      const bool activated = is(LayerKind::Activation);
      if (activated) ++next_;
      network_.lift = activated ? resnet::Lift::Activated : resnet::Lift::Linear;
      if (!activated && !lift.bias.empty()) takeBiasedLift();
      if (images() && lift.side != 3) reject_("has a first convolution of 1 x 1 pixels; expected 3 x 3.");
    }
  }

  // Without an activation the activation is the identity, where that is the network's.
  void takeBiasedLift() {
    if (chain_.activation != resnet::Activation::Identity)
      reject_(
          "has a first layer with a bias and without an activation; expected W x without a bias (in PyTorch: "
          "bias=False) or sigma(W x + b).");
    network_.lift = resnet::Lift::Activated;
  }

  void takeStages() {
    for (;;) {
      takeStage();
      const bool pooled = is(LayerKind::Pooling);
      const std::size_t transition = next_ + (pooled ? 1 : 0);
      const auto& layers = chain_.layers;
      const bool follows = transition + 1 < layers.size() && layers[transition].kind == LayerKind::Affine &&
                           layers[transition + 1].isBlock();
      if (!follows) return;
      if (images() && (!pooled || layers[transition].side != 1))
        reject_("has stages without a mean over 2 x 2 pixels and a convolution of 1 x 1 pixels between "
                "them.");
      taken_.push_back(&layers[transition]);
      next_ = transition + 1;
    }
  }

  void takeStage() {
    const Layer& first = next();
    Stage stage = stageOf(first, images(), reject_);
    stage.shape = first.to;
    stage.blocks = 0;
    for (; hasBlock(); ++next_, ++stage.blocks) {
      const Layer& block = next();
      requireSameKind(stageOf(block, images(), reject_),
                      network_.stages.empty() ? stage : network_.stages.front());
      if (std::abs(block.step - first.step) > 1e-6 * first.step)
        reject_("has blocks of one stage with the time steps " + std::to_string(first.step) + " and " +
                std::to_string(block.step) + "; expected equal ones.");
      taken_.push_back(&block);
    }
    if (!(first.step > 0)) reject_("has blocks with a time step that is not positive.");
    stage.finalTime = stage.blocks * first.step;
    network_.stages.push_back(stage);
  }

  // Kind and normalisation, which a deck says once for all stages.
  void requireSameKind(const Stage& a, const Stage& b) const {
    if (a.kind != b.kind || a.normalization != b.normalization || a.groups != b.groups)
      reject_("has blocks of two kinds, or with two normalisations; expected one for all.");
  }

  void takeOutput() {
    if (images()) {
      if (!is(LayerKind::Means)) reject_("has no mean over the image before its output layer.");
      ++next_;
    }
    if (!is(LayerKind::Affine)) reject_("has no output layer after its last block.");
    taken_.push_back(&next());
    network_.outputs = next().to.size();
    ++next_;
    if (!done()) reject_("has layers after its output layer.");
  }

  const LayerChain& chain_;
  const Reject& reject_;
  Network network_;
  std::size_t next_ = 0;
  std::vector<const Layer*> taken_;
};

// Loss, metric, regularisation and exact final times of a list, if it is of this network.
Teuchos::ParameterList complete(const Network& network, const Teuchos::ParameterList& known) {
  Teuchos::ParameterList list = network.toParameters();
  if (known.numParams() == 0) return list;
  Network described;
  try {
    described = Network::fromParameters(known, network.input, network.outputs);
  } catch (const std::invalid_argument&) {
    return list;
  }
  const auto equal = [](const Stage& a, const Stage& b) {
    return a.kind == b.kind && a.shape == b.shape && a.blocks == b.blocks &&
           a.normalization == b.normalization &&
           (a.groups == b.groups || a.normalization == resnet::Normalization::None) &&
           std::abs(a.finalTime - b.finalTime) <= 1e-6 * b.finalTime;
  };
  const bool same =
      described.lift == network.lift && described.activation == network.activation &&
      described.stages.size() == network.stages.size() &&
      std::equal(described.stages.begin(), described.stages.end(), network.stages.begin(), equal);
  return same ? known : list;
}

// One array after the other; a layer without a bias that needs one has zeros.
std::vector<double> parametersOf(const Network& network, const std::vector<const Layer*>& layers) {
  const resnet::ParameterLayout layout(network);
  std::vector<double> parameters;
  std::size_t layer = 0;
  for (const auto& run : layout.runs())
    for (int group = 0; group < run.count; ++group, ++layer) {
      const auto numbers = layers[layer]->parameters();
      parameters.insert(parameters.end(), numbers.begin(), numbers.end());
      parameters.resize(static_cast<std::size_t>(run.groupOffset(group) + run.size), 0.0);
    }
  return parameters;
}

int product(const std::vector<int>& extents) {
  int result = 1;
  for (const int extent : extents) result *= extent;
  return result;
}

} // namespace

void assembleNetwork(const LayerChain& chain, const Teuchos::ParameterList& known, PortableModel& model,
                     const Reject& reject) {
  Assembly assembly(chain, reject);
  Network network = assembly.network();
  auto& description = model.description;
  network.loss = description.task == dataset::Task::Classification ? resnet::LossType::CrossEntropy
                                                                   : resnet::LossType::LeastSquares;
  description.network = complete(network, known);
  description.features = network.input.size();
  description.outputs = network.outputs;
  if (product(description.inputShape) != description.features || description.inputShape.empty())
    description.inputShape =
        network.isConvolutional()
            ? std::vector<int>{network.input.channels, network.input.height, network.input.width}
            : std::vector<int>{network.input.size()};
  model.parameters = parametersOf(network, assembly.withParameters());
}

} // namespace terrace::program
