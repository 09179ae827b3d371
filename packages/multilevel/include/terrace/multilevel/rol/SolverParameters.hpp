#pragma once

#include <Teuchos_ParameterList.hpp>
#include <Teuchos_RCP.hpp>

#include <string>

namespace terrace {

/// Valid parameters of "Step > Multilevel Trust Region", with defaults; the manual's table is made from it.
Teuchos::RCP<const Teuchos::ParameterList> validCycleParameters();

/// Our parameters of "General > Secant" (beside ROL's).
Teuchos::RCP<const Teuchos::ParameterList> validSecantParameters();

/// Our parameters of "Status Test" (beside ROL's).
Teuchos::RCP<const Teuchos::ParameterList> validStatusTestParameters();

/// Parameters of "Sampling".
Teuchos::RCP<const Teuchos::ParameterList> validSamplingParameters();

/// Our parameters of the lists General, Step, Sampling and Status Test with the defaults that a deck gets.
/// ROL's own parameters are not among them: the defaults in ROL's code differ from its list of valid
/// parameters.
Teuchos::RCP<const Teuchos::ParameterList> solverDefaults();

/// Fills in solverDefaults() where they apply: the list of one of our steps only for that step, the list
/// Secant only for our trust region or our secant.
void fillInSolverDefaults(Teuchos::ParameterList& parameters);

/// All valid parameters of the lists General, Step, Sampling and Status Test: ours, ROL's own
/// (`ROL::getValidROLParameters`) and those that ROL's algorithms read without listing them, for any class of
/// problems. For checking (checkSolverLists()), not for defaults.
Teuchos::RCP<const Teuchos::ParameterList> validSolverParameters();

/// "Type" of the list Step of a complete deck.
std::string stepType(const Teuchos::ParameterList& parameters);

/// Whether that type is the multilevel trust region.
bool isMultilevel(const Teuchos::ParameterList& parameters);

/// Whether that type is one of the mini-batch methods.
bool isStochastic(const Teuchos::ParameterList& parameters);

} // namespace terrace
