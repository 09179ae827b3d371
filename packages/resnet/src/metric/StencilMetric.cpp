#include "metric/StencilMetric.hpp"

#include "metric/SymmetricEigenvectors.hpp"

#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace terrace::resnet::detail {
namespace {

using Vector = std::vector<double>;

// Rows of the orthonormal cosine transform of three numbers.
const double cosines[3][3] = {{std::sqrt(1.0 / 3), std::sqrt(1.0 / 3), std::sqrt(1.0 / 3)},
                              {std::sqrt(0.5), 0, -std::sqrt(0.5)},
                              {std::sqrt(1.0 / 6), -std::sqrt(2.0 / 3), std::sqrt(1.0 / 6)}};

// The transform of the rows and columns of a stencil, or its inverse.
void turnStencil(double* stencil, bool back) {
  double half[9] = {}, result[9] = {};
  const auto entry = [back](int i, int j) { return back ? cosines[j][i] : cosines[i][j]; };
  for (int y = 0; y < 3; ++y)
    for (int i = 0; i < 3; ++i)
      for (int x = 0; x < 3; ++x) half[3 * y + i] += entry(i, x) * stencil[3 * y + x];
  for (int i = 0; i < 3; ++i)
    for (int y = 0; y < 3; ++y)
      for (int x = 0; x < 3; ++x) result[3 * i + x] += entry(i, y) * half[3 * y + x];
  std::copy(result, result + 9, stencil);
}

} // namespace

StencilMetric::StencilMetric(std::shared_ptr<MetricFeed> feed, const MetricOptions& options)
    : feed_(std::move(feed)), options_(options) {
  for (const ParameterRun& run : feed_->space->layout().runs())
    for (int group = 0; group < run.count; ++group)
      for (const ParameterArray& array : run.arrays) {
        if (!array.isWeight()) continue;
        const double inputs = array.inputs(), entries = static_cast<double>(array.size());
        layers_.push_back({static_cast<std::size_t>(run.groupOffset(group) + array.offset),
                           array.outputs(),
                           array.inputs(),
                           array.taps(),
                           {},
                           {}});
        rotationFlops_ += 2 * entries * inputs + (array.taps() > 1 ? 12 * entries : 0);
        momentFlops_ += 2 * entries * inputs;
        basesFlops_ += 9 * inputs * inputs * inputs; // LAPACK's
      }
  restart();
}

void StencilMetric::restart() {
  steps_ = 0;
  squares_.assign(static_cast<std::size_t>(feed_->space->layout().size()), 0.0);
  rotated_ = squares_;
  for (Layer& layer : layers_) {
    layer.moments.assign(static_cast<std::size_t>(layer.inputs) * static_cast<std::size_t>(layer.inputs),
                         0.0);
    layer.vectors = {};
  }
}

double StencilMetric::metricAt(double square) const {
  return std::sqrt(square * unbias_) + options_.shift;
}

// sum over outputs and taps of g g^T, g a derivative over the input channels
void StencilMetric::learnMoments(const Vector& derivative) {
  for (Layer& layer : layers_) {
    for (double& moment : layer.moments) moment *= momentDecay;
    const int n = layer.inputs, taps = layer.taps;
    const double* weight = derivative.data() + layer.offset;
    for (int o = 0; o < layer.outputs; ++o, weight += n * taps)
      for (int i = 0; i < n; ++i)
        for (int j = 0; j < n; ++j) {
          double sum = 0;
          for (int t = 0; t < taps; ++t) sum += weight[i * taps + t] * weight[j * taps + t];
          layer.moments[static_cast<std::size_t>(i * n + j)] += (1 - momentDecay) * sum;
        }
  }
  feed_->charge(momentFlops_);
  const bool isEarly = steps_ <= earlySteps;
  if (steps_ == 1 || steps_ % (isEarly ? 10 : refreshSteps) == 0) refresh();
}

// The moments of a diverging network may be anything; the basis then stays.
void StencilMetric::refresh() {
  for (Layer& layer : layers_) {
    const auto& moments = layer.moments;
    if (!std::all_of(moments.begin(), moments.end(), [](double m) { return std::isfinite(m); })) continue;
    const int n = layer.inputs;
    RowMatrix<double> A(n, n);
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) A(i, j) = moments[static_cast<std::size_t>(i * n + j)];
    layer.vectors = symmetricEigenvectors(A);
  }
  feed_->charge(basesFlops_);
}

void StencilMetric::rotate(Vector& values) const {
  Vector column;
  for (const Layer& layer : layers_) {
    const int n = layer.inputs, taps = layer.taps;
    double* weight = values.data() + layer.offset;
    for (int o = 0; o < layer.outputs; ++o, weight += n * taps) {
      for (int i = 0; i < n && taps == 9; ++i) turnStencil(weight + i * taps, false);
      if (layer.vectors.empty()) continue;
      column.assign(static_cast<std::size_t>(n * taps), 0.0);
      for (int i = 0; i < n; ++i)
        for (int k = 0; k < n; ++k)
          for (int t = 0; t < taps; ++t)
            column[static_cast<std::size_t>(k * taps + t)] += layer.vectors(i, k) * weight[i * taps + t];
      std::copy(column.begin(), column.end(), weight);
    }
  }
}

