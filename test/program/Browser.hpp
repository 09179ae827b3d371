#pragma once

#include <string>
#include <vector>

namespace terrace::test {

/// What Chromium without a window made of a page.
struct RenderedPage {
  std::vector<std::string> consoleMessages; ///< of scripts, the style sheet and loading
  std::string document;                     ///< the document as it is after loading and running its scripts
};

/// Whether Chromium is installed.
bool hasBrowser();

/// Opens a page from the disk, without network. \throws std::runtime_error if Chromium fails.
RenderedPage render(const std::string& file);

} // namespace terrace::test
