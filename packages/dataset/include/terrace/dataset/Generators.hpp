#pragma once

#include <terrace/dataset/Dataset.hpp>

#include <cstddef>
#include <cstdint>

namespace terrace::dataset {

/// \name Generated data sets: points of the plane in classes of equal size (but for a remainder).
///
/// Sample i is of class i modulo the number of classes. Training and test points come from separate random
/// streams of the seed, so that the number of one does not change the other. The noise is added to both
/// coordinates after the class is known. The description of the data set says how it was made.
///
/// \throws std::invalid_argument that names the option, its value and the range, e.g. "spiral: arms = 1 is
///       out of range; expected 2..1000."
/// @{

/// Options of all generators.
struct GeneratorOptions {
  std::size_t trainSamples = 5000; ///< classes..100000000.
  std::size_t testSamples = 1000;  ///< classes..100000000, or 0: no test set.
  double noise = 0.0;              ///< standard deviation, 0..10.
  std::uint64_t seed = 1;          ///< of the random points and of the noise.
};

/// Options of makeSpiral().
struct SpiralOptions : GeneratorOptions {
  SpiralOptions() { noise = 0.02; }
  int arms = 2;       ///< number of classes, 2..1000.
  double turns = 1.5; ///< full turns of an arm, 0..100; negative turns clockwise.
};

/// Spiral arms, one a class: radius 0.1 + 0.9 t, angle 2 pi (turns t + arm/arms), t uniform in [0, 1).
/// Without noise in the unit disc.
Dataset makeSpiral(const SpiralOptions& options);

/// Options of makeSmiley().
struct SmileyOptions : GeneratorOptions {
  SmileyOptions() { noise = 0.02; }
  int classes = 3; ///< 3..6.
};

/// A smiling face in the unit disc, points uniform in the area of each part.
///
/// Class 0: the outline, a ring of radii 0.85 and 1. 1: the eyes, discs of radius 0.15 at (-0.35, 0.35) and
/// (0.35, 0.35). 2: the mouth, the arc of radii 0.45 and 0.6 about (0, 0) from 200 to 340 degrees. With four
/// classes or more, 1 is the left eye and 3 the right one; 4: the nose, a disc of radius 0.1 at (0, 0); 5:
/// the skin, all that the other parts leave of the disc.
Dataset makeSmiley(const SmileyOptions& options);

/// Options of makePeaks().
struct PeaksOptions : GeneratorOptions {
  int classes = 5; ///< 2..50.
};

/// Level sets of MATLAB's peaks function over [-3, 3] x [-3, 3]: class c holds the points whose z lies in the
/// c-th of `classes` intervals of equal length between its smallest and its largest value. Points are uniform
/// within a class. Source: Haber & Ruthotto, Stable architectures for deep neural networks (2017).
Dataset makePeaks(const PeaksOptions& options);

/// MATLAB's peaks function.
double peaks(double x, double y);

/// Level of the value \p z of peaks() among \p classes of equal height.
int peaksLevel(double z, int classes);
/// @}

} // namespace terrace::dataset
