#include "metric/KroneckerMetric.hpp"

#include "metric/BlockReflector.hpp"
#include "metric/PrincipalDirections.hpp"
#include "metric/SymmetricEigenvectors.hpp"
#include "samples/InputScales.hpp"

#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace terrace::resnet::detail {
namespace {

// LAPACK's way from a symmetric matrix to all its eigenvectors.
double flopsOfEigenvectors(double n) {
  return 9 * n * n * n;
}

template <class To, class From>
RowMatrix<To> converted(const RowMatrix<From>& matrix) {
  RowMatrix<To> result(matrix.rows(), matrix.columns());
  for (int i = 0; i < matrix.rows(); ++i)
    for (int j = 0; j < matrix.columns(); ++j) result(i, j) = static_cast<To>(matrix(i, j));
  return result;
}

bool isFinite(const RowMatrix<double>& matrix) {
  return std::all_of(matrix.values().begin(), matrix.values().end(),
                     [](double value) { return std::isfinite(value); });
}

const ParameterVector& asVector(const ROL::Vector<double>& v) {
  return dynamic_cast<const ParameterVector&>(v);
}

ParameterVector& asVector(ROL::Vector<double>& v) {
  return dynamic_cast<ParameterVector&>(v);
}

} // namespace

template <class Scalar>
KroneckerMetric<Scalar>::KroneckerMetric(std::shared_ptr<MetricFeed> feed, const MetricOptions& options)
    : feed_(std::move(feed)), options_(options), scales_(inputScales(feed_->pool)),
      moments_(static_cast<std::size_t>(feed_->moments.layout.size())) {
  const ParameterSpace& space = *feed_->space;
  const int ranks = space.comm()->getSize();
  for (const RunFactors& factors : feed_->moments.layout.runs())
    for (int group = 0; group < factors.run->count; ++group) {
      const bool isMine = static_cast<int>(layers_.size()) % ranks == space.comm()->getRank();
      layers_.push_back({&factors, group, isMine, {}, {}, {}});
    }
  countFlops();
  if (ranks > 1) {
    replicated_ = space.createReplicated();
    contributions_ = CompensatedView("terrace::resnet::KroneckerMetric::contributions",
                                     static_cast<std::size_t>(space.layout().size()));
  }
  restart();
}

template <class Scalar>
void KroneckerMetric<Scalar>::restart() {
  steps_ = lastRefresh_ = 0;
  hasMoments_ = false;
  feed_->wanted = false;
  feed_->gatheredSamples = 0;
  for (Layer& layer : layers_) {
    if (layer.factors->inputs == Factor::Principal && layer.basis.left.empty()) setPrincipalBasis(layer);
    layer.basis.inputs = layer.basis.outputs = {};
    layer.basis.inputsTransposed = layer.basis.outputsTransposed = {};
    if (layer.isMine) {
      layer.squares = RowMatrix<Scalar>(layer.factors->rows(), layer.factors->columns());
      layer.rotated = layer.squares;
    }
  }
}

template <class Scalar>
void KroneckerMetric<Scalar>::expectGradient() {
  feed_->wanted = steps_ % gatherSteps == 0;
}

template <class Scalar>
Scalar KroneckerMetric<Scalar>::metricAt(Scalar square) const {
  return std::sqrt(square * unbias_) + static_cast<Scalar>(options_.shift);
}

template <class Scalar>
bool KroneckerMetric<Scalar>::hasScales(const Layer& layer, Kind kind) const {
  return layer.factors->run->role == ParameterRole::Lift && kind != Kind::Coordinates &&
         static_cast<int>(scales_.size()) == layer.factors->run->inputs();
}

// A layer with its bias as one more input; a lift as if its inputs were divided by their scales.
template <class Scalar>
void KroneckerMetric<Scalar>::load(const Layer& layer, const double* values, Kind kind,
                                   RowMatrix<Scalar>& matrix) const {
  const int rows = layer.factors->rows(), inputs = layer.factors->run->inputs();
  const bool scaled = hasScales(layer, kind);
  basis::fit(matrix, rows, layer.factors->columns());
  const double* weights = values + layer.offset();
  for (int i = 0; i < rows; ++i, weights += inputs) {
    Scalar* row = matrix.row(i);
    for (int j = 0; j < inputs; ++j) row[j] = static_cast<Scalar>(weights[j]);
    for (int j = 0; scaled && j < inputs; ++j) {
      const double scale = scales_[static_cast<std::size_t>(j)];
      row[j] = static_cast<Scalar>(kind == Kind::Step ? weights[j] * scale : weights[j] / scale);
    }
  }
  if (!layer.factors->run->hasBias()) return;
  for (int i = 0; i < rows; ++i) matrix(i, inputs) = static_cast<Scalar>(weights[i]);
}

