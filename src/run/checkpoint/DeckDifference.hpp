#pragma once

#include <Teuchos_ParameterList.hpp>

#include <string>

namespace terrace::program {

/// The first parameter that keeps a run of the deck \p kept from going on with the deck \p given, and its two
/// values: `Network > Width is 8 in the checkpoint and 16 in the deck`; "" if there is none.
std::string deckDifference(const Teuchos::ParameterList& kept, const Teuchos::ParameterList& given);

/// The entries that a run may go on with another value of: `Status Test, Output, ... and Network > ...`.
std::string deckEntriesThatMayDiffer();

} // namespace terrace::program
