#pragma once

#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/network/SweepScalar.hpp>

#include <Teuchos_ParameterList.hpp>
#include <Teuchos_RCP.hpp>

namespace terrace::resnet {

/// Valid parameters of the deck list "Network" with defaults, meanings and ranges.
Teuchos::RCP<const Teuchos::ParameterList> validNetworkParameters();

/// Precision of the sweeps that the deck list "Network", complete, asks for.
SweepScalar sweepScalar(const Teuchos::ParameterList& network);

} // namespace terrace::resnet
