#pragma once

#include <Teuchos_RCP.hpp>

#include <string>
#include <vector>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::program {

/// Runs the command that the command line names, on all ranks. Only rank 0 writes to standard output.
///
/// \param arguments  the command line without the program's name.
/// \throws std::invalid_argument if the command line is wrong, and what the command throws.
void runCommandLine(const std::vector<std::string>& arguments,
                    const Teuchos::RCP<const Teuchos::Comm<int>>& comm);

} // namespace terrace::program
