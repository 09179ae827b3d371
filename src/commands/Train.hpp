#pragma once

#include "commands/Command.hpp"

#include <string>
#include <vector>

namespace terrace::program {

struct TrainOptions {
  std::string deck;
  std::string output;                   ///< run directory; "": runs/<deck's name>
  std::vector<std::string> assignments; ///< PATH=VALUE
  bool force = false;                   ///< replace an existing run directory
  bool resume = false;                  ///< resume from the checkpoint of the run directory
  bool strict = false;                  ///< what has no effect in the deck is an error
};

/// Adds `terrace train`.
void addTrain(CLI::App& parent, Action& chosen);

/// Trains the network of a deck and leaves a run directory; collective.
/// \throws std::invalid_argument for a wrong deck, data set, checkpoint or place for the run; nothing is
/// written
///         then. \throws std::runtime_error if the run was interrupted; what it reached is written.
void train(const TrainOptions& options, const Communicator& comm);

} // namespace terrace::program
