#pragma once

#include <string>

namespace terrace {

/// Makes one line of a message: white space becomes single spaces. Of a message by Teuchos only the text
/// behind the failed test is kept, and the line of a parsed file if Teuchos names one.
std::string oneLine(const std::string& message);

} // namespace terrace
