#pragma once

#include "exchange/Layer.hpp"
#include "exchange/PortableModel.hpp"

#include <functional>
#include <string>
#include <vector>

namespace terrace::program {

/// What is read from a file before it is known to be a network of ours.
struct LayerChain {
  resnet::Shape input;
  std::vector<Layer> layers; ///< without names
  resnet::Activation activation = resnet::Activation::Tanh;
};

/// Makes a network of a chain of layers and puts it into \p model: the list `network`, features, outputs and
/// parameters. The input shape in \p model is kept if it fits.
///
/// \param known  the list `network` that the file has for itself, for what a chain does not say: loss,
///               regularisation, metric, and final times that agree with the time steps. May be empty.
/// \param reject  called with what Terrace has no network for; does not return.
void assembleNetwork(const LayerChain& chain, const Teuchos::ParameterList& known, PortableModel& model,
                     const std::function<void(const std::string&)>& reject);

} // namespace terrace::program
