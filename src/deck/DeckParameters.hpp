#pragma once

#include <Teuchos_ParameterList.hpp>
#include <Teuchos_RCP.hpp>

namespace terrace::program {

/// Every list and parameter that a deck may hold, with defaults, meanings and validators. The packages have
/// the tables of Network, Levels, Sampling, General, Step and Status Test, the program those of Data and
/// Output. The program's checks and its manual are made from this table alone.
Teuchos::RCP<const Teuchos::ParameterList> validDeckParameters();

/// The parameters among them that are ours, not ROL's: their defaults are filled into decks.
Teuchos::RCP<const Teuchos::ParameterList> deckDefaults();

/// The parameters of \p list in the order of \p table, with its documentation and without its validators.
Teuchos::ParameterList inTableOrder(const Teuchos::ParameterList& list, const Teuchos::ParameterList& table);

} // namespace terrace::program
