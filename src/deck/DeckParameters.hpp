#pragma once

#include <Teuchos_ParameterList.hpp>
#include <Teuchos_RCP.hpp>

namespace terrace::program {

/// Every list and parameter that a deck may hold, with defaults, meanings and validators: the packages'
/// tables (Network, Levels, Sampling, and ROL's lists General, Step, Status Test with ours) and the program's
/// own (Data, Output). The program's checks and its manual are made from this table alone.
Teuchos::RCP<const Teuchos::ParameterList> validDeckParameters();

/// Those of them that are ours: what is filled in where a deck is silent.
Teuchos::RCP<const Teuchos::ParameterList> deckDefaults();

/// The same parameters in the table's order, with the table's documentation and without its validators.
Teuchos::ParameterList inTableOrder(const Teuchos::ParameterList& list, const Teuchos::ParameterList& table);

} // namespace terrace::program
