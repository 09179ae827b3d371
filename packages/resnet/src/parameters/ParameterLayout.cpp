#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <iomanip>
#include <sstream>

namespace terrace::resnet {
namespace {

std::string blockName(int block) {
  std::ostringstream name;
  name << "block_" << std::setw(4) << std::setfill('0') << block;
  return name.str();
}

long liftParameters(const Network& network) {
  const long matrix = static_cast<long>(network.width) * network.features;
  switch (network.lift) {
  case Lift::Identity:
    return 0;
  case Lift::Linear:
    return matrix;
  case Lift::Activated:
    return matrix + network.width;
  }
  return 0;
}

} // namespace

ParameterLayout::ParameterLayout(const Network& network)
    : features_(network.features), width_(network.width), outputs_(network.outputs), blocks_(network.blocks),
      liftHasBias_(network.lift == Lift::Activated), liftSize_(liftParameters(network)),
      blockSize_(static_cast<long>(width_) * (width_ + 1)),
      outputSize_(static_cast<long>(outputs_) * (width_ + 1)) {}

std::vector<ParameterArray> ParameterLayout::arrays() const {
  std::vector<ParameterArray> all;
  if (liftSize_ > 0) all.push_back({"lift", "W", liftOffset(), width_, features_});
  if (liftHasBias_) all.push_back({"lift", "b", liftBias(), width_, 0});
  for (int block = 0; block < blocks_; ++block) {
    all.push_back({blockName(block), "W", blockOffset(block), width_, width_});
    all.push_back({blockName(block), "b", blockBias(block), width_, 0});
  }
  all.push_back({"output", "W", outputOffset(), outputs_, width_});
  all.push_back({"output", "b", outputBias(), outputs_, 0});
  return all;
}

} // namespace terrace::resnet
