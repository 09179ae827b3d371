#pragma once

#include "exchange/PortableModel.hpp"

#include <string>

namespace terrace::program {

/// The text of a Python module with a torch.nn.Module of the network, which reads its numbers from a NumPy
/// archive of writeNpz() and writes them to one.
/// \param archive  the archive's file name, for the text's example.
std::string torchModule(const PortableModel& model, const std::string& archive);

} // namespace terrace::program
