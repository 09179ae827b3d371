#pragma once

#include <string>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::program {

/// The content of a file, read by rank 0 and given to all; collective.
/// \throws std::invalid_argument on all ranks if it cannot be read.
std::string readTextFile(const std::string& file, const Teuchos::Comm<int>& comm);

/// The content of a file, read by this process alone. \throws std::invalid_argument if it cannot be read.
std::string readOwnTextFile(const std::string& file);

/// Writes a text file, by this process alone.
/// \param shownAs  the file's name in messages, if it is written under another name first.
/// \throws std::runtime_error if it cannot be written.
void writeTextFile(const std::string& file, const std::string& text, const std::string& shownAs = "");

} // namespace terrace::program
