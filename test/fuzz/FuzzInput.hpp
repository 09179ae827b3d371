#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace terrace::fuzz {

/// The input as a file in memory (/dev/shm); every input of a process has the same name.
std::string asFile(const std::uint8_t* bytes, std::size_t size, const std::string& extension);

/// Runs a reader. An input may be refused by a std::invalid_argument, whose message is one line of moderate
/// length; any other exception is a finding and ends the process.
void read(const std::function<void()>& reader);

} // namespace terrace::fuzz
