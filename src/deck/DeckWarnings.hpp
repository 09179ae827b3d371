#pragma once

#include <string>
#include <vector>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::program {

/// Prints what has no effect in a deck on standard error, all at once, by rank 0.
/// \param file  the deck, as the user named it.
/// \throws std::invalid_argument with all sentences if \p strict and there are any.
void reportWarnings(const std::vector<std::string>& warnings, const std::string& file, bool strict,
                    const Teuchos::Comm<int>& comm);

} // namespace terrace::program
