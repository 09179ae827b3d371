#pragma once

#include <string>

namespace terrace::program {

/// What the numbers of a run depend on in its machine. The name and address of the machine are not kept.
struct Machine {
  std::string processor; ///< model as the system names it; "" if unknown
  unsigned cores = 0;    ///< on which the system runs threads
  double memory = 0;     ///< GiB; 0 if unknown
  std::string system;    ///< operating system and architecture
  std::string compiler;  ///< of the program

  /// The machine of this process.
  static Machine here();
};

} // namespace terrace::program
