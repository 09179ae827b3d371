#pragma once

#include <string>

namespace terrace::program {

/// The machine that a run ran on, as far as its numbers depend on it. No name or address of it is kept.
struct Machine {
  std::string processor; ///< model, as the system names it; "" if unknown
  unsigned cores = 0;    ///< that the system runs threads on
  double memory = 0;     ///< GiB; 0 if unknown
  std::string system;    ///< operating system and architecture
  std::string compiler;  ///< that the program was made with

  /// The machine of this process.
  static Machine here();
};

} // namespace terrace::program
