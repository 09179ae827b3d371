#pragma once

namespace terrace::program {

/// The style sheet of a report: dark on white, two figures in a row on a wide screen, no figure cut in print.
extern const char* const reportStyleSheet;

} // namespace terrace::program
