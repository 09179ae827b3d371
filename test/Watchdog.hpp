#pragma once

namespace terrace::test {

/// Ends a test program that waits for ever, such as ranks that wait for each other: after the seconds of the
/// environment variable TERRACE_WATCHDOG_SECONDS (1200; 0: never) this process prints its stack and aborts.
/// All ranks begin together, so each prints its own.
///
/// \param rank  of this process, for the message.
void startWatchdog(int rank);

} // namespace terrace::test
