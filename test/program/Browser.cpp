#include "Browser.hpp"

#include "TemporaryDirectory.hpp"

#include <cstdlib>
#include <stdexcept>

namespace terrace::test {

bool hasBrowser() {
  return std::system("command -v chromium >/dev/null 2>&1") == 0;
}

RenderedPage render(const std::string& file) {
  const TemporaryDirectory directory;
  const std::string out = directory.file("document"), err = directory.file("messages");
  // No sandbox: it cannot be set up by root, and the page is our own. Every host name is unknown, so that a
  // page that wants the network fails loudly.
  const std::string command =
      "timeout 120 chromium --headless --no-sandbox --disable-gpu --dump-dom "
      "--disable-dev-shm-usage --enable-logging=stderr --hide-scrollbars --window-size=1400,1000 "
      "--host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir='" +
      directory.file("profile") + "' 'file://" + file + "' >'" + out + "' 2>'" + err + "'";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("chromium failed: " + readFile(err));
  RenderedPage page;
  page.document = readFile(out);
  std::istringstream lines(readFile(err));
  for (std::string line; std::getline(lines, line);)
    if (line.find("CONSOLE") != std::string::npos) page.consoleMessages.push_back(line);
  return page;
}

} // namespace terrace::test
