#pragma once

#include <Teuchos_ParameterList.hpp>
#include <Teuchos_RCP.hpp>

namespace terrace {

/// Valid parameters of "Step > Stochastic Gradient" and "Step > Adam", with defaults; the manual's tables are
/// made from them.
Teuchos::RCP<const Teuchos::ParameterList> validStochasticGradientParameters();
Teuchos::RCP<const Teuchos::ParameterList> validAdamParameters();

} // namespace terrace
