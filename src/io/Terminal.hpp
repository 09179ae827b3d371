#pragma once

namespace terrace::program {

/// Whether a person watches standard output, so that a line may be written over.
///
/// False under mpiexec, whose processes have a terminal of its making even where its own output goes to a
/// file.
bool isTerminal();

} // namespace terrace::program
