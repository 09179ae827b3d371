#pragma once

#include <string>
#include <vector>

namespace Teuchos {
class ParameterList;
}

namespace terrace::program {

/// Takes lists and parameters of other programs (ROL's decks have "Problem", "Mesh" and the like) from the
/// top of a deck, with a warning that names them.
///
/// A name stays, for the check against \p valid to refuse, if it is near to one at the top of \p valid
/// (nearestName()).
/// \throws ParameterError if one of our own lists in \p valid has the name: then it stands in the wrong
/// place.
void removeForeignEntries(Teuchos::ParameterList& deck, const Teuchos::ParameterList& valid,
                          std::vector<std::string>& warnings);

} // namespace terrace::program
