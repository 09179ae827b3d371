#pragma once

#include <terrace/resnet/network/Network.hpp>

#include <Teuchos_ParameterList.hpp>
#include <Teuchos_RCP.hpp>

#include <vector>

namespace terrace::resnet {

/// Valid parameters of the deck list "Levels" with defaults, meanings and ranges.
Teuchos::RCP<const Teuchos::ParameterList> validLevelParameters();

/// How a coarse function of time becomes a fine one.
enum class Prolongation { PiecewiseConstant, PiecewiseLinear, Trajectory };

/// The deck list "Levels", checked.
struct LevelOptions {
  int levels = 1; ///< "Number of Levels".
  /// How many times fewer blocks each level has in each stage than the finest one, finest (1) first: by
  /// "Depth Coarsening" or "Depths".
  std::vector<int> coarsenings{1};
  /// One fraction of the samples for each level, finest first.
  std::vector<double> sampleFractions{1.0};
  int leastSamples = 1;    ///< Of a coarse level, where there are as many.
  int samplesTogether = 1; ///< A coarse level has whole multiples of it: Network::samplesTogether().
  Prolongation prolongation = Prolongation::PiecewiseLinear; ///< Of parameters, in time.

  /// Samples of \p level (0 = finest) of \p count on the finest.
  long samples(int level, long count) const;

  /// Reads the deck list "Levels".
  ///
  /// \param[in] levelList  checked against validLevelParameters(); missing parameters take their defaults.
  /// \param[in] network    of the finest level.
  /// \throws terrace::ParameterError if a parameter is invalid, the fractions do not descend from 1, the
  /// depths do not divide each other, or the blocks of a stage would not be a whole positive number on a
  /// level.
  static LevelOptions fromParameters(const Teuchos::ParameterList& levelList, const Network& network);
};

} // namespace terrace::resnet
