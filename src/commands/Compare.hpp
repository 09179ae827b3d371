#pragma once

#include <Teuchos_RCP.hpp>

#include <string>
#include <vector>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::program {

struct CompareOptions {
  std::string study;
  std::string output;                   ///< study directory; "": runs/<study's name>
  std::vector<std::string> assignments; ///< PATH=VALUE, for what all runs share
  bool force = false;                   ///< make all runs anew
};

/// `terrace compare`: makes the runs of a study that are not there yet, then compares all of them;
/// collective.
///
/// A run whose solver fails is a row with its reason. An interrupted run is dropped, and the next call goes
/// on with it. \throws std::invalid_argument for a wrong study, data set or directory: nothing is run then.
/// \throws std::runtime_error if it was interrupted.
void compare(const CompareOptions& options, const Teuchos::RCP<const Teuchos::Comm<int>>& comm);

} // namespace terrace::program
