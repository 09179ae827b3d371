#pragma once

#include <Teuchos_ParameterList.hpp>

#include <string>
#include <vector>

namespace terrace {

/// The names of a list's parameters and sublists, in their order; the list may then be changed.
std::vector<std::string> namesOf(const Teuchos::ParameterList& list);

} // namespace terrace
