#pragma once

#include "manual/CommandPage.hpp"

namespace terrace::program {

/// \name Scripts by which a shell completes commands, options, choices and files of the program
/// @{
std::string bashCompletion(const CommandPage& top);
std::string zshCompletion(const CommandPage& top);
std::string fishCompletion(const CommandPage& top);
/// @}

} // namespace terrace::program
