#pragma once

#include <Teuchos_ParameterList.hpp>
#include <Teuchos_RCP.hpp>

#include <string>

namespace terrace {

/// Valid parameters of "Step > Stochastic Gradient", with defaults; the manual's table is made from it.
Teuchos::RCP<const Teuchos::ParameterList> validStochasticGradientParameters();
/// Valid parameters of "Step > Adam", likewise.
Teuchos::RCP<const Teuchos::ParameterList> validAdamParameters();

/// "Type" of the list Step of a complete deck: "Stochastic Gradient" or "Adam".
std::string stochasticMethod(const Teuchos::ParameterList& parameters);

/// The list of that method.
const Teuchos::ParameterList& stochasticList(const Teuchos::ParameterList& parameters);

} // namespace terrace
