#pragma once

namespace terrace::program {

/// Whether a person watches standard output, so that a line may be written over.
///
/// False under mpiexec: its processes always have a terminal, even where its own output goes to a file.
bool isTerminal();

} // namespace terrace::program
