#include "arrays/ArrayImages.hpp"

#include <algorithm>

namespace terrace::program {

bool hasImages(const ColumnSource& source) {
  return source.hasBytes() && source.rowShape().size() > 1;
}

bool holdsArrayImages(const dataset::TableConversion& conversion) {
  if (ArrayFile::open(conversion.table) == nullptr) return false;
  const ArrayChoice choice(conversion.table, conversion);
  return hasImages(choice.inputs());
}

dataset::LabelledImages readImages(ColumnSource source) {
  dataset::LabelledImages images;
  images.shape.assign(source.rowShape().begin(), source.rowShape().end());
  images.labels.assign(source.rows(), 0);
  images.pixels.reserve(source.rows() * source.columns());
  constexpr std::size_t together = 256;
  for (std::size_t row = 0; row < source.rows(); row += together)
    for (const double value : source.next(std::min(together, source.rows() - row)))
      images.pixels.push_back(static_cast<std::uint8_t>(value));
  return images;
}

} // namespace terrace::program
