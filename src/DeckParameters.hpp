#pragma once

#include <Teuchos_ParameterList.hpp>
#include <Teuchos_RCP.hpp>

#include <string>

namespace terrace::program {

/// Every list and parameter that a deck may hold, with defaults, meanings and validators: the packages'
/// tables (Network, Levels, General, Step, Status Test) and the program's own (Data, Sampling, Output).
///
/// The program's checks, defaults and manual are made from this table alone.
Teuchos::RCP<const Teuchos::ParameterList> validDeckParameters();

/// Whether a parameter is ours, by its path ("General/Secant/Type"): those of General, Step and Status Test
/// that ROL brings are not.
bool isTerraceParameter(const std::string& path);

} // namespace terrace::program
