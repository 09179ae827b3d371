#include "arrays/HyperspectralCube.hpp"

#include "arrays/ArrayChoice.hpp"

#include <terrace/parameters/ParameterText.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace terrace::program {
namespace {

// Row or column of a patch's pixel, moved into the image.
std::size_t inside(std::size_t centre, std::size_t offset, std::size_t half, std::size_t extent) {
  const std::size_t shifted = centre + offset; // half too large
  return shifted < half ? 0 : std::min(shifted - half, extent - 1);
}

} // namespace

void HyperspectralCube::appendPatch(std::size_t pixel, std::size_t side, std::vector<double>& to) const {
  const std::size_t row = pixel / columns, column = pixel % columns, half = side / 2;
  for (std::size_t band = 0; band < bands; ++band)
    for (std::size_t y = 0; y < side; ++y)
      for (std::size_t x = 0; x < side; ++x) {
        const std::size_t from = inside(row, y, half, rows) * columns + inside(column, x, half, columns);
        to.push_back(values[from * bands + band]);
      }
}

HyperspectralCube HyperspectralCube::read(const dataset::TableConversion& source) {
  dataset::TableConversion ofCube;
  ofCube.table = source.table;
  ofCube.inputs = source.inputs;
  const ArrayChoice choice(ofCube.table, ofCube);
  auto array = choice.inputs();
  const auto& shape = array.rowShape();
  if (shape.size() != 2) {
    std::vector<std::size_t> found{array.rows()};
    found.insert(found.end(), shape.begin(), shape.end());
    throw std::invalid_argument(array.name() + ": is " + shapeText(found) +
                                "; expected a cube, rows x columns x bands.");
  }
  HyperspectralCube cube{array.name(), array.rows(), shape[0], shape[1], {}};
  cube.values = array.next(array.rows());
  return cube;
}

GroundTruth readGroundTruth(const std::string& file, const std::string& array,
                            const HyperspectralCube& cube) {
  dataset::TableConversion ofMap;
  ofMap.table = file;
  if (!array.empty()) ofMap.inputs = {array};
  const ArrayChoice choice(file, ofMap);
  auto map = choice.inputs();
  if (map.rowShape() != std::vector<std::size_t>{cube.columns} || map.rows() != cube.rows)
    throw std::invalid_argument(map.name() + ": is " + std::to_string(map.rows()) + " x " +
                                shapeText(map.rowShape()) + "; expected a class for each of the " +
                                shapeText({cube.rows, cube.columns}) + " pixels of " + cube.name + ".");
  GroundTruth truth{map.name(), map.next(map.rows())};
  for (std::size_t pixel = 0; pixel < truth.values.size(); ++pixel)
    if (truth.values[pixel] < 0 || truth.values[pixel] != std::floor(truth.values[pixel]))
      throw std::invalid_argument(truth.name + ": row " + std::to_string(pixel / cube.columns) + ", column " +
                                  std::to_string(pixel % cube.columns) + " has " +
                                  shortestText(truth.values[pixel]) +
                                  "; expected classes 1, 2, ..., and 0 where there is none.");
  return truth;
}

} // namespace terrace::program
