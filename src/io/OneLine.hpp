#pragma once

#include <string>

namespace terrace::program {

/// A message as one line: white space squeezed, and of a Teuchos exception only what follows the quoted test.
std::string oneLine(const std::string& message);

} // namespace terrace::program
