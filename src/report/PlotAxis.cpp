#include "report/PlotAxis.hpp"

#include "report/Gnuplot.hpp"

#include <cmath>
#include <cstdio>

namespace terrace::program {
namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.6g", value);
  return text;
}

std::string ticLabel(int digit, int exponent) {
  if (exponent >= -3 && exponent <= 4) return number(digit * std::pow(10.0, exponent));
  return (digit == 1 ? "10^{" : std::to_string(digit) + "·10^{") + std::to_string(exponent) + "}";
}

// Tics at powers of ten, not at all of them if there are more than eight; below three decades also at 2
// and 5.
std::string logarithmicTics(double low, double high) {
  const int first = static_cast<int>(std::floor(std::log10(low))),
            last = static_cast<int>(std::ceil(std::log10(high)));
  const double decades = std::log10(high / low);
  const int stride = 1 + static_cast<int>(decades) / 8;
  std::string tics;
  for (int exponent = first; exponent <= last; ++exponent) {
    for (const int digit : {1, 2, 3, 4, 5, 6, 7, 8, 9}) {
      const double place = digit * std::pow(10.0, exponent);
      if (place < low || place > high) continue;
      const bool major =
          digit == 1 ? exponent % stride == 0 : (decades < 3 && (digit == 2 || digit == 5)) || decades < 0.7;
      if (!major && stride > 1) continue;
      tics += (tics.empty() ? "'" : ", '") + (major ? ticLabel(digit, exponent) : "") + "' " + number(place) +
              (major ? "" : " 1");
    }
  }
  return tics;
}

} // namespace

std::string PlotAxis::commands(const std::string& name, double lowest, double highest) const {
  std::string text = "set " + name + "label " + gnuplotString(label) + "\n";
  if (!logarithmic) {
    const double margin = highest > lowest ? 0.03 * (highest - lowest) : std::fmax(std::fabs(highest), 1) / 2;
    return text + "set " + name + "range [" + number(lowest - margin) + ":" + number(highest + margin) +
           "]\n";
  }
  // At least a factor of 3, so that there are tics.
  const double middle = std::sqrt(lowest) * std::sqrt(highest);
  const double half =
      std::fmax(std::sqrt(highest / lowest) * std::pow(highest / lowest, 0.03), std::sqrt(3.0));
  const double low = middle / half, high = middle * half;
  const std::string tics = logarithmicTics(low, high);
  text += "set logscale " + name + "\nset " + name + "range [" + number(low) + ":" + number(high) + "]\n";
  return text + (tics.empty() ? "" : "set " + name + "tics (" + tics + ")\n");
}

} // namespace terrace::program
