#pragma once

#include <cstddef>
#include <string>

namespace terrace::program {

/// \name Colours, dashes and marks that can be told apart in grey print and with any colour vision
///
/// The colours are from Okabe & Ito, *Color Universal Design* (2008), dark ones first. Their yellow is left
/// out: it is too pale for a line.
/// @{

/// "#rrggbb" of the item \p index; they repeat after 7.
std::string colourOf(std::size_t index);

/// The same colour mixed with white, for areas under points.
std::string paleColourOf(std::size_t index);

/// Options of gnuplot for a line: colour, dashes and marks.
std::string lineStyle(std::size_t index);

/// The number of a mark of gnuplot; the first 6 are filled shapes.
int markOf(std::size_t index);
/// @}

} // namespace terrace::program
