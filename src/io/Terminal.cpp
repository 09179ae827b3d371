#include "io/Terminal.hpp"

#include <unistd.h>

namespace terrace::program {

bool isTerminal() {
  // Only the terminal that controls the session has a foreground process group.
  return isatty(STDOUT_FILENO) == 1 && tcgetpgrp(STDOUT_FILENO) != -1;
}

} // namespace terrace::program