template <class Scalar>
void KroneckerMetric<Scalar>::store(const Layer& layer, const RowMatrix<Scalar>& matrix, Kind kind,
                                    double* values) const {
  const int rows = layer.factors->rows(), inputs = layer.factors->run->inputs();
  const bool scaled = hasScales(layer, kind);
  double* weights = values + layer.offset();
  for (int i = 0; i < rows; ++i, weights += inputs) {
    const Scalar* row = matrix.row(i);
    for (int j = 0; j < inputs; ++j) weights[j] = static_cast<double>(row[j]);
    for (int j = 0; scaled && j < inputs; ++j) {
      const double scale = scales_[static_cast<std::size_t>(j)];
      weights[j] = kind == Kind::Step ? weights[j] / scale : weights[j] * scale;
    }
  }
  if (!layer.factors->run->hasBias()) return;
  for (int i = 0; i < rows; ++i) weights[i] = static_cast<double>(matrix(i, inputs));
}

// The whole vector on every rank, in host memory; valid until the next call.
template <class Scalar>
const double* KroneckerMetric<Scalar>::wholeOf(const ROL::Vector<double>& v) {
  const ParameterVector& vector = asVector(v);
  if (replicated_.is_null()) return vector.getVector()->getLocalViewHost(Tpetra::Access::ReadOnly).data();
  feed_->space->replicate(vector, *replicated_);
  return replicated_->getLocalViewHost(Tpetra::Access::ReadOnly).data();
}

// target = what `function` makes of each layer, turned back from the metric's coordinates.
template <class Scalar>
template <class InCoordinates>
void KroneckerMetric<Scalar>::writeBack(ROL::Vector<double>& target, Kind kind,
                                        const InCoordinates& function) {
  ParameterVector& vector = asVector(target);
  const bool alone = replicated_.is_null();
  const auto own = vector.getVector()->getLocalViewHost(Tpetra::Access::OverwriteAll);
  if (!alone) whole_.assign(static_cast<std::size_t>(feed_->space->layout().size()), 0.0);
  double* values = alone ? own.data() : whole_.data();
  for (Layer& layer : layers_) {
    if (!layer.isMine) continue;
    function(layer, work_);
    rotateBack(layer.basis, work_, scratch_);
    store(layer, work_, kind, values);
  }
  feed_->charge(rotationFlops_);
  if (alone) return;
  const auto host = Kokkos::create_mirror_view(contributions_);
  for (std::size_t i = 0; i < whole_.size(); ++i) host(i) = {whole_[i], 0.0};
  Kokkos::deep_copy(contributions_, host);
  feed_->space->sumOntoOwners(contributions_, vector);
}

template <class Scalar>
void KroneckerMetric<Scalar>::learn(const ROL::Vector<double>& derivative) {
  if (feed_->gatheredSamples > 0) takeMoments();
  const auto step = static_cast<double>(++steps_);
  unbias_ = static_cast<Scalar>(1 / (1 - std::pow(options_.decay, step)));
  const auto decay = static_cast<Scalar>(options_.decay);
  const double* whole = wholeOf(derivative);
  for (Layer& layer : layers_) {
    if (!layer.isMine) continue;
    load(layer, whole, Kind::Derivative, layer.rotated);
    rotate(layer.basis, layer.rotated, scratch_);
    const Scalar* values = layer.rotated.values().data();
    Scalar* squares = layer.squares.values().data();
    const std::size_t count = layer.squares.values().size();
    for (std::size_t i = 0; i < count; ++i)
      squares[i] = decay * squares[i] + (1 - decay) * values[i] * values[i];
  }
  feed_->charge(rotationFlops_);
}

