#pragma once

#include "metric/RowMatrix.hpp"

#include <terrace/resnet/samples/SampleSet.hpp>

namespace terrace::resnet::detail {

/// The directions in which inputs are largest: eigenvectors of mean x x^T, not centred, over the first
/// samples of a set, from the largest eigenvalue down. Found by subspace iteration (Halko, Martinsson &
/// Tropp, SIAM Review 53, 2011), from a fixed start. Collective; the same bits on any number of ranks.
/// \return features x \p count, orthonormal columns; \p count is less than the features.
RowMatrix<double> principalDirections(const SampleSet& samples, int count);

/// Floating-point operations that it takes.
double flopsOfPrincipalDirections(const SampleSet& samples, int count);

} // namespace terrace::resnet::detail
