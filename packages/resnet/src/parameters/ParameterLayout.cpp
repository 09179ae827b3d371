#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <algorithm>
#include <iomanip>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

namespace terrace::resnet {
namespace {

// Weight and bias of a layer whose weight has this shape: outputs x inputs, and the stencil of a convolution.
ParameterRun layerRun(ParameterRole role, int stage, const std::vector<int>& shape, bool hasBias) {
  ParameterRun run;
  run.role = role;
  run.stage = stage;
  run.arrays.push_back({"W", shape, 0, 1});
  run.size = run.arrays.back().size();
  const int outputs = shape.front(), fanIn = static_cast<int>(run.size / outputs);
  run.arrays.back().fanIn = fanIn;
  if (!hasBias) return run;
  run.arrays.push_back({"b", {outputs}, run.size, fanIn});
  run.size += outputs;
  return run;
}

// One layer of a block after another: weights of these shapes, biases and, with a normalisation, gains.
ParameterRun layersRun(int stage, const std::vector<std::vector<int>>& shapes, bool hasGains) {
  static const char* const names[][3] = {{"W", "b", "g"}, {"U", "c", "k"}, {"V", "d", "l"}};
  ParameterRun run;
  run.stage = stage;
  for (std::size_t layer = 0; layer < shapes.size(); ++layer) {
    const auto& shape = shapes[layer];
    run.arrays.push_back({names[layer][0], shape, run.size, 1});
    const long entries = run.arrays.back().size();
    const int fanIn = static_cast<int>(entries / shape.front());
    run.arrays.back().fanIn = fanIn;
    run.size += entries;
    for (const bool isGain : {false, true}) {
      if (isGain && !hasGains) break;
      run.arrays.push_back({names[layer][isGain ? 2 : 1], {shape.front()}, run.size, fanIn, isGain});
      run.size += shape.front();
    }
  }
  return run;
}

ParameterRun liftRun(const Network& network) {
  const int outputs = network.firstShape().channels;
  const bool hasBias = network.lift == Lift::Activated;
  if (network.isConvolutional())
    return layerRun(ParameterRole::Lift, 0, {outputs, network.input.channels, 3, 3}, hasBias);
  return layerRun(ParameterRole::Lift, 0, {outputs, network.features()}, hasBias);
}

ParameterRun transitionRun(const Transition& transition, int stage) {
  const int outputs = transition.to.channels, inputs = transition.from.channels;
  switch (transition.kind) {
  case TransitionKind::Affine:
    return layerRun(ParameterRole::Transition, stage, {outputs, inputs}, true);
  case TransitionKind::Pooled:
    return layerRun(ParameterRole::Transition, stage, {outputs, inputs, 1, 1}, true);
  }
  throw std::invalid_argument("ParameterLayout: a transition of an unknown kind.");
}

// The parameters of one block, by the kind of its stage.
ParameterRun oneBlock(const Stage& stage, int index) {
  const int channels = stage.shape.channels, inner = channels / bottleneckFactor;
  const bool hasGains = stage.normalization != Normalization::None;
  switch (stage.kind) {
  case StageKind::Dense:
    return layerRun(ParameterRole::Block, index, {channels, channels}, true);
  case StageKind::Single:
  case StageKind::Symmetric:
    return layerRun(ParameterRole::Block, index, {channels, channels, 3, 3}, true);
  case StageKind::Basic:
    return layersRun(index, {{channels, channels, 3, 3}, {channels, channels, 3, 3}}, hasGains);
  case StageKind::Bottleneck:
    return layersRun(index, {{inner, channels, 1, 1}, {inner, inner, 3, 3}, {channels, inner, 1, 1}},
                     hasGains);
  }
  throw std::invalid_argument("ParameterLayout: a stage of an unknown kind.");
}

ParameterRun blockRun(const Network& network, int stage) {
  const Stage& s = network.stages[static_cast<std::size_t>(stage)];
  ParameterRun run = oneBlock(s, stage);
  run.count = s.blocks;
  run.metric = network.metric == MetricType::L2 ? s.timeStep() : 1.0;
  run.square = network.regularization.tikhonov * s.timeStep();
  run.difference = network.regularization.smoothness / s.timeStep();
  return run;
}

} // namespace

std::string ParameterRun::groupName(int group) const {
  switch (role) {
  case ParameterRole::Lift:
    return "lift";
  case ParameterRole::Output:
    return "output";
  case ParameterRole::Transition:
    return folder + "transition";
  case ParameterRole::Block:
    break;
  }
  std::ostringstream name;
  name << folder << "block_" << std::setw(4) << std::setfill('0') << group;
  return name.str();
}

ParameterLayout::ParameterLayout(const Network& network) {
  network.check();
  const int stages = static_cast<int>(network.stages.size());
  const auto add = [&](ParameterRun run) {
    if (run.role != ParameterRole::Block) run.square = network.regularization.outputTikhonov;
    if (stages > 1 || network.isConvolutional()) run.folder = "stage_" + std::to_string(run.stage + 1) + "/";
    run.offset = runs_.empty() ? 0 : runs_.back().end();
    runs_.push_back(std::move(run));
  };
  if (network.lift != Lift::Identity) add(liftRun(network));
  for (int stage = 0; stage < stages; ++stage) {
    if (stage > 0) add(transitionRun(network.transition(stage), stage));
    add(blockRun(network, stage));
  }
  add(layerRun(ParameterRole::Output, stages - 1, {network.outputs, network.headInputs()}, true));
}

std::vector<PlacedArray> ParameterLayout::arrays() const {
  std::vector<PlacedArray> all;
  for (const ParameterRun& run : runs_)
    for (int group = 0; group < run.count; ++group)
      for (const ParameterArray& array : run.arrays)
        all.push_back({run.groupName(group), array.name, array.shape, run.groupOffset(group) + array.offset,
                       array.size()});
  return all;
}

const ParameterRun* ParameterLayout::lift() const {
  return runs_.front().role == ParameterRole::Lift ? &runs_.front() : nullptr;
}

const ParameterRun& ParameterLayout::find(ParameterRole role, int stage) const {
  const auto found = std::find_if(runs_.begin(), runs_.end(), [&](const ParameterRun& run) {
    return run.role == role && run.stage == stage;
  });
  if (found == runs_.end())
    throw std::out_of_range("ParameterLayout: stage " + std::to_string(stage) + " has no such layer.");
  return *found;
}

} // namespace terrace::resnet