template <class Scalar>
void KroneckerMetric<Scalar>::learnAndApplyInverse(ROL::Vector<double>& step,
                                                   const ROL::Vector<double>& derivative) {
  learn(derivative);
  writeBack(step, Kind::Step, [this](const Layer& layer, RowMatrix<Scalar>& matrix) {
    basis::fit(matrix, layer.rotated.rows(), layer.rotated.columns());
    const Scalar* values = layer.rotated.values().data();
    const Scalar* squares = layer.squares.values().data();
    Scalar* result = matrix.values().data();
    const std::size_t count = matrix.values().size();
    for (std::size_t i = 0; i < count; ++i) result[i] = values[i] / metricAt(squares[i]);
  });
}

// target = source with each entry in the metric's coordinates changed by `change(layer, place, entry)`.
template <class Scalar>
template <class Change>
void KroneckerMetric<Scalar>::map(ROL::Vector<double>& target, Kind targetKind,
                                  const ROL::Vector<double>& source, Kind sourceKind, const Change& change) {
  const double* whole = wholeOf(source);
  writeBack(target, targetKind, [&](const Layer& layer, RowMatrix<Scalar>& matrix) {
    load(layer, whole, sourceKind, matrix);
    rotate(layer.basis, matrix, scratch_);
    for (std::size_t i = 0; i < matrix.values().size(); ++i) change(layer, i, matrix.values()[i]);
  });
  feed_->charge(rotationFlops_);
}

template <class Scalar>
void KroneckerMetric<Scalar>::applyInverse(ROL::Vector<double>& step, const ROL::Vector<double>& derivative) {
  map(step, Kind::Step, derivative, Kind::Derivative,
      [this](const Layer& layer, std::size_t i, Scalar& entry) {
        entry /= metricAt(layer.squares.values()[i]);
      });
}

template <class Scalar>
void KroneckerMetric<Scalar>::apply(ROL::Vector<double>& derivative, const ROL::Vector<double>& step) {
  map(derivative, Kind::Derivative, step, Kind::Step,
      [this](const Layer& layer, std::size_t i, Scalar& entry) {
        entry *= metricAt(layer.squares.values()[i]);
      });
}

// Of the mean over all coordinates; collective.
template <class Scalar>
Scalar KroneckerMetric<Scalar>::dampingOfCurvature() const {
  std::vector<CompensatedSum> sum(1);
  for (const Layer& layer : layers_)
    if (layer.isMine)
      for (const Scalar square : layer.squares.values()) sum[0].add(static_cast<double>(square));
  sumOverRanks(*feed_->space->comm(), sum.data(), 1);
  const double mean = sum[0].value() / static_cast<double>(feed_->space->layout().size());
  return static_cast<Scalar>(options_.damping * mean) * unbias_ + std::numeric_limits<Scalar>::min();
}

// The inner product of the coordinates has the parameters' weights, which C does not want.
template <class Scalar>
Scalar KroneckerMetric<Scalar>::rootOfCurvature(const Layer& layer, std::size_t entry, Scalar damping) const {
  return std::sqrt((layer.squares.values()[entry] * unbias_ + damping) /
                   static_cast<Scalar>(layer.factors->run->metric));
}

template <class Scalar>
void KroneckerMetric<Scalar>::toCurvatureCoordinates(ROL::Vector<double>& coordinates,
                                                     const ROL::Vector<double>& derivative) {
  const Scalar damping = dampingOfCurvature();
  map(coordinates, Kind::Coordinates, derivative, Kind::Derivative,
      [&](const Layer& layer, std::size_t i, Scalar& entry) { entry /= rootOfCurvature(layer, i, damping); });
}

template <class Scalar>
void KroneckerMetric<Scalar>::fromCurvatureCoordinates(ROL::Vector<double>& step,
                                                       const ROL::Vector<double>& coordinates) {
  const Scalar damping = dampingOfCurvature();
  map(step, Kind::Step, coordinates, Kind::Coordinates,
      [&](const Layer& layer, std::size_t i, Scalar& entry) { entry /= rootOfCurvature(layer, i, damping); });
}

