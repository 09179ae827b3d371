#pragma once

#include <terrace/multilevel/rol/SolverCheck.hpp>

#include <Teuchos_ParameterList.hpp>

namespace terrace {

/// Every parameter of the lists General, Step and Status Test that the installed ROL lists as valid or reads,
/// for any class of problems. For the types of the values, not for their defaults.
const Teuchos::ParameterList& rolParameters();

/// What ROL reads of a deck: its parameters, with the values that the run will have. Found by making the
/// algorithm or step that the deck asks for.
/// \param deck  lists General, Step and Status Test; Step/Type is a type that the interface has.
Teuchos::ParameterList readByRol(const Teuchos::ParameterList& deck, RolInterface interface);

} // namespace terrace
