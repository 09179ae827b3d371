#pragma once

#include <terrace/resnet/network/Network.hpp>

#include <Teuchos_ParameterList.hpp>
#include <Teuchos_RCP.hpp>

#include <string>
#include <vector>

namespace terrace::resnet {

enum class SweepScalar; // of SampleSet.hpp

/// Valid parameters of the deck list "Network" with defaults, meanings and ranges.
Teuchos::RCP<const Teuchos::ParameterList> validNetworkParameters();

/// Valid parameters of the deck list "Levels" with defaults, meanings and ranges.
Teuchos::RCP<const Teuchos::ParameterList> validLevelParameters();

/// Precision of the sweeps that the deck list "Network", complete, asks for.
SweepScalar sweepScalar(const Teuchos::ParameterList& network);

/// How a coarse function of time becomes a fine one.
enum class Prolongation { PiecewiseConstant, PiecewiseLinear };

/// The deck list "Levels", checked.
struct LevelOptions {
  int levels = 1;
  int depthCoarsening = 2;
  /// One fraction of the samples for each level, finest first.
  std::vector<double> sampleFractions{1.0};
  int leastSamples = 1; ///< Of a coarse level, where there are as many.
  Prolongation prolongation = Prolongation::PiecewiseLinear;

  /// Samples of \p level (0 = finest) of \p count on the finest.
  long samples(int level, long count) const;

  /// Blocks of \p level (0 = finest) when the finest level has \p finestBlocks.
  int blocks(int level, int finestBlocks) const;

  /// Reads the deck list "Levels".
  ///
  /// \param[in] levelList  checked against validLevelParameters(); missing parameters take their defaults.
  /// \param[in] blocks     blocks of the finest network.
  /// \throws terrace::ParameterError if a parameter is invalid, the fractions do not descend from 1, or a
  /// level's
  ///         blocks would not be a whole positive number.
  static LevelOptions fromParameters(const Teuchos::ParameterList& levelList, int blocks);
};

} // namespace terrace::resnet
