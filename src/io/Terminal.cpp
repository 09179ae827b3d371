#include "io/Terminal.hpp"

#include <unistd.h>

namespace terrace::program {

bool isTerminal() {
  // The terminal that controls the session has a foreground process group; one that only looks like it has
  // none.
  return isatty(STDOUT_FILENO) == 1 && tcgetpgrp(STDOUT_FILENO) != -1;
}

} // namespace terrace::program
