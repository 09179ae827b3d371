#pragma once

namespace terrace::program {

/// The style sheet of a report: dark on white, two figures a row on a wide screen, whole figures in print.
extern const char* const reportStyleSheet;

} // namespace terrace::program
