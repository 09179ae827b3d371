#pragma once

#include <terrace/dataset/TableConversion.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace terrace::program {

/// An image with many channels, called bands, whose pixels are samples: by themselves, or with those around
/// them.
struct HyperspectralCube {
  std::string name;           ///< Of file and array, for messages.
  std::size_t rows = 0;       ///< Of pixels.
  std::size_t columns = 0;    ///< Of pixels.
  std::size_t bands = 0;      ///< Of each pixel.
  std::vector<double> values; ///< rows x columns x bands, in C order.

  std::size_t pixels() const { return rows * columns; }

  /// Appends the \p side x \p side pixels around a pixel, bands x side x side in C order. Outside of the
  /// image is what its nearest pixel has. \param pixel  row * columns + column. \param side   odd; 1: the
  /// pixel alone.
  void appendPatch(std::size_t pixel, std::size_t side, std::vector<double>& to) const;

  /// Reads an array rows x columns x bands, named as the inputs of \p source, or the only one of the file.
  /// \throws std::invalid_argument if it is something else or has values that are not finite.
  static HyperspectralCube read(const dataset::TableConversion& source);
};

/// The classes of a cube's pixels.
struct GroundTruth {
  std::string name;           ///< Of file and array, for messages.
  std::vector<double> values; ///< A class for each pixel of the cube, in its order; 0: none.
};

/// Reads an array rows x columns of a file.
/// \param array  its name; "": it is the only one.
/// \throws std::invalid_argument if it does not fit the cube.
GroundTruth readGroundTruth(const std::string& file, const std::string& array, const HyperspectralCube& cube);

} // namespace terrace::program
