#include "levels/LayerFit.hpp"

#include "plain/PlainLayer.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace terrace::resnet::detail {

LayerFit::LayerFit(Activation activation, int inputs, long points, double stiffness, int steps)
    : activation_(activation), columns_(inputs + 1), points_(points), stiffness_(stiffness), steps_(steps),
      regressors_(static_cast<std::size_t>(points) * static_cast<std::size_t>(inputs + 1)),
      z_(static_cast<std::size_t>(points)), errors_(z_.size()), matrix_(columns_, columns_),
      step_(1, columns_) {}

double LayerFit::objective(const double* target, const std::vector<double>& w) {
  double misfit = 0;
  for (long p = 0; p < points_; ++p) {
    const double* x = regressors_.data() + p * columns_;
    double sum = 0;
    for (int j = 0; j < columns_; ++j) sum += w[static_cast<std::size_t>(j)] * x[j];
    z_[static_cast<std::size_t>(p)] = sum;
    const double error = plainSigma(activation_, sum) - target[p];
    errors_[static_cast<std::size_t>(p)] = error;
    misfit += error * error;
  }
  double distance = 0;
  for (int j = 0; j < columns_; ++j) {
    const double d = w[static_cast<std::size_t>(j)] - start_[static_cast<std::size_t>(j)];
    distance += d * d;
  }
  return misfit / static_cast<double>(points_) + stiffness_ * distance;
}

// Normal equations of the linearised layer at w, of which z_ and errors_ are.
void LayerFit::setUpStep(const std::vector<double>& w, double damping) {
  matrix_.putScalar(0);
  step_.putScalar(0);
  for (long p = 0; p < points_; ++p) {
    const double* x = regressors_.data() + p * columns_;
    const double slope = plainSlope(activation_, z_[static_cast<std::size_t>(p)]);
    const double error = errors_[static_cast<std::size_t>(p)];
    for (int j = 0; j < columns_; ++j) addColumn(matrix_[j], slope * slope * x[j], x, 0, j + 1);
    for (int j = 0; j < columns_; ++j) step_(0, j) -= slope * error * x[j];
  }
  const auto points = static_cast<double>(points_);
  for (int j = 0; j < columns_; ++j) {
    for (int i = 0; i < j; ++i) matrix_(j, i) = matrix_(i, j);
    matrix_(j, j) += points * (stiffness_ + damping);
    const auto at = static_cast<std::size_t>(j);
    step_(0, j) -= points * stiffness_ * (w[at] - start_[at]);
  }
}

void LayerFit::fitRow(const double* target, double* row) {
  start_.assign(row, row + columns_);
  std::vector<double> best = start_;
  double least = objective(target, best), damping = 0;
  for (int step = 0; step < steps_; ++step) {
    setUpStep(best, damping);
    factors_.factor(matrix_);
    factors_.solve(step_);
    trial_ = best;
    for (int j = 0; j < columns_; ++j) trial_[static_cast<std::size_t>(j)] += step_(0, j);
    const double value = objective(target, trial_);
    if (value < least) {
      least = value;
      best = trial_;
    } else if (step + 1 < steps_) {
      damping = std::max(10 * damping, 10 * stiffness_);
      objective(target, best);
    }
  }
  std::copy(best.begin(), best.end(), row);
}

double LayerFit::flopsOfRow() const {
  const double n = columns_, p = static_cast<double>(points_);
  return 2 * n * p * (steps_ + 1) + steps_ * (n * (n + 1) * p + 2 * n * n * n / 3);
}

} // namespace terrace::resnet::detail
