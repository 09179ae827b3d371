#pragma once

#include "arrays/ArrayConversion.hpp"

#include <string>
#include <vector>

namespace terrace::program {

/// How a hyperspectral cube with a map of classes becomes a data set.
struct CubeConversion {
  dataset::TableConversion
      table;               ///< file, `inputs` the array of the cube, `label` that of the map, share, seed
  std::string groundTruth; ///< file of the map
  int patch = 1;           ///< side of the patches; 1: pixels
  std::vector<std::string> classNames; ///< one a class, in their order; empty: their numbers in the map
};

/// Makes a data set for classification of the pixels that have a class, row by row; those with 0 are left
/// out. A sample is a pixel (`input_shape` is bands), or the patch around it (bands x side x side, see
/// HyperspectralCube). Values are as in the file. Test samples are drawn class by class.
/// \param decisions  receives what was found, for the user.
/// \throws std::invalid_argument of one line.
void convertCube(const CubeConversion& conversion, const std::string& output, const std::string& description,
                 std::vector<std::string>& decisions, const RowProgress& progress);

} // namespace terrace::program
