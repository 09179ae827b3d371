#include "report/PlotStyle.hpp"

#include <array>
#include <cstdio>

namespace terrace::program {
namespace {

constexpr std::array<unsigned, 7> colours{0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7,
                                          0xE69F00, 0x56B4E9, 0x000000};
constexpr std::array<int, 12> marks{7, 5, 9, 13, 11, 15, 6, 4, 8, 12, 10, 14};
constexpr std::array<const char*, 4> dashes{"solid", "(12,5)", "(4,4)", "(14,4,3,4)"};

std::string colourText(unsigned colour) {
  char text[8];
  std::snprintf(text, sizeof(text), "#%06X", colour);
  return text;
}

} // namespace

std::string colourOf(std::size_t index) {
  return colourText(colours[index % colours.size()]);
}

std::string paleColourOf(std::size_t index) {
  const unsigned colour = colours[index % colours.size()];
  unsigned pale = 0;
  for (const unsigned shift : {16U, 8U, 0U}) {
    const unsigned part = colour >> shift & 0xFFU;
    pale |= (part + 3 * (0xFFU - part) / 4) << shift;
  }
  return colourText(pale);
}

std::string lineStyle(std::size_t index) {
  return "linecolor '" + colourOf(index) + "' dashtype " + dashes[index % dashes.size()] + " pointtype " +
         std::to_string(markOf(index));
}

int markOf(std::size_t index) {
  return marks[index % marks.size()];
}

} // namespace terrace::program
