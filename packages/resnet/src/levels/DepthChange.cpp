#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/levels/DepthChange.hpp>
#include <terrace/resnet/levels/StageTransfer.hpp>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>

namespace terrace::resnet {
namespace {

template <class Value>
void require(const std::string& what, const Value& found, const Value& expected) {
  if (found == expected) return;
  std::ostringstream text;
  text << "Network > Initial Guess: the network of \"File\" has " << what << ' ' << found
       << " and the deck's has " << expected << "; only the numbers of blocks may differ.";
  throw ParameterError(text.str());
}

std::string text(const Shape& shape) {
  std::ostringstream stream;
  stream << shape.channels;
  if (shape.pixels() > 1) stream << " x " << shape.height << " x " << shape.width;
  return stream.str();
}

void requireDepth(int found, int expected, const std::string& stage) {
  if (found % expected == 0 || expected % found == 0) return;
  throw ParameterError("Network > Initial Guess: the network of \"File\" has " + std::to_string(found) +
                       " blocks in " + stage + " and the deck's has " + std::to_string(expected) +
                       "; expected a multiple or a divisor.");
}

// Times of imported networks are sums of time steps.
double sameTime(double found, double expected) {
  return std::abs(found - expected) <= 1e-6 * expected ? expected : found;
}

void requireSame(const Network& given, const Network& wanted) {
  require("inputs:", given.features(), wanted.features());
  require("outputs:", given.outputs, wanted.outputs);
  require("the lift", std::string(toString(given.lift)), std::string(toString(wanted.lift)));
  require("the activation", std::string(toString(given.activation)),
          std::string(toString(wanted.activation)));
  require("stages:", given.stages.size(), wanted.stages.size());
  for (std::size_t s = 0; s < wanted.stages.size(); ++s) {
    const Stage &a = given.stages[s], &b = wanted.stages[s];
    const std::string stage = wanted.stages.size() == 1 ? "its stage" : "stage " + std::to_string(s + 1);
    require("in " + stage + " blocks of kind", std::string(toString(a.kind)), std::string(toString(b.kind)));
    require("in " + stage + " the normalisation", std::string(toString(a.normalization)),
            std::string(toString(b.normalization)));
    require("in " + stage + " states of", text(a.shape), text(b.shape));
    require("in " + stage + " the final time", sameTime(a.finalTime, b.finalTime), b.finalTime);
    requireDepth(a.blocks, b.blocks, stage);
  }
}

} // namespace

ROL::Ptr<ParameterVector> changeDepth(const GivenNetwork& given, const ROL::Ptr<const ParameterSpace>& space,
                                      Prolongation prolongation) {
  const Network& wanted = space->network();
  requireSame(given.network, wanted);
  // All but the blocks is as wanted: weights of metric and regularisation are no part of what is given.
  Network from = wanted, shallow = wanted;
  for (std::size_t s = 0; s < wanted.stages.size(); ++s) {
    from.stages[s].blocks = given.network.stages[s].blocks;
    shallow.stages[s].blocks = std::min(wanted.stages[s].blocks, from.stages[s].blocks);
  }
  const auto givenSpace = ROL::makePtr<const ParameterSpace>(from, space->comm());
  const auto middle = ROL::makePtr<const ParameterSpace>(shallow, space->comm());
  const auto x = givenSpace->createVector(), averaged = middle->createVector();
  givenSpace->assign(given.parameters, *x);
  StageTransfer(givenSpace, middle, prolongation).project(*averaged, *x);
  const auto result = space->createVector();
  StageTransfer(space, middle, prolongation).prolong(*result, *averaged);
  return result;
}

} // namespace terrace::resnet
