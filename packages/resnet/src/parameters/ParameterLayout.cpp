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

// Weight and bias of an affine layer.
ParameterRun affineRun(ParameterRole role, int stage, int outputs, int inputs, bool hasBias) {
  ParameterRun run;
  run.role = role;
  run.stage = stage;
  run.arrays.push_back({"W", {outputs, inputs}, 0, inputs});
  run.size = run.arrays.back().size();
  if (!hasBias) return run;
  run.arrays.push_back({"b", {outputs}, run.size, inputs});
  run.size += outputs;
  return run;
}

// The parameters of one block, by the kind of its stage.
ParameterRun oneBlock(const Stage& stage, int index) {
  switch (stage.kind) {
  case StageKind::Dense:
    return affineRun(ParameterRole::Block, index, stage.shape.size(), stage.shape.size(), true);
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
    if (stages > 1) run.folder = "stage_" + std::to_string(run.stage + 1) + "/";
    run.offset = runs_.empty() ? 0 : runs_.back().end();
    runs_.push_back(std::move(run));
  };
  if (network.lift != Lift::Identity)
    add(affineRun(ParameterRole::Lift, 0, network.firstShape().size(), network.features(),
                  network.lift == Lift::Activated));
  for (int stage = 0; stage < stages; ++stage) {
    if (stage > 0) {
      const Transition transition = network.transition(stage);
      add(affineRun(ParameterRole::Transition, stage, transition.to.size(), transition.from.size(), true));
    }
    add(blockRun(network, stage));
  }
  add(affineRun(ParameterRole::Output, stages - 1, network.outputs, network.lastShape().size(), true));
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
