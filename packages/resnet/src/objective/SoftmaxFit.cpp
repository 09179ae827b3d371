#include "objective/SoftmaxFit.hpp"

#include "objective/OutputLayerRows.hpp"
#include "parameters/DeviceCopies.hpp"

#include <terrace/resnet/samples/SampleGroup.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace terrace::resnet::detail {
namespace {

using Vector = std::vector<double>;

double dot(const double* a, const double* b, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

double dot(const Vector& a, const Vector& b) {
  return dot(a.data(), b.data(), a.size());
}

void addScaled(double* __restrict to, double factor, const double* from, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) to[i] += factor * from[i];
}

// w_i = row i of the layer times (q, 1)
void apply(const Vector& rows, const double* q, std::size_t outputs, double* w) {
  const std::size_t width = rows.size() / outputs - 1;
  for (std::size_t i = 0; i < outputs; ++i) {
    const double* row = rows.data() + i * (width + 1);
    w[i] = dot(row, q, width) + row[width];
  }
}

// sum += w (q, 1)^T
void addOuter(const double* w, const double* q, std::size_t outputs, Vector& sum) {
  const std::size_t width = sum.size() / outputs - 1;
  for (std::size_t i = 0; i < outputs; ++i) {
    double* row = sum.data() + i * (width + 1);
    addScaled(row, w[i], q, width);
    row[width] += w[i];
  }
}

// y = softmax(y). \return the logarithm of the sum of the exponentials
double softmax(double* y, std::size_t outputs) {
  const double largest = *std::max_element(y, y + outputs);
  double sum = 0;
  for (std::size_t i = 0; i < outputs; ++i) sum += y[i] = std::exp(y[i] - largest);
  for (std::size_t i = 0; i < outputs; ++i) y[i] /= sum;
  return largest + std::log(sum);
}

} // namespace

SoftmaxFit::SoftmaxFit(const Network& network, SweepScalar scalar, int chunkSamples)
    : states_(network, scalar, chunkSamples), outputs_(static_cast<std::size_t>(network.outputs)),
      weight_(network.regularization.outputTikhonov) {}

// Of what `add` sums over samples, over those of all ranks.
Vector SoftmaxFit::meanOver(const std::function<void(std::size_t, Vector&)>& add, std::size_t length) {
  Vector partial(length, 0.0);
  std::vector<CompensatedSum> sums(length);
  const auto count = static_cast<std::size_t>(samples_->localCount());
  for (std::size_t s = 0; s < count; ++s) {
    add(s, partial);
    if ((s + 1) % samplesOfGroup != 0 && s + 1 != count) continue;
    for (std::size_t i = 0; i < length; ++i) sums[i].add(partial[i]);
    std::fill(partial.begin(), partial.end(), 0.0);
  }
  sumOverRanks(*samples_->comm(), sums.data(), static_cast<int>(length));
  for (std::size_t i = 0; i < length; ++i)
    partial[i] = sums[i].value() / static_cast<double>(samples_->globalCount());
  return partial;
}

void SoftmaxFit::setUp(const Vector& states, const SampleSet& samples) {
  samples_ = &samples;
  labels_ = toHost(samples.labels());
  labels_.resize(static_cast<std::size_t>(samples.localCount()));
  probabilities_.resize(states.size() / static_cast<std::size_t>(states_.width()) * outputs_);
}

double SoftmaxFit::value(const Vector& states, const Vector& layer) {
  const auto width = static_cast<std::size_t>(states_.width());
  Vector y(outputs_);
  const auto loss = [&](std::size_t s, Vector& sum) {
    apply(layer, states.data() + s * width, outputs_, y.data());
    const double right = y[static_cast<std::size_t>(labels_[s])];
    sum[0] += softmax(y.data(), outputs_) - right;
  };
  flops_ += 2.0 * static_cast<double>(layer.size());
  return meanOver(loss, 1)[0] + weight_ / 2 * dot(layer, layer);
}

void SoftmaxFit::gradient(const Vector& states, const Vector& layer, Vector& g) {
  const auto width = static_cast<std::size_t>(states_.width());
  Vector difference(outputs_);
  const auto derivative = [&](std::size_t s, Vector& sum) {
    double* p = probabilities_.data() + s * outputs_;
    apply(layer, states.data() + s * width, outputs_, p);
    softmax(p, outputs_);
    std::copy_n(p, outputs_, difference.begin());
    difference[static_cast<std::size_t>(labels_[s])] -= 1;
    addOuter(difference.data(), states.data() + s * width, outputs_, sum);
  };
  flops_ += 4.0 * static_cast<double>(layer.size());
  g = meanOver(derivative, layer.size());
  addScaled(g.data(), weight_, layer.data(), g.size());
}

void SoftmaxFit::hessianProduct(const Vector& states, const Vector& v, Vector& hv) {
  const auto width = static_cast<std::size_t>(states_.width());
  Vector w(outputs_);
  const auto product = [&](std::size_t s, Vector& sum) {
    const double* p = probabilities_.data() + s * outputs_;
    apply(v, states.data() + s * width, outputs_, w.data());
    const double mean = dot(p, w.data(), outputs_);
    for (std::size_t i = 0; i < outputs_; ++i) w[i] = p[i] * (w[i] - mean);
    addOuter(w.data(), states.data() + s * width, outputs_, sum);
  };
  flops_ += 4.0 * static_cast<double>(v.size());
  hv = meanOver(product, v.size());
  addScaled(hv.data(), weight_, v.data(), hv.size());
}

