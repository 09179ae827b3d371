#pragma once

#include <Teuchos_ParameterList.hpp>

namespace terrace {

/// Gives the parameters of ROL's table that name one of ROL's enumerations a validator: ROL itself takes a
/// name it does not know for its default, without a word.
void restrictRolChoices(Teuchos::ParameterList& rol);

} // namespace terrace
