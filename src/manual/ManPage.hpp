#pragma once

#include "manual/CommandPage.hpp"

namespace terrace::program {

/// A command's page for man(1), section 1, in the macros of man(7).
/// \param version  "terrace 0.1.0".
std::string manPage(const CommandPage& page, const std::string& version);

/// The pages of a command and of all below it as one Markdown document.
std::string markdownManual(const CommandPage& page, const std::string& version);

} // namespace terrace::program
