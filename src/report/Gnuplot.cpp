#include "report/Gnuplot.hpp"

#include "io/ChildProcess.hpp"
#include "io/TextFile.hpp"

#include <terrace/parameters/OneLine.hpp>

#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace terrace::program {

Gnuplot::Gnuplot() {
  if (runChild({"gnuplot", "--version"}) != 0)
    throw std::runtime_error("gnuplot cannot be started; a report needs it (Debian: gnuplot-nox).");
  std::string pattern = (std::filesystem::temp_directory_path() / "terrace-report-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw std::runtime_error(pattern + ": cannot be made (" + std::strerror(errno) + ").");
  folder_ = pattern;
}

Gnuplot::~Gnuplot() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Gnuplot::requireGoing() const {
  if (interrupts_.interrupted()) throw std::runtime_error("interrupted; no report was written.");
}

std::string Gnuplot::run(const std::string& script) const {
  requireGoing();
  const auto input = folder_ / "script.gp", output = folder_ / "output", errors = folder_ / "errors";
  writeTextFile(input.string(), script);
  // The user's own settings (~/.gnuplot) are not read: -d.
  const int status = runChild({"gnuplot", "-d", input.string()}, {output.string(), errors.string()});
  requireGoing();
  if (status != 0)
    throw std::runtime_error("gnuplot ended with status " + std::to_string(status) + ": " +
                             oneLine(readOwnTextFile(errors.string())));
  const std::string drawing = readOwnTextFile(output.string());
  for (const auto& file : {input, output, errors}) std::filesystem::remove(file);
  return drawing;
}

std::string gnuplotString(const std::string& text) {
  // In double quotes. Signs that mean something to gnuplot (quotes; back quotes: a command) become octal
  // numbers; bytes of UTF-8 beyond ASCII stay. gnuplot 5.4 reads a digit behind an octal number as a part of
  // it, so that digit becomes an octal number too.
  std::string result = "\"";
  bool afterOctal = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain =
        byte >= 0x80 || c == ' ' || std::isalpha(byte) != 0 || (std::isdigit(byte) != 0 && !afterOctal);
    char octal[5];
    std::snprintf(octal, sizeof(octal), "\\%03o", byte < 0x20 ? ' ' : byte);
    result += plain ? std::string(1, c) : octal;
    afterOctal = !plain;
  }
  return result + '"';
}

} // namespace terrace::program
