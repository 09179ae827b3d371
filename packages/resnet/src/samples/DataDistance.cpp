#include <terrace/resnet/parameters/CompensatedSum.hpp>
#include <terrace/resnet/samples/DataDistance.hpp>
#include <terrace/resnet/samples/DataScaling.hpp>
#include <terrace/resnet/samples/SampleGroup.hpp>

#include <Teuchos_CommHelpers.hpp>
#include <Teuchos_LAPACK.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>

namespace terrace::resnet {
namespace {

constexpr int mostCorrelated = 128;
constexpr double ridge = 1e-6; // of the variances
constexpr double usualShare = 0.99;

// Whether a column's deviations from its mean are rounding errors, on all ranks.
std::vector<char> constantColumns(const std::vector<double>& rows, const DataScaling& standard,
                                  const Teuchos::Comm<int>& comm) {
  const auto n = static_cast<std::size_t>(standard.columns());
  std::vector<double> local(n, 0.0), largest(n);
  for (std::size_t i = 0; i < rows.size(); ++i)
    local[i % n] = std::max(local[i % n], std::abs(rows[i] - standard.shift[i % n]));
  Teuchos::reduceAll(comm, Teuchos::REDUCE_MAX, standard.columns(), local.data(), largest.data());
  std::vector<char> isConstant(n);
  for (std::size_t j = 0; j < n; ++j) isConstant[j] = largest[j] <= 1e-13 * std::abs(standard.shift[j]);
  return isConstant;
}

// The lower triangle of the mean of z z^T over all samples, z the standardised columns: summed over the
// samples that lie together first, then compensated.
std::vector<double> correlations(const std::vector<double>& rows, const DataScaling& standard,
                                 const Teuchos::Comm<int>& comm) {
  const auto n = static_cast<std::size_t>(standard.columns());
  const std::size_t count = rows.size() / n;
  std::vector<CompensatedSum> sums(n * n + 1);
  sums[n * n].add(static_cast<double>(count));
  constexpr std::size_t together = samplesOfGroup;
  std::vector<double> z, partial(n * n);
  for (std::size_t group = 0; group < count; group += together) {
    const std::size_t end = std::min(group + together, count);
    z.assign(rows.begin() + static_cast<std::ptrdiff_t>(group * n),
             rows.begin() + static_cast<std::ptrdiff_t>(end * n));
    standard.apply(z);
    std::fill(partial.begin(), partial.end(), 0.0);
    for (std::size_t s = 0; s < end - group; ++s)
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j) partial[i * n + j] += z[s * n + i] * z[s * n + j];
    for (std::size_t i = 0; i < n * n; ++i) sums[i].add(partial[i]);
  }
  sumOverRanks(comm, sums.data(), static_cast<int>(sums.size()));
  std::vector<double> means(n * n);
  for (std::size_t i = 0; i < n * n; ++i) means[i] = sums[i].value() / sums[n * n].value();
  return means;
}

// L^-1 of a positive definite matrix L L^T. LAPACK's matrices are by columns: our lower triangle is its
// upper.
std::vector<double> inverseFactor(std::vector<double> matrix, int n) {
  const Teuchos::LAPACK<int, double> lapack;
  int failure = 0;
  lapack.POTRF('U', n, matrix.data(), n, &failure);
  if (failure == 0) lapack.TRTRI('U', 'N', n, matrix.data(), n, &failure);
  if (failure != 0)
    throw std::runtime_error(
        "The covariance of the inputs cannot be factorised (LAPACK: " + std::to_string(failure) + ").");
  return matrix;
}

long countUpTo(const std::vector<double>& sorted, double limit, const Teuchos::Comm<int>& comm) {
  const long local = std::upper_bound(sorted.begin(), sorted.end(), limit) - sorted.begin();
  long all = 0;
  Teuchos::reduceAll(comm, Teuchos::REDUCE_SUM, local, Teuchos::outArg(all));
  return all;
}

// Doubles of 0 or more have the order of their bits.
double fromBits(std::uint64_t bits) {
  double value = 0;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

std::uint64_t bitsOf(double value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

} // namespace

double quantileOverRanks(const std::vector<double>& values, double share, const Teuchos::Comm<int>& comm) {
  std::vector<double> sorted(values);
  std::sort(sorted.begin(), sorted.end());
  const double local = sorted.empty() ? 0.0 : sorted.back();
  double largest = 0;
  Teuchos::reduceAll(comm, Teuchos::REDUCE_MAX, local, Teuchos::outArg(largest));
  const double all = static_cast<double>(countUpTo(sorted, largest, comm));
  const long wanted = static_cast<long>(std::ceil(share * all - 1e-9 * all));
  std::uint64_t below = 0, upper = bitsOf(largest);
  while (below < upper) {
    const std::uint64_t middle = below + (upper - below) / 2;
    if (countUpTo(sorted, fromBits(middle), comm) >= wanted) {
      upper = middle;
    } else {
      below = middle + 1;
    }
  }
  return fromBits(upper);
}

DataDistance DataDistance::of(const std::vector<double>& rows, int columns, const Teuchos::Comm<int>& comm) {
  auto standard = DataScaling::of(ScalingType::Standard, rows, columns, comm);
  const auto isConstant = constantColumns(rows, standard, comm);
  const auto n = static_cast<std::size_t>(columns);
  for (std::size_t j = 0; j < n; ++j) // a constant column in units of its size
    if (isConstant[j] && standard.shift[j] != 0) standard.scale[j] = std::abs(standard.shift[j]);
  const double root = std::sqrt(static_cast<double>(columns));
  DataDistance distance;
  distance.center = standard.shift;
  if (columns > mostCorrelated) {
    for (std::size_t j = 0; j < n; ++j)
      distance.factor.push_back(1 / (root * standard.scale[j] * std::sqrt((isConstant[j] ? 0 : 1) + ridge)));
  } else {
    auto matrix = correlations(rows, standard, comm);
    for (std::size_t j = 0; j < n; ++j) matrix[j * n + j] += ridge;
    distance.factor = inverseFactor(std::move(matrix), columns);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        auto& entry = distance.factor[i * n + j];
        entry = j > i ? 0.0 : entry / (root * standard.scale[j]);
      }
  }
  const auto own = distance.atRows(rows);
  distance.usual = quantileOverRanks(own, usualShare, comm);
  distance.largest = quantileOverRanks(own, 1.0, comm);
  return distance;
}

double DataDistance::at(const double* x) const {
  const std::size_t n = center.size();
  double square = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0;
    if (isDiagonal()) sum = factor[i] * (x[i] - center[i]);
    for (std::size_t j = 0; j <= i && !isDiagonal(); ++j) sum += factor[i * n + j] * (x[j] - center[j]);
    square += sum * sum;
  }
  return std::sqrt(square);
}

std::vector<double> DataDistance::atRows(const std::vector<double>& rows) const {
  const std::size_t n = center.size();
  if (n == 0 || rows.size() % n != 0)
    throw std::invalid_argument("DataDistance: " + std::to_string(rows.size()) +
                                " numbers; expected rows of " + std::to_string(n) + ".");
  std::vector<double> distances;
  for (std::size_t row = 0; row < rows.size() / n; ++row) distances.push_back(at(rows.data() + row * n));
  return distances;
}

} // namespace terrace::resnet
