#pragma once

// Short runs whose messages are counted.

#include "MpiCounts.hpp"

#include <terrace/resnet/samples/SampleSet.hpp>

#include <Teuchos_ParameterList.hpp>

#include <functional>
#include <limits>
#include <vector>

namespace terrace::scale {

/// This rank's share of MATLAB's peaks.
resnet::SampleSet makeSamples(long samples);

/// Of a network of 32 blocks of 8 neurons; what \p change does not say has its default. A run ends by its
/// limits alone.
Teuchos::ParameterList makeParameters(int levels, const std::function<void(Teuchos::ParameterList&)>& change);
/// Step > Multilevel Trust Region.
Teuchos::ParameterList& cycleOf(Teuchos::ParameterList& parameters);

/// A row of a run's history, and what happened since the row before.
struct Row {
  int level;
  bool isStochastic;
  Counts counts;
  long gradients; ///< evaluations
  double value;   ///< of the level
};

/// A run's history, and where its calls come from.
struct Run {
  std::vector<Row> rows;
  std::vector<Caller> callers; ///< from a row on
};

/// \param firstNoted  row from which on the callers are noted.
Run run(const resnet::SampleSet& training, Teuchos::ParameterList parameters,
        int firstNoted = std::numeric_limits<int>::max());

/// Cycles of so many steps on one level.
Run runOneLevel(const resnet::SampleSet& training, int stepsOfCycle, int cycles,
                int firstNoted = std::numeric_limits<int>::max());

/// What rows took together.
struct Sum {
  Counts counts{};
  long rows = 0;
  long gradients = 0;
};

/// Of the rows that \p takes chooses, from row \p first on.
Sum sumOf(
    const std::vector<Row>& rows, std::size_t first,
    const std::function<bool(std::size_t)>& takes = [](std::size_t) { return true; });

} // namespace terrace::scale
