#pragma once

#include <Teuchos_RCP.hpp>

#include <string>
#include <vector>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::program {

struct TrainOptions {
  std::string deck;
  std::string output;                   ///< run directory; "": runs/<deck's name>
  std::vector<std::string> assignments; ///< PATH=VALUE
  bool force = false;                   ///< replace an existing run directory
  bool resume = false;                  ///< go on from the checkpoint of the run directory
};

/// `terrace train`: trains the network of a deck and leaves a run directory; collective.
/// \throws std::invalid_argument for a wrong deck, data set, checkpoint or place for the run; nothing is
///         written then. \throws std::runtime_error if the run was interrupted; what it reached is written.
void train(const TrainOptions& options, const Teuchos::RCP<const Teuchos::Comm<int>>& comm);

} // namespace terrace::program
