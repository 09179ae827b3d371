#include "metric/PrincipalDirections.hpp"

#include "metric/SymmetricEigenvectors.hpp"

#include <terrace/resnet/parameters/CompensatedSum.hpp>

#include <cmath>
#include <random>

namespace terrace::resnet::detail {
namespace {

constexpr int iterations = 4;
constexpr int extraColumns = 8;
constexpr long mostSamples = 2048;

SampleSet leadingSamples(const SampleSet& samples) {
  return samples.leading(std::min(samples.globalCount(), mostSamples));
}

// features x 128 samples of a group, in double; zeros after the last sample.
template <class Scalar>
void loadGroup(const SampleSet& samples, int first, RowMatrix<double>& X) {
  const auto inputs =
      Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), samples.arrays<Scalar>().inputs);
  const int count = std::min(samples.localCount() - first, samplesOfGroup);
  for (int i = 0; i < X.rows(); ++i)
    for (int s = 0; s < samplesOfGroup; ++s)
      X(i, s) =
          s < count
              ? static_cast<double>(inputs(static_cast<std::size_t>(i), static_cast<std::size_t>(first + s)))
              : 0.0;
}

// X = diag(1 / scales) X
void divideRows(RowMatrix<double>& X, const std::vector<double>& scales) {
  for (std::size_t i = 0; i < scales.size(); ++i)
    for (int s = 0; s < X.columns(); ++s) X(static_cast<int>(i), s) /= scales[i];
}

// mean x x^T V of scaled inputs x
RowMatrix<double> multiplyByCovariance(const SampleSet& samples, const std::vector<double>& scales,
                                       const RowMatrix<double>& V) {
  const int features = V.rows(), columns = V.columns();
  const RowMatrix<double> transposed = V.transposed();
  RowMatrix<double> X(features, samplesOfGroup), projected(columns, samplesOfGroup), term(features, columns);
  std::vector<CompensatedSum> sums(static_cast<std::size_t>(features * columns));
  for (int first = 0; first < samples.localCount(); first += samplesOfGroup) {
    samples.scalar() == SweepScalar::Double ? loadGroup<double>(samples, first, X)
                                            : loadGroup<float>(samples, first, X);
    divideRows(X, scales);
    multiply<false>(transposed, X, projected);
    multiply<false>(X, projected.transposed(), term);
    for (int i = 0; i < features; ++i)
      for (int j = 0; j < columns; ++j) sums[static_cast<std::size_t>(i * columns + j)].add(term(i, j));
  }
  sumOverRanks(*samples.comm(), sums.data(), features * columns);
  RowMatrix<double> result(features, columns);
  for (int i = 0; i < features; ++i)
    for (int j = 0; j < columns; ++j)
      result(i, j) = sums[static_cast<std::size_t>(i * columns + j)].value() /
                     static_cast<double>(samples.globalCount());
  return result;
}

// Gram-Schmidt, each column twice; a column that depends on those before becomes zero.
void orthonormalize(RowMatrix<double>& V) {
  const auto dot = [&](int a, int b) {
    double sum = 0;
    for (int i = 0; i < V.rows(); ++i) sum += V(i, a) * V(i, b);
    return sum;
  };
  for (int j = 0; j < V.columns(); ++j) {
    const double before = std::sqrt(dot(j, j));
    for (int pass = 0; pass < 2; ++pass)
      for (int k = 0; k < j; ++k) {
        const double product = dot(k, j);
        for (int i = 0; i < V.rows(); ++i) V(i, j) -= product * V(i, k);
      }
    const double norm = std::sqrt(dot(j, j));
    const double factor = norm > 1e-12 * before ? 1 / norm : 0;
    for (int i = 0; i < V.rows(); ++i) V(i, j) *= factor;
  }
}

RowMatrix<double> fixedStart(int rows, int columns) {
  std::mt19937_64 generator(20231);
  RowMatrix<double> V(rows, columns);
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < columns; ++j) V(i, j) = static_cast<double>(generator() >> 11U) * 0x1p-52 - 1.0;
  return V;
}

} // namespace

RowMatrix<double> principalDirections(const SampleSet& samples, int count,
                                      const std::vector<double>& scales) {
  const SampleSet some = leadingSamples(samples);
  RowMatrix<double> V = fixedStart(samples.features(), std::min(count + extraColumns, samples.features()));
  for (int i = 0; i < iterations; ++i) {
    V = multiplyByCovariance(some, scales, V);
    orthonormalize(V);
  }
  // The eigenvectors within the subspace.
  const RowMatrix<double> image = multiplyByCovariance(some, scales, V);
  RowMatrix<double> within(V.columns(), V.columns());
  multiply<false>(V.transposed(), image, within);
  const RowMatrix<double> vectors = symmetricEigenvectors(within);
  RowMatrix<double> all(V.rows(), V.columns());
  multiply<false>(V, vectors, all);
  RowMatrix<double> leading(V.rows(), count);
  for (int i = 0; i < V.rows(); ++i)
    for (int j = 0; j < count; ++j) leading(i, j) = all(i, j);
  return leading;
}

double flopsOfPrincipalDirections(const SampleSet& samples, int count) {
  return 4.0 * (iterations + 1) * static_cast<double>(std::min(samples.globalCount(), mostSamples)) *
         samples.features() * (count + extraColumns);
}

} // namespace terrace::resnet::detail
