#include "parameters/NormalNumbers.hpp"

#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/network/NetworkParameters.hpp>
#include <terrace/resnet/parameters/InitialGuess.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

namespace terrace::resnet {
namespace {

using detail::NormalNumbers;
using Iterator = std::vector<double>::iterator;

void fillNormal(Iterator begin, Iterator end, double deviation, NormalNumbers& normal) {
  std::generate(begin, end, [&] { return deviation * normal(); });
}

double deviationFor(const ParameterRun& run, double scale) {
  return scale / std::sqrt(static_cast<double>(run.arrays.front().fanIn));
}

// A group of normal numbers, each array with a deviation for its inputs; gains are 1.
void fillGroup(const ParameterRun& run, double scale, Iterator values, NormalNumbers& normal) {
  for (const ParameterArray& array : run.arrays) {
    const Iterator first = values + array.offset, last = first + array.size();
    if (array.isGain) {
      std::fill(first, last, 1.0);
    } else {
      fillNormal(first, last, scale / std::sqrt(static_cast<double>(array.fanIn)), normal);
    }
  }
}

// A lift or a transition of a dense network: the padded identity plus small numbers.
void fillNearIdentity(const ParameterRun& run, double deviation, Iterator values, NormalNumbers& normal) {
  fillNormal(values, values + run.size, deviation, normal);
  for (int i = 0; i < std::min(run.outputs(), run.inputs()); ++i) values[i * run.inputs() + i] += 1.0;
}

// Each piece of time has its own numbers, and a block those of the piece in which its midpoint lies. A piece
// is drawn when the first block in it is met; the pieces without a block are drawn and dropped, so that the
// numbers of what comes next do not depend on the depth.
void fillBlocks(const ParameterRun& run, long pieces, double scale, Iterator values, NormalNumbers& normal) {
  std::vector<double> piece(static_cast<std::size_t>(run.size));
  long drawn = 0;
  for (int k = 0; k < run.count; ++k) {
    const long wanted = (2L * k + 1) * pieces / (2L * run.count);
    for (; drawn <= wanted; ++drawn) fillGroup(run, scale, piece.begin(), normal);
    std::copy(piece.begin(), piece.end(), values + k * run.size);
  }
  for (; drawn < pieces; ++drawn) fillGroup(run, scale, piece.begin(), normal);
}

} // namespace

void fillInitialGuess(ParameterVector& x, const ParameterSpace& space,
                      const Teuchos::ParameterList& initialGuess) {
  Teuchos::ParameterList list(initialGuess);
  validateParameters(list, validNetworkParameters()->sublist("Initial Guess"), "Network > Initial Guess");
  if (list.get<std::string>("Type") == "File")
    throw ParameterError("Network > Initial Guess: \"Type\" = \"File\" and no network of a file was given; "
                         "expected \"Smooth Random\" or \"Random\".");
  const ParameterLayout& layout = space.layout();
  const double scale = list.get<double>("Scale");
  const bool smooth = list.get<std::string>("Type") == "Smooth Random";
  const long pieces = list.get<int>("Pieces");

  NormalNumbers normal(static_cast<std::uint64_t>(list.get<int>("Seed")));
  std::vector<double> values(static_cast<std::size_t>(layout.size()));
  const auto at = [&](const ParameterRun& run) { return values.begin() + run.offset; };
  const bool dense = !space.network().isConvolutional();
  const auto fillBetween = [&](const ParameterRun& run, double deviation) {
    if (dense) return fillNearIdentity(run, deviation, at(run), normal);
    fillNormal(at(run), at(run) + run.size, deviationFor(run, scale), normal);
  };
  if (layout.lift() != nullptr) fillBetween(*layout.lift(), 0.1);
  const ParameterRun& output = layout.output();
  fillNormal(at(output), values.end(), deviationFor(output, scale), normal);
  for (const ParameterRun& run : layout.runs()) {
    if (run.role == ParameterRole::Transition) fillBetween(run, deviationFor(run, 0.1));
    if (run.role != ParameterRole::Block) continue;
    fillBlocks(run, smooth ? pieces : run.count, scale, at(run), normal);
  }
  space.assign(values, x);
}

} // namespace terrace::resnet
