#pragma once

#include <Teuchos_ParameterList.hpp>

#include <string>

namespace terrace::program {

/// The first difference because of which a run of the deck \p kept cannot resume with the deck \p given, as
/// `Network > Width is 8 in the checkpoint and 16 in the deck`; "" if there is none.
std::string deckDifference(const Teuchos::ParameterList& kept, const Teuchos::ParameterList& given);

/// The entries that may differ when a run resumes: `Status Test, Output, ... and Network > ...`.
std::string deckEntriesThatMayDiffer();

} // namespace terrace::program
