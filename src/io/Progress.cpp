#include "io/Progress.hpp"

#include <cmath>
#include <ostream>
#include <utility>

namespace terrace::program {
namespace {

constexpr double secondsBetweenUpdates = 0.2; // of the line on a terminal
constexpr double secondsBetweenLines = 1;

std::string secondsText(double seconds) {
  return std::to_string(std::lround(seconds)) + " s";
}

} // namespace

Progress::Progress(std::ostream& out, std::string things, std::size_t total, bool terminal)
    : out_(out), things_(std::move(things)), total_(total), terminal_(terminal),
      start_(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
  if (width_ > 0) out_ << '\r' << std::string(width_, ' ') << '\r' << std::flush;
}

void Progress::show(std::size_t done) {
  if (total_ == 0) return;
  if (terminal_) {
    showOnTerminal(done);
    return;
  }
  const std::size_t tenths = 10 * done / total_;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  if (tenths == tenths_ || seconds < lastShown_ + secondsBetweenLines) return;
  tenths_ = tenths;
  lastShown_ = seconds;
  out_ << done << " of " << total_ << ' ' << things_ << ", " << secondsText(seconds) << std::endl;
}

void Progress::showOnTerminal(std::size_t done) {
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  if (done == 0 || (done < total_ && seconds < lastShown_ + secondsBetweenUpdates)) return;
  lastShown_ = seconds;
  const double left = seconds * static_cast<double>(total_ - done) / static_cast<double>(done);
  std::string line = std::to_string(done) + " of " + std::to_string(total_) + ' ' + things_ + ", " +
                     secondsText(left) + " left";
  const std::size_t width = line.size();
  if (line.size() < width_) line.append(width_ - line.size(), ' ');
  width_ = width;
  out_ << '\r' << line << std::flush;
}

} // namespace terrace::program
