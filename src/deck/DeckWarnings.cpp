#include "deck/DeckWarnings.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/multilevel/rol/SolverCheck.hpp>

#include <iostream>
#include <stdexcept>

namespace terrace::program {

void reportWarnings(const std::vector<std::string>& warnings, const std::string& file, bool strict,
                    const Teuchos::Comm<int>& comm) {
  if (warnings.empty()) return;
  if (!strict) {
    if (dataset::isRoot(comm))
      std::cerr << "terrace: " << warningText(warnings, file) << "  (errors with --strict)\n" << std::flush;
    return;
  }
  std::string message = file + ":";
  for (const auto& warning : warnings) message += " " + warning;
  throw std::invalid_argument(message);
}

} // namespace terrace::program