SoftmaxFit::Preconditioner SoftmaxFit::makePreconditioner(const Vector& states) {
  const auto width = static_cast<std::size_t>(states_.width()), n = width + 1;
  Vector z(n, 1.0);
  const auto moments = [&](std::size_t s, Vector& sum) {
    std::copy_n(states.data() + s * width, width, z.begin());
    for (std::size_t i = 0; i < n; ++i) addScaled(sum.data() + i * n, z[i], z.data(), i + 1);
    sum[n * n + static_cast<std::size_t>(labels_[s])] += 1;
  };
  flops_ += static_cast<double>(n * n);
  const Vector means = meanOver(moments, n * n + outputs_);
  Preconditioner result;
  DenseMatrix<double> block(static_cast<int>(n), static_cast<int>(n));
  for (std::size_t o = 0; o < outputs_; ++o) {
    const double frequency = means[n * n + o], factor = frequency * (1 - frequency);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j <= i; ++j) {
        const int row = static_cast<int>(i), column = static_cast<int>(j);
        block(row, column) = block(column, row) = factor * means[i * n + j] + (i == j ? weight_ : 0.0);
      }
    result.blocks.emplace_back().factor(block);
  }
  return result;
}

void SoftmaxFit::Preconditioner::apply(const Vector& r, Vector& z) const {
  const auto n = static_cast<int>(r.size() / blocks.size());
  DenseMatrix<double> part(1, n);
  z.resize(r.size());
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const auto begin = static_cast<std::ptrdiff_t>(b) * n;
    std::copy_n(r.begin() + begin, n, part.values());
    blocks[b].solve(part);
    std::copy_n(part.values(), n, z.begin() + begin);
  }
}

// F_VV x = right, from zero, until the residual has shrunk by `tolerance` in the preconditioner's norm.
void SoftmaxFit::conjugateGradients(const Vector& states, const Preconditioner& by, const Vector& right,
                                    double tolerance, Vector& x) {
  Vector r = right, z, p, hp;
  x.assign(right.size(), 0.0);
  by.apply(r, z);
  double rz = dot(r, z);
  const double enough = tolerance * tolerance * rz;
  p = z;
  for (std::size_t k = 0; k < 2 * right.size() && rz > enough; ++k) {
    hessianProduct(states, p, hp);
    const double alpha = rz / dot(p, hp);
    addScaled(x.data(), alpha, p.data(), x.size());
    addScaled(r.data(), -alpha, hp.data(), r.size());
    by.apply(r, z);
    const double next = dot(r, z);
    for (std::size_t i = 0; i < p.size(); ++i) p[i] = z[i] + next / rz * p[i];
    rz = next;
  }
}

// Halves the step until the value falls by a share of what the slope promises; false if rounding leaves none.
bool SoftmaxFit::moveDown(const Vector& states, const Vector& step, double slope, Vector& layer,
                          double& now) {
  for (double length = 1; length > 1e-8; length /= 2) {
    Vector trial = layer;
    addScaled(trial.data(), length, step.data(), trial.size());
    const double there = value(states, trial);
    if (!(there <= now + 1e-4 * length * slope)) continue;
    layer = trial;
    now = there;
    return true;
  }
  return false;
}

FittedOutputLayer SoftmaxFit::fit(const ConstParameterView& theta, const SampleSet& samples) {
  constexpr int mostSteps = 60;
  // Of half the squared Newton decrement: about what the value is above its minimum.
  constexpr double solved = 1e-20, nearlySolved = 1e-6;
  FittedOutputLayer fitted;
  fitted.states = states_.of(theta, samples);
  setUp(fitted.states, samples);
  flops_ = 0;
  const auto entries = static_cast<std::size_t>(states_.width()) + 1;
  Vector layer(outputs_ * entries, 0.0), g, step, z;
  const Preconditioner by = makePreconditioner(fitted.states);
  double now = value(fitted.states, layer);
  for (int k = 0; k < mostSteps; ++k) {
    gradient(fitted.states, layer, g);
    by.apply(g, z);
    const double above = dot(g, z) / 2;
    if (!std::isfinite(above)) {
      layer.assign(layer.size(), std::numeric_limits<double>::quiet_NaN());
      break;
    }
    if (above <= solved) break;
    for (double& entry : g) entry = -entry;
    conjugateGradients(fitted.states, by, g, std::min(0.1, std::sqrt(above)), step);
    if (above < nearlySolved)
      addScaled(layer.data(), 1, step.data(), layer.size());
    else if (!moveDown(fitted.states, step, -dot(g, step), layer, now))
      break;
  }
  fitted.parameters = toParameters(layer, outputs_);
  fitted.flops = flops_;
  return fitted;
}

void SoftmaxFit::solve(const FittedOutputLayer& fitted, const SampleSet& samples, Vector& right) {
  setUp(fitted.states, samples);
  const Preconditioner by = makePreconditioner(fitted.states);
  Vector g, x;
  gradient(fitted.states, toRows(fitted.parameters, outputs_), g); // for the probabilities
  conjugateGradients(fitted.states, by, toRows(right, outputs_), 1e-12, x);
  right = toParameters(x, outputs_);
}

} // namespace terrace::resnet::detail
