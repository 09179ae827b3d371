#pragma once

#include <Teuchos_ParameterList.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace terrace {

/// A parameter that is misspelled, of the wrong type or out of range. what() is one line that names the
/// parameter with its full path, the value and what was expected.
class ParameterError : public std::invalid_argument {
public:
  using std::invalid_argument::invalid_argument;
};

/// Checks \p list against the table \p valid.
///
/// Every name in \p list must be in \p valid (a sublist of \p valid that is empty accepts anything), every
/// value must have the type of its default (an int is taken for a double) and pass the default's validator.
///
/// \param[in,out] list   the user's parameters; ints are turned into doubles where those are wanted.
/// \param[in]     valid  the table of valid parameters: defaults, documentation strings, validators.
/// \param[in]     path   where \p list stands in the deck, for messages ("Step > Multilevel Trust Region").
/// \throws ParameterError at the first offence.
void checkParameters(Teuchos::ParameterList& list, const Teuchos::ParameterList& valid,
                     const std::string& path = "");

/// Fills in the defaults that \p list lacks, sublists included.
void fillInDefaults(Teuchos::ParameterList& list, const Teuchos::ParameterList& defaults);

/// checkParameters() and fillInDefaults() with one table.
void validateParameters(Teuchos::ParameterList& list, const Teuchos::ParameterList& valid,
                        const std::string& path = "");

/// The candidate with the smallest edit distance to \p name (ignoring case), or "" if none is near.
std::string nearestName(const std::string& name, const std::vector<std::string>& candidates);
/// The same, where only a distance of at most \p furthest is near.
std::string nearestName(const std::string& name, const std::vector<std::string>& candidates,
                        std::size_t furthest);

/// \name Rows of a table of valid parameters: name, default, meaning and range.
/// @{

/// Range [lowest, highest].
void declareInt(Teuchos::ParameterList& table, const std::string& name, int value, const std::string& meaning,
                int lowest, int highest);
/// Range [lowest, highest]; with \p strictlyAbove the lower end itself is excluded.
void declareDouble(Teuchos::ParameterList& table, const std::string& name, double value,
                   const std::string& meaning, double lowest, double highest, bool strictlyAbove = false);
/// True or false.
void declareBool(Teuchos::ParameterList& table, const std::string& name, bool value,
                 const std::string& meaning);
/// One of \p choices; the first is not special.
void declareChoice(Teuchos::ParameterList& table, const std::string& name, const std::string& value,
                   const std::string& meaning, const std::vector<std::string>& choices);
/// Any text.
void declareString(Teuchos::ParameterList& table, const std::string& name, const std::string& value,
                   const std::string& meaning);
/// @}

} // namespace terrace
