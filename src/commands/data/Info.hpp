#pragma once

#include <iosfwd>
#include <string>

namespace terrace::program {

/// `terrace data info`: reads a data set, checks every value and prints what is in it.
/// \throws std::invalid_argument if it is no valid data set.
void showData(const std::string& file, std::ostream& out);

} // namespace terrace::program
