#pragma once

#include <Teuchos_ParameterEntry.hpp>
#include <Teuchos_ParameterList.hpp>

#include <string>
#include <vector>

namespace terrace::program {

/// \name The manual of a table of parameters, made from the table
/// @{

/// All values that a parameter may have if they are a list of words; else none.
std::vector<std::string> parameterChoices(const Teuchos::ParameterEntry& entry);

/// The values that a parameter may have, in words: its choices, its interval or its type.
std::string parameterRange(const Teuchos::ParameterEntry& entry);

/// Text for a terminal. \param list  of a whole deck.
std::string parametersAsText(const Teuchos::ParameterList& list);

/// Links to the lists, then a heading for each list and for each parameter.
std::string parametersAsMarkdown(const Teuchos::ParameterList& list);

/// An array of objects: path, name, type, default, range, choices (if any), meaning.
std::string parametersAsJson(const Teuchos::ParameterList& list);
/// @}

} // namespace terrace::program
