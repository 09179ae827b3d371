#pragma once

#include "metric/RowMatrix.hpp"

#include <terrace/resnet/samples/SampleSet.hpp>

#include <vector>

namespace terrace::resnet::detail {

/// The directions in which inputs are largest: eigenvectors of mean x x^T, not centred, over the first
/// samples of a set, from the largest eigenvalue down. Found by subspace iteration (Halko, Martinsson &
/// Tropp, SIAM Review 53, 2011), from a fixed start. Collective; the same bits on any number of ranks.
/// \param scales  the inputs are divided by them; empty: by 1.
/// \return features x \p count, orthonormal columns; \p count is less than the features.
RowMatrix<double> principalDirections(const SampleSet& samples, int count, const std::vector<double>& scales);

/// Floating-point operations that it takes.
double flopsOfPrincipalDirections(const SampleSet& samples, int count);

} // namespace terrace::resnet::detail
