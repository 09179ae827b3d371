#pragma once

#include <Teuchos_ParameterEntry.hpp>

#include <string>

namespace terrace {

/// The type of a parameter as decks spell it: "int", "double", "bool", "string", "Array(int)",
/// "Array(double)" or "Array(string)"; "" for a type that a deck cannot hold.
std::string parameterType(const Teuchos::ParameterEntry& entry);

/// The value of a parameter as decks spell it. A double is the shortest text that reads back to the same
/// number.
std::string parameterText(const Teuchos::ParameterEntry& entry);

/// Reads \p text as a value of \p type, one of the names of parameterType(). Arrays are `{1.0, 0.2}` or
/// `1.0, 0.2`.
///
/// Nothing is converted silently: "abc" and "1.5" are not ints.
/// \throws std::invalid_argument ("abc" is not an int) if the text is not of that type or the type is
/// unknown.
Teuchos::ParameterEntry parseParameter(const std::string& text, const std::string& type);

/// The shortest text that reads back to the same double.
std::string shortestText(double value);

} // namespace terrace
