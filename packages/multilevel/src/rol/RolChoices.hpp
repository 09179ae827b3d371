#pragma once

#include <terrace/multilevel/rol/SolverCheck.hpp>

#include <Teuchos_ParameterList.hpp>

#include <string>
#include <vector>

namespace terrace {

/// Gives a validator to the parameters of ROL's table that name a value of one of ROL's enumerations. ROL
/// itself silently replaces a name that it does not know by a default.
void restrictRolChoices(Teuchos::ParameterList& rol);

/// A parameter of ROL that names a method, and the methods that one of ROL's factories can make.
struct RolChoice {
  std::vector<std::string> lists; ///< from the deck down
  std::string name;
  std::vector<std::string> values;
};

/// The choices that a run of the deck reads. ROL's enumerations have more values; ROL replaces those by
/// another method, or crashes.
/// \param deck  lists General and Step; Step/Type is one of ROL's.
std::vector<RolChoice> implementedChoices(const Teuchos::ParameterList& deck, RolInterface interface);

/// ROL's name that equals \p value as ROL compares names, without blanks, punctuation and case; "" if none
/// does.
std::string rolName(const std::string& value, const std::vector<std::string>& names);

/// The types of Step that ROL has for unconstrained problems, and those that it has for others only.
std::vector<std::string> unconstrainedTypes();
std::vector<std::string> constrainedTypes();

} // namespace terrace
