#pragma once

#include <string>

namespace terrace {

/// What a parameter of an older or newer version of ROL is called in the version that Terrace is built with;
/// "" if that is not known.
/// \param path  of the list, as in messages: "General > Secant".
std::string nameInThisRol(const std::string& path, const std::string& name);

/// "ROL 13.2"
std::string rolVersion();

} // namespace terrace
