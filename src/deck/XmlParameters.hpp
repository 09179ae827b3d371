#pragma once

#include <Teuchos_ParameterList.hpp>

#include <string>

namespace terrace::program {

/// Reads a ParameterList from XML text, strictly: where Teuchos turns `type="int" value="abc"` into 0 and
/// keeps the last of two parameters of one name, this throws.
///
/// \throws std::invalid_argument with one line: the line number for malformed XML, else the path of the
/// parameter.
Teuchos::ParameterList readXmlParameters(const std::string& text);

/// How writeXmlParameters() treats documentation strings.
enum class Documentation { Omit, AsComments };

/// Writes a list as XML that readXmlParameters() and Teuchos read back to the same values.
std::string writeXmlParameters(const Teuchos::ParameterList& list, Documentation documentation);

} // namespace terrace::program
