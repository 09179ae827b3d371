#include "objective/OutputLayerFit.hpp"

#include "objective/OutputLayerRows.hpp"

#include <terrace/resnet/samples/SampleGroup.hpp>

#include <Teuchos_LAPACK.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace terrace::resnet::detail {
namespace {

using Matrix = Teuchos::SerialDenseMatrix<int, double>;

// The same memory.
Matrix columnsOf(std::vector<double>& rows, int entries) {
  return {Teuchos::View, rows.data(), entries, entries, static_cast<int>(rows.size()) / entries};
}

void solveFactored(const Matrix& factor, Matrix& columns) {
  int info = 0;
  Teuchos::LAPACK<int, double>().POTRS('U', factor.numRows(), columns.numCols(), factor.values(),
                                       factor.stride(), columns.values(), columns.stride(), &info);
}

// products(i, j) += weight z_i (z, t)_j, i < entries, i <= j; z = (q, constant)
class ProductSums {
public:
  ProductSums(std::size_t width, std::size_t outputs)
      : width_(width), outputs_(outputs), row_(width + 1 + outputs), products_((width + 1) * row_.size()) {}

  void add(const double* q, double constant, const double* t, double weight) {
    std::copy_n(q, width_, row_.begin());
    row_[width_] = constant;
    std::copy_n(t, outputs_, row_.begin() + static_cast<std::ptrdiff_t>(width_ + 1));
    for (std::size_t i = 0; i <= width_; ++i) {
      const double z = weight * row_[i];
      double* const to = products_.data() + i * row_.size();
      for (std::size_t j = i; j < row_.size(); ++j) to[j] += z * row_[j];
    }
  }

  void moveInto(std::vector<CompensatedSum>& sums) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i].add(std::exchange(products_[i], 0.0));
  }
  std::size_t size() const { return products_.size(); }

private:
  std::size_t width_;
  std::size_t outputs_;
  std::vector<double> row_;
  std::vector<double> products_;
};

} // namespace

OutputLayerFit::OutputLayerFit(const Network& network, SweepScalar scalar, int chunkSamples)
    : states_(network, scalar, chunkSamples), outputs_(network.outputs),
      weight_(network.regularization.outputTikhonov) {}

void OutputLayerFit::setTargets(const SampleSet& samples) {
  if (targetsOf_ && samples.sameAs(*targetsOf_)) return;
  targetsOf_ = samples;
  targets_ = samples.targetRows();
  derivatives_ = samples.derivativeRows();
  if (!samples.hasLabels()) return;
  const auto outputs = static_cast<std::size_t>(outputs_);
  const auto labels = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), samples.labels());
  targets_.assign(static_cast<std::size_t>(samples.localCount()) * outputs, 0.0);
  for (std::size_t s = 0; s < static_cast<std::size_t>(samples.localCount()); ++s)
    targets_[s * outputs + static_cast<std::size_t>(labels(s))] = 1.0;
}

// Of z (z, t)^T, row-major; 0 below the diagonal.
std::vector<CompensatedSum> OutputLayerFit::sums(const ConstParameterView& theta, const SampleSet& samples) {
  setTargets(samples);
  const auto states = states_.of(theta, samples);
  const auto width = static_cast<std::size_t>(states_.width()), outputs = static_cast<std::size_t>(outputs_),
             directions = static_cast<std::size_t>(samples.directions());
  ProductSums products(width, outputs);
  std::vector<CompensatedSum> sums(products.size());
  const auto count = static_cast<std::size_t>(samples.localCount());
  constexpr std::size_t together = samplesOfGroup;
  for (std::size_t s = 0; s < count; ++s) {
    const double* const state = states.data() + s * (1 + directions) * width;
    products.add(state, 1.0, targets_.data() + s * outputs, 1.0);
    for (std::size_t d = 0; d < directions; ++d)
      products.add(state + (1 + d) * width, 0.0, derivatives_.data() + (s * directions + d) * outputs,
                   samples.derivativeWeight());
    if ((s + 1) % together == 0 || s + 1 == count) products.moveInto(sums);
  }
  sumOverRanks(*samples.comm(), sums.data(), static_cast<int>(sums.size()));
  return sums;
}

FittedOutputLayer OutputLayerFit::fit(const ConstParameterView& theta, const SampleSet& samples) {
  const auto found = sums(theta, samples);
  const int entries = states_.width() + 1, length = entries + outputs_;
  const auto count = static_cast<double>(samples.globalCount());
  const auto mean = [&](int i, int j) {
    return found[static_cast<std::size_t>(i * length + j)].value() / count;
  };
  FittedOutputLayer fitted;
  fitted.factor.shape(entries, entries);
  std::vector<double> rows(static_cast<std::size_t>(entries * outputs_)); // of the layer
  Matrix columns = columnsOf(rows, entries);
  for (int i = 0; i < entries; ++i) {
    for (int j = i; j < entries; ++j) fitted.factor(i, j) = mean(i, j);
    fitted.factor(i, i) += weight_;
    for (int j = 0; j < outputs_; ++j) columns(i, j) = mean(i, entries + j);
  }
  const double norm = fitted.factor.normFrobenius();
  int info = 0;
  Teuchos::LAPACK<int, double>().POTRF('U', entries, fitted.factor.values(), fitted.factor.stride(), &info);
  if (info == 0) {
    solveFactored(fitted.factor, columns);
  } else {
    columns.putScalar(std::numeric_limits<double>::quiet_NaN());
    fitted.isSingular = std::isfinite(norm);
  }
  fitted.parameters = toParameters(rows, static_cast<std::size_t>(outputs_));
  return fitted;
}

void OutputLayerFit::solve(const FittedOutputLayer& fitted, const SampleSet& /*samples*/,
                           std::vector<double>& right) {
  const auto outputs = static_cast<std::size_t>(outputs_);
  auto rows = toRows(right, outputs);
  Matrix columns = columnsOf(rows, fitted.factor.numRows());
  solveFactored(fitted.factor, columns);
  right = toParameters(rows, outputs);
}

} // namespace terrace::resnet::detail
