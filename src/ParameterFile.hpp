#pragma once

#include <Teuchos_ParameterList.hpp>

#include <string>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::program {

/// Reads a list of parameters from an XML file, or a YAML file (.yaml, .yml), on all ranks alike; collective.
/// \throws std::invalid_argument with one line that begins with the file.
Teuchos::ParameterList readParameterFile(const std::string& file, const Teuchos::Comm<int>& comm);

} // namespace terrace::program
