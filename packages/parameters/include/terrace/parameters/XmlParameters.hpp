#pragma once

#include <Teuchos_ParameterList.hpp>

#include <string>

namespace terrace {

/// Reads a ParameterList from XML text, more strictly than Teuchos: Teuchos reads `type="int" value="abc"` as
/// 0 and keeps the last of two parameters of one name. Both are errors here.
///
/// \throws std::invalid_argument with one line. It names the line of malformed XML, else the path of the
/// parameter.
Teuchos::ParameterList readXmlParameters(const std::string& text);

/// What writeXmlParameters() does with documentation strings.
enum class Documentation { Omit, AsComments };

/// Writes a list as XML. readXmlParameters() and Teuchos read it back to the same values.
std::string writeXmlParameters(const Teuchos::ParameterList& list, Documentation documentation);

} // namespace terrace