// Running means of the moments that the last sweep gathered; then, if it is time, new bases.
template <class Scalar>
void KroneckerMetric<Scalar>::takeMoments() {
  const auto sums = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), feed_->moments.sums);
  std::vector<CompensatedSum> all(sums.data(), sums.data() + sums.extent(0));
  sumOverRanks(*feed_->space->comm(), all.data(), static_cast<int>(all.size()));
  const double kept = hasMoments_ ? momentDecay : 0.0;
  const auto samples = static_cast<double>(feed_->gatheredSamples);
  for (const RunFactors& factors : feed_->moments.layout.runs())
    for (int group = 0; group < factors.run->count; ++group) {
      const auto first = static_cast<std::size_t>(factors.first + group * factors.size());
      const auto ofInputs = static_cast<std::size_t>(factors.momentsOfInputs() + factors.sumsOfInputs());
      for (std::size_t i = 0; i < static_cast<std::size_t>(factors.size()); ++i) {
        // The derivatives of a mean over samples are smaller by their number.
        const double scale = i < ofInputs ? 1 / samples : samples;
        moments_[first + i] = kept * moments_[first + i] + (1 - kept) * scale * all[first + i].value();
      }
    }
  feed_->charge(2 * samples * static_cast<double>(moments_.size()));
  hasMoments_ = true;
  if (refreshIsDue()) refreshBases();
  const double sweeps = samples * feed_->space->network().flopsPerSample();
  refreshEvery_ = std::max(refreshSteps, static_cast<long>(std::ceil(20 * basesFlops_ / sweeps)));
  feed_->gatheredSamples = 0;
}

template <class Scalar>
bool KroneckerMetric<Scalar>::refreshIsDue() const {
  return steps_ <= earlySteps ? steps_ <= refreshEvery_ : steps_ - lastRefresh_ >= refreshEvery_;
}

template <class Scalar>
void KroneckerMetric<Scalar>::countFlops() {
  for (const RunFactors& factors : feed_->moments.layout.runs()) {
    const auto groups = static_cast<double>(factors.run->count);
    const double entries = 2 * groups * factors.rows() * factors.columns();
    if (factors.inputs == Factor::Moments) {
      rotationFlops_ += entries * factors.columns();
      basesFlops_ += groups * flopsOfEigenvectors(factors.columns());
    }
    if (factors.outputs == Factor::Moments) {
      rotationFlops_ += entries * factors.rows();
      basesFlops_ += groups * flopsOfEigenvectors(factors.rows());
    }
    if (factors.inputs == Factor::Principal) rotationFlops_ += entries * 2 * principalDirections;
  }
}

template <class Scalar>
void KroneckerMetric<Scalar>::refreshBases() {
  for (Layer& layer : layers_)
    if (layer.isMine) refreshBasis(layer);
  lastRefresh_ = steps_;
  feed_->charge(basesFlops_);
}

// The moments of a diverging network may be anything; the basis then stays.
template <class Scalar>
void KroneckerMetric<Scalar>::refreshBasis(Layer& layer) {
  if (layer.factors->inputs == Factor::Moments) {
    const RowMatrix<double> moments = momentsOfInputs(layer);
    if (isFinite(moments)) {
      layer.basis.inputs = converted<Scalar>(symmetricEigenvectors(moments));
      layer.basis.inputsTransposed = layer.basis.inputs.transposed();
    }
  }
  if (layer.factors->outputs == Factor::Moments) {
    const RowMatrix<double> moments = momentsOfOutputs(layer);
    if (isFinite(moments)) {
      layer.basis.outputs = converted<Scalar>(symmetricEigenvectors(moments));
      layer.basis.outputsTransposed = layer.basis.outputs.transposed();
    }
  }
}

// mean (x, 1)(x, 1)^T, without the 1 where there is no bias
template <class Scalar>
RowMatrix<double> KroneckerMetric<Scalar>::momentsOfInputs(const Layer& layer) const {
  const int inputs = layer.factors->run->inputs(), n = layer.factors->columns();
  const double* moments = moments_.data() + layer.moments();
  const double* sums = moments + layer.factors->momentsOfInputs();
  const bool scaled = hasScales(layer, Kind::Derivative);
  const auto scale = [&](int i) { return scaled ? scales_[static_cast<std::size_t>(i)] : 1.0; };
  RowMatrix<double> A(n, n);
  for (int i = 0; i < inputs; ++i)
    for (int j = 0; j < inputs; ++j) A(i, j) = moments[i * inputs + j] / (scale(i) * scale(j));
  if (n == inputs) return A;
  for (int i = 0; i < inputs; ++i) A(i, inputs) = A(inputs, i) = sums[i] / scale(i);
  A(inputs, inputs) = 1;
  return A;
}

