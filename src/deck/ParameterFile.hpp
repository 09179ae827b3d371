#pragma once

#include <Teuchos_ParameterList.hpp>

#include <string>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::program {

/// Reads a list of parameters from an XML file, or a YAML file (.yaml, .yml), on all ranks alike; collective.
/// In YAML the outermost name may be left out: the file then begins with the lists of a deck.
/// \throws std::invalid_argument with one line that begins with the file.
Teuchos::ParameterList readParameterFile(const std::string& file, const Teuchos::Comm<int>& comm);

} // namespace terrace::program
