#pragma once

#include <Teuchos_ParameterList.hpp>

namespace terrace {

/// Gives a validator to the parameters of ROL's table that name a value of one of ROL's enumerations. ROL
/// itself silently replaces a name that it does not know by a default.
void restrictRolChoices(Teuchos::ParameterList& rol);

} // namespace terrace
