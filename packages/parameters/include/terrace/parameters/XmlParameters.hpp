#pragma once

#include <Teuchos_ParameterList.hpp>

#include <functional>
#include <string>

namespace terrace {

/// Whether an empty int or double is 0, as Teuchos reads it, in the list of this path ("General > Krylov").
using EmptyNumbers = std::function<bool(const std::string& path)>;

/// Reads a ParameterList from XML text, more strictly than Teuchos: Teuchos reads `type="int" value="abc"` as
/// 0 and keeps the last of two parameters of one name. Both are errors here. A "float" is a double.
///
/// \param emptyIsZero  empty: nowhere.
/// \throws std::invalid_argument with one line. It names the line of malformed XML, else the path of the
/// parameter.
Teuchos::ParameterList readXmlParameters(const std::string& text, const EmptyNumbers& emptyIsZero = {});

/// What writeXmlParameters() does with documentation strings.
enum class Documentation { Omit, AsComments };

/// Writes a list as XML. readXmlParameters() and Teuchos read it back to the same values.
std::string writeXmlParameters(const Teuchos::ParameterList& list, Documentation documentation);

} // namespace terrace
