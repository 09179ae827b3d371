#include "commands/History.hpp"

#include "run/History.hpp"

#include <filesystem>
#include <ostream>

namespace terrace::program {

void showHistory(const std::string& run, std::ostream& out) {
  const std::filesystem::path path(run);
  out << historyText((std::filesystem::is_directory(path) ? path / "history.h5" : path).string());
}

} // namespace terrace::program