template <class Scalar>
RowMatrix<double> KroneckerMetric<Scalar>::momentsOfOutputs(const Layer& layer) const {
  const int n = layer.factors->rows();
  const double* moments =
      moments_.data() + layer.moments() + layer.factors->momentsOfInputs() + layer.factors->sumsOfInputs();
  RowMatrix<double> G(n, n);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) G(i, j) = moments[i * n + j];
  return G;
}

// A bias keeps its coordinate.
template <class Scalar>
void KroneckerMetric<Scalar>::setPrincipalBasis(Layer& layer) {
  const int count = principalDirections, n = layer.factors->columns();
  const auto [Y, T] = reflectorOnto(detail::principalDirections(feed_->pool, count, scales_), n);
  RowMatrix<double> right(count, n), rightOfTransposed(count, n);
  for (int j = 0; j < count; ++j)
    for (int k = 0; k < count; ++k)
      for (int i = 0; i < n; ++i) {
        right(j, i) -= T(j, k) * Y(i, k);
        rightOfTransposed(j, i) -= T(k, j) * Y(i, k);
      }
  layer.basis.left = converted<Scalar>(Y);
  layer.basis.right = converted<Scalar>(right);
  layer.basis.rightOfTransposed = converted<Scalar>(rightOfTransposed);
  feed_->charge(flopsOfPrincipalDirections(feed_->pool, count));
}

template <class Scalar>
void KroneckerMetric<Scalar>::visitState(StateArchive<double>& archive, const std::string& name) {
  archive.visitNumber(name + "/steps", steps_);
  archive.visitNumber(name + "/last_refresh", lastRefresh_);
  archive.visitNumber(name + "/refresh_every", refreshEvery_);
  archive.visitNumber(name + "/has_moments", hasMoments_);
  archive.visitNumber(name + "/unbias", unbias_);
  archive.visit(name + "/moments", moments_);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    Layer& layer = layers_[i];
    const std::string place = name + "/layer_" + std::to_string(i);
    visitOwned(archive, place + "/squares", layer, layer.squares);
    visitOwned(archive, place + "/inputs", layer, layer.basis.inputs);
    visitOwned(archive, place + "/outputs", layer, layer.basis.outputs);
    layer.basis.inputsTransposed = layer.basis.inputs.transposed();
    layer.basis.outputsTransposed = layer.basis.outputs.transposed();
  }
}

// A matrix that one rank has.
template <class Scalar>
void KroneckerMetric<Scalar>::visitOwned(StateArchive<double>& archive, const std::string& name,
                                         const Layer& layer, RowMatrix<Scalar>& matrix) {
  const Teuchos::Comm<int>& comm = *feed_->space->comm();
  std::vector<int> extents(2, 0), allExtents(2, 0);
  if (layer.isMine) extents = {matrix.rows(), matrix.columns()};
  Teuchos::reduceAll(comm, Teuchos::REDUCE_MAX, 2, extents.data(), allExtents.data());
  int rows = allExtents[0], columns = allExtents[1];
  archive.visitNumber(name + "_rows", rows);
  archive.visitNumber(name + "_columns", columns);
  if (rows == 0) {
    matrix = {};
    return;
  }
  RowMatrix<Scalar> own(rows, columns);
  if (layer.isMine && !archive.restores()) own = matrix;
  const std::vector<double> mine(own.values().begin(), own.values().end());
  std::vector<double> all(mine.size());
  Teuchos::reduceAll(comm, Teuchos::REDUCE_SUM, static_cast<int>(mine.size()), mine.data(), all.data());
  archive.visit(name, all);
  if (!archive.restores() || !layer.isMine) return;
  std::transform(all.begin(), all.end(), own.values().begin(),
                 [](double value) { return static_cast<Scalar>(value); });
  matrix = own;
}

template class KroneckerMetric<double>;
template class KroneckerMetric<float>;

} // namespace terrace::resnet::detail
