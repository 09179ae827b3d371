#pragma once

#include <string>
#include <vector>

namespace terrace::program {

/// Where the streams of another program go; its standard input is empty.
struct ChildStreams {
  std::string output = "/dev/null"; ///< file that is replaced by what it writes to standard output
  std::string errors = "/dev/null"; ///< the same for standard error
};

/// Runs another program and waits for its end.
///
/// The program gets its arguments as they are. No shell reads them, so a name may hold quotation marks, back
/// quotes, line ends and `$()`.
///
/// \param arguments  its name, which is looked up in PATH, and what follows; not empty.
/// \return its exit status; 127 if it cannot be started, 128 + n if signal n ended it.
int runChild(const std::vector<std::string>& arguments, const ChildStreams& streams = {});

} // namespace terrace::program