void StencilMetric::rotateBack(Vector& values) const {
  Vector column;
  for (const Layer& layer : layers_) {
    const int n = layer.inputs, taps = layer.taps;
    double* weight = values.data() + layer.offset;
    for (int o = 0; o < layer.outputs; ++o, weight += n * taps) {
      if (!layer.vectors.empty()) {
        column.assign(static_cast<std::size_t>(n * taps), 0.0);
        for (int i = 0; i < n; ++i)
          for (int k = 0; k < n; ++k)
            for (int t = 0; t < taps; ++t)
              column[static_cast<std::size_t>(i * taps + t)] += layer.vectors(i, k) * weight[k * taps + t];
        std::copy(column.begin(), column.end(), weight);
      }
      for (int i = 0; i < n && taps == 9; ++i) turnStencil(weight + i * taps, true);
    }
  }
}

void StencilMetric::learn(const ROL::Vector<double>& derivative) {
  ++steps_;
  unbias_ = 1 / (1 - std::pow(options_.decay, static_cast<double>(steps_)));
  rotated_ = feed_->space->gatherToAll(dynamic_cast<const ParameterVector&>(derivative));
  learnMoments(rotated_);
  rotate(rotated_);
  for (std::size_t i = 0; i < squares_.size(); ++i)
    squares_[i] = options_.decay * squares_[i] + (1 - options_.decay) * rotated_[i] * rotated_[i];
  feed_->charge(rotationFlops_);
}

// target = what is rotated, turned back
void StencilMetric::write(ROL::Vector<double>& target, Vector& rotated) {
  rotateBack(rotated);
  feed_->charge(rotationFlops_);
  feed_->space->assign(rotated, dynamic_cast<ParameterVector&>(target));
}

void StencilMetric::learnAndApplyInverse(ROL::Vector<double>& step, const ROL::Vector<double>& derivative) {
  learn(derivative);
  Vector values(rotated_);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] /= metricAt(squares_[i]);
  write(step, values);
}

// target = source with each entry in the metric's coordinates divided by its divisor.
void StencilMetric::map(ROL::Vector<double>& target, const ROL::Vector<double>& source,
                        const Vector& divisors) {
  Vector values = feed_->space->gatherToAll(dynamic_cast<const ParameterVector&>(source));
  rotate(values);
  feed_->charge(rotationFlops_);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] /= divisors[i];
  write(target, values);
}

void StencilMetric::applyInverse(ROL::Vector<double>& step, const ROL::Vector<double>& derivative) {
  Vector metric(squares_);
  for (double& entry : metric) entry = metricAt(entry);
  map(step, derivative, metric);
}

void StencilMetric::apply(ROL::Vector<double>& derivative, const ROL::Vector<double>& step) {
  Vector inverse(squares_);
  for (double& entry : inverse) entry = 1 / metricAt(entry);
  map(derivative, step, inverse);
}

// R, which is symmetric. The inner product of the coordinates has the parameters' weights, which C does not
// want.
StencilMetric::Vector StencilMetric::rootsOfCurvature() const {
  const double mean =
      std::accumulate(squares_.begin(), squares_.end(), 0.0) / static_cast<double>(squares_.size());
  const double damping = options_.damping * mean * unbias_ + std::numeric_limits<double>::min();
  Vector roots(squares_.size());
  for (const ParameterRun& run : feed_->space->layout().runs()) {
    const auto first = static_cast<std::size_t>(run.offset),
               last = first + static_cast<std::size_t>(run.count * run.size);
    for (std::size_t i = first; i < last; ++i)
      roots[i] = std::sqrt((squares_[i] * unbias_ + damping) / run.metric);
  }
  return roots;
}

void StencilMetric::toCurvatureCoordinates(ROL::Vector<double>& coordinates,
                                           const ROL::Vector<double>& derivative) {
  map(coordinates, derivative, rootsOfCurvature());
}

void StencilMetric::fromCurvatureCoordinates(ROL::Vector<double>& step,
                                             const ROL::Vector<double>& coordinates) {
  map(step, coordinates, rootsOfCurvature());
}

void StencilMetric::visitState(StateArchive<double>& archive, const std::string& name) {
  archive.visitNumber(name + "/steps", steps_);
  archive.visitNumber(name + "/unbias", unbias_);
  archive.visit(name + "/squares", squares_);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    Layer& layer = layers_[i];
    const std::string place = name + "/layer_" + std::to_string(i);
    archive.visit(place + "/moments", layer.moments);
    const auto n = static_cast<std::size_t>(layer.inputs);
    Vector vectors;
    for (int r = 0; r < layer.vectors.rows(); ++r)
      vectors.insert(vectors.end(), layer.vectors.row(r), layer.vectors.row(r) + n);
    archive.visit(place + "/vectors", vectors);
    if (!archive.restores()) continue;
    layer.vectors = vectors.empty() ? RowMatrix<double>() : RowMatrix<double>(layer.inputs, layer.inputs);
    for (std::size_t r = 0; r * n < vectors.size(); ++r)
      std::copy_n(vectors.begin() + static_cast<std::ptrdiff_t>(r * n), n,
                  layer.vectors.row(static_cast<int>(r)));
  }
}

} // namespace terrace::resnet::detail
