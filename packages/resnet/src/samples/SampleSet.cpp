#include "kernels/common/Alignment.hpp"
#include "parameters/DeviceCopies.hpp"
#include "samples/SampleExchange.hpp"

#include <terrace/resnet/samples/SampleSet.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace terrace::resnet {
namespace {

void checkCount(const std::string& what, std::size_t found, long expected) {
  if (static_cast<long>(found) != expected)
    throw std::invalid_argument("Sample set: " + what + " has " + std::to_string(found) +
                                " values on this rank; expected " + std::to_string(expected) + ".");
}

// rows (samples) x columns, row-major, becomes columns x padded samples; the last sample fills the padding.
template <class Scalar>
SampleSet::Matrix<Scalar> transposed(const std::vector<double>& values, int rows, int columns,
                                     const std::string& label) {
  const int stride = detail::rowStride<Scalar>(detail::roundUp(rows, detail::samplePadding));
  SampleSet::Matrix<Scalar> matrix(label, static_cast<std::size_t>(columns),
                                   static_cast<std::size_t>(stride));
  const auto mirror = Kokkos::create_mirror_view(matrix);
  for (int sample = 0; sample < stride && rows > 0; ++sample) {
    const auto row = static_cast<std::size_t>(std::min(sample, rows - 1)) * static_cast<std::size_t>(columns);
    for (int column = 0; column < columns; ++column)
      mirror(column, sample) = static_cast<Scalar>(values[row + static_cast<std::size_t>(column)]);
  }
  Kokkos::deep_copy(matrix, mirror);
  return matrix;
}

// samples x features, row-major, of a feature x sample matrix on the host.
template <class Scalar>
std::vector<Scalar> sampleRows(const SampleSet::Matrix<Scalar>& matrix, std::size_t samples) {
  const std::size_t features = matrix.extent(0);
  std::vector<Scalar> rows(samples * features);
  constexpr std::size_t block = 64;
  for (std::size_t first = 0; first < samples; first += block)
    for (std::size_t i = 0; i < features; ++i)
      for (std::size_t s = first; s < std::min(first + block, samples); ++s)
        rows[s * features + i] = matrix(i, s);
  return rows;
}

// The sample of each position of a batch; the last one fills the padding.
struct BatchPositions {
  std::size_t operator()(std::size_t s) const {
    return static_cast<std::size_t>(positions[std::min(s, positions.size() - 1)]);
  }
  const std::vector<long>& positions;
};

// matrix(i, s) = rows(position of s, i)
template <class Scalar>
void fillFromRows(const SampleSet::Matrix<Scalar>& matrix, const std::vector<Scalar>& rows,
                  const BatchPositions& positionOf) {
  constexpr std::size_t block = 16; // samples: a cache line of a feature's row
  const std::size_t features = matrix.extent(0), samples = matrix.extent(1);
  for (std::size_t first = 0; first < samples; first += block) {
    const Scalar* sources[block];
    const std::size_t count = std::min(block, samples - first);
    for (std::size_t s = 0; s < count; ++s) sources[s] = rows.data() + positionOf(first + s) * features;
    for (std::size_t i = 0; i < features; ++i)
      for (std::size_t s = 0; s < count; ++s) matrix(i, first + s) = sources[s][i];
  }
}

} // namespace

// Batches are gathered from rows of a sample's inputs: one run of memory each, where the matrices have one
// distant number a feature.
struct SampleSet::Rows {
  /// Of the matrix, made when they are first asked for.
  template <class Scalar>
  const std::vector<Scalar>& of(const Matrix<Scalar>& matrix, int samples) {
    auto* rows = std::get_if<std::vector<Scalar>>(&inputs);
    if (rows == nullptr || rows->empty()) inputs = sampleRows(matrix, static_cast<std::size_t>(samples));
    return std::get<std::vector<Scalar>>(inputs);
  }

  std::variant<std::vector<double>, std::vector<float>> inputs;
};

SampleSet::SampleSet(const Teuchos::RCP<const Comm>& comm, long globalCount, int features,
                     const std::vector<double>& inputs, int outputs, SweepScalar scalar)
    : identity_(std::make_shared<const char>()), comm_(comm), globalCount_(globalCount), features_(features),
      outputs_(outputs), rows_(std::make_shared<Rows>()) {
  if (globalCount < 1)
    throw std::invalid_argument("Sample set: " + std::to_string(globalCount) +
                                " samples; expected at least 1.");
  if (features < 1 || outputs < 1)
    throw std::invalid_argument("Sample set: " + std::to_string(features) + " features and " +
                                std::to_string(outputs) + " outputs; expected at least 1 of each.");
  localCount_ = static_cast<int>(localCount(globalCount, comm->getRank(), comm->getSize()));
  checkCount("inputs", inputs.size(), static_cast<long>(localCount_) * features);
  if (scalar == SweepScalar::Float) arrays_ = Arrays<float>();
}

template <class Scalar>
void SampleSet::setArrays(const std::vector<double>& inputs, const std::vector<double>& targets) {
  Arrays<Scalar> arrays;
  arrays.inputs = transposed<Scalar>(inputs, localCount_, features_, "terrace::SampleSet::inputs");
  if (hasTargets_)
    arrays.targets = transposed<Scalar>(targets, localCount_, outputs_, "terrace::SampleSet::targets");
  arrays_ = arrays;
}

SampleSet SampleSet::classification(const Teuchos::RCP<const Comm>& comm, long globalCount, int features,
                                    const std::vector<double>& inputs, int classes,
                                    const std::vector<int>& labels, SweepScalar scalar) {
  SampleSet samples(comm, globalCount, features, inputs, classes, scalar);
  checkCount("labels", labels.size(), samples.localCount_);
  const auto wrong =
      std::find_if(labels.begin(), labels.end(), [=](int label) { return label < 0 || label >= classes; });
  if (wrong != labels.end())
    throw std::invalid_argument("Sample set: label " + std::to_string(*wrong) + "; expected 0.." +
                                std::to_string(classes - 1) + ".");
  samples.hasLabels_ = true;
  samples.labels_ = toDevice("terrace::SampleSet::labels", labels);
  scalar == SweepScalar::Double ? samples.setArrays<double>(inputs, {})
                                : samples.setArrays<float>(inputs, {});
  return samples;
}

SampleSet SampleSet::regression(const Teuchos::RCP<const Comm>& comm, long globalCount, int features,
                                const std::vector<double>& inputs, int outputs,
                                const std::vector<double>& targets, SweepScalar scalar) {
  SampleSet samples(comm, globalCount, features, inputs, outputs, scalar);
  checkCount("targets", targets.size(), static_cast<long>(samples.localCount_) * outputs);
  samples.hasTargets_ = true;
  scalar == SweepScalar::Double ? samples.setArrays<double>(inputs, targets)
                                : samples.setArrays<float>(inputs, targets);
  return samples;
}

SampleSet SampleSet::unlabelled(const Teuchos::RCP<const Comm>& comm, long globalCount, int features,
                                const std::vector<double>& inputs, int outputs, SweepScalar scalar) {
  SampleSet samples(comm, globalCount, features, inputs, outputs, scalar);
  scalar == SweepScalar::Double ? samples.setArrays<double>(inputs, {})
                                : samples.setArrays<float>(inputs, {});
  return samples;
}

SampleSet SampleSet::withTargetUnits(const DataScaling& units) const {
  if (!hasTargets_ || units.columns() != outputs_)
    throw std::invalid_argument("Sample set: units of " + std::to_string(units.columns()) +
                                " targets; expected " + std::to_string(hasTargets_ ? outputs_ : 0) + ".");
  SampleSet samples(*this);
  samples.identity_ = std::make_shared<const char>();
  samples.targetShift_ = toDevice("terrace::SampleSet::targetShift", units.shift);
  samples.targetScale_ = toDevice("terrace::SampleSet::targetScale", units.scale);
  samples.targetLogarithm_ = units.logarithm;
  return samples;
}

SampleSet SampleSet::withDerivatives(const SampleDerivatives& derivatives, double weight) const {
  if (!hasTargets_) throw std::invalid_argument("Sample set: derivatives without targets.");
  const long all = static_cast<long>(localCount_) * derivatives.directions;
  const bool unit = derivatives.alongUnitVectors;
  checkCount("derivatives", derivatives.values.size(), all * outputs_);
  if (!unit) checkCount("directions of derivatives", derivatives.along.size(), all * features_);
  if (unit && derivatives.directions != features_)
    throw std::invalid_argument("Sample set: derivatives along " + std::to_string(derivatives.directions) +
                                " unit vectors; expected " + std::to_string(features_) + ".");
  SampleSet samples(*this);
  samples.identity_ = std::make_shared<const char>();
  samples.directions_ = derivatives.directions;
  samples.hasUnitDirections_ = unit;
  samples.derivativeWeight_ = weight;
  std::visit(
      [&](auto& arrays) {
        using Scalar = typename std::decay_t<decltype(arrays.inputs)>::value_type;
        arrays.derivatives =
            transposed<Scalar>(derivatives.values, localCount_, derivatives.directions * outputs_,
                               "terrace::SampleSet::derivatives");
        if (!unit)
          arrays.directions =
              transposed<Scalar>(derivatives.along, localCount_, derivatives.directions * features_,
                                 "terrace::SampleSet::directions");
      },
      samples.arrays_);
  return samples;
}

SampleSet SampleSet::leading(long globalCount) const {
  if (first_ > 0 || globalCount < 1 || globalCount > globalCount_)
    throw std::invalid_argument("Sample set: a subset of " + std::to_string(globalCount) +
                                " samples; expected 1.." + std::to_string(globalCount_) + ".");
  SampleSet subset(*this);
  subset.globalCount_ = globalCount;
  subset.localCount_ = static_cast<int>(localCount(globalCount, comm_->getRank(), comm_->getSize()));
  return subset;
}

bool SampleSet::hasWindow(long first, long count) const {
  const long end = first + count;
  const bool startsGroup = first % samplesOfGroup == 0;
  const bool isInOneGroup = first / samplesOfGroup == (end - 1) / samplesOfGroup;
  return first_ == 0 && first >= 0 && count > 0 && end <= globalCount_ && (startsGroup || isInOneGroup);
}

SampleSet SampleSet::window(long first, long count) const {
  if (!hasWindow(first, count))
    throw std::invalid_argument("Sample set: a window of " + std::to_string(count) +
                                " samples from position " + std::to_string(first) + " on in a set of " +
                                std::to_string(globalCount_) + "; expected one that starts with a group of " +
                                std::to_string(samplesOfGroup) + " samples or lies in one.");
  const int rank = comm_->getRank(), size = comm_->getSize();
  const auto localFirst = static_cast<std::size_t>(localCount(first, rank, size));
  SampleSet window(*this);
  window.first_ = first;
  window.globalCount_ = count;
  window.localCount_ = static_cast<int>(localCount(first + count, rank, size)) - static_cast<int>(localFirst);
  window.storage_ = arrays_;
  // Rows keep their distance, so the last row of such a view ends beyond the window, where it is never read.
  std::visit(
      [&](auto& arrays) {
        const auto shifted = [&](auto& matrix) {
          using View = std::decay_t<decltype(matrix)>;
          if (matrix.extent(0) > 0)
            matrix = View(matrix.data() + localFirst, matrix.extent(0), matrix.extent(1));
        };
        shifted(arrays.inputs);
        shifted(arrays.targets);
        shifted(arrays.directions);
        shifted(arrays.derivatives);
      },
      window.arrays_);
  if (hasLabels_)
    window.labels_ = Kokkos::subview(
        labels_, std::make_pair(localFirst, localFirst + static_cast<std::size_t>(window.localCount_)));
  return window;
}

SampleSet SampleSet::subset(const std::vector<long>& positions, const SampleSet* reusable) const {
  const auto count = static_cast<long>(positions.size());
  const auto gap = [](long before, long after) { return after != before + 1; };
  const bool follow = std::adjacent_find(positions.begin(), positions.end(), gap) == positions.end();
  if (count > 0 && follow && hasWindow(positions.front(), count)) return window(positions.front(), count);
  constexpr bool onHost = std::is_same_v<Device::memory_space, Kokkos::HostSpace>;
  return onHost && comm_->getSize() == 1 ? gatherFromOneRank(positions, reusable) : gather(positions);
}

SampleSet SampleSet::gatherFromOneRank(const std::vector<long>& positions, const SampleSet* reusable) const {
  checkPositions(positions);
  SampleSet batch(*this);
  batch.identity_ = std::make_shared<const char>();
  batch.rows_ = std::make_shared<Rows>();
  batch.globalCount_ = static_cast<long>(positions.size());
  batch.localCount_ = static_cast<int>(positions.size());
  scalar() == SweepScalar::Double ? gatherArrays<double>(positions, batch, reusable)
                                  : gatherArrays<float>(positions, batch, reusable);
  return batch;
}

template <class Scalar>
void SampleSet::gatherArrays(const std::vector<long>& positions, SampleSet& target,
                             const SampleSet* reusable) const {
  const Arrays<Scalar>& all = arrays<Scalar>();
  const bool hasOther = reusable != nullptr && reusable->scalar() == scalar();
  const Arrays<Scalar> other = hasOther ? reusable->arrays<Scalar>() : Arrays<Scalar>();
  const auto stride = static_cast<std::size_t>(
      detail::rowStride<Scalar>(detail::roundUp(static_cast<int>(positions.size()), detail::samplePadding)));
  const auto reuse = [&](const Matrix<Scalar>& before, int columns, const std::string& label) {
    const auto rows = static_cast<std::size_t>(columns);
    const bool fits = before.extent(0) == rows && before.extent(1) == stride;
    return fits ? before
                : Matrix<Scalar>(Kokkos::view_alloc(label, Kokkos::WithoutInitializing), rows, stride);
  };
  const BatchPositions positionOf{positions};
  Arrays<Scalar> made;
  made.inputs = reuse(other.inputs, features_, "terrace::SampleSet::inputs");
  fillFromRows(made.inputs, rows_->of(all.inputs, localCount_), positionOf);
  const auto gathered = [&](const Matrix<Scalar>& from, const Matrix<Scalar>& before,
                            const std::string& label) {
    if (from.extent(0) == 0) return Matrix<Scalar>();
    const auto to = reuse(before, static_cast<int>(from.extent(0)), label);
    for (std::size_t i = 0; i < to.extent(0); ++i)
      for (std::size_t s = 0; s < stride; ++s) to(i, s) = from(i, positionOf(s));
    return to;
  };
  made.targets = gathered(all.targets, other.targets, "terrace::SampleSet::targets");
  made.directions = gathered(all.directions, other.directions, "terrace::SampleSet::directions");
  made.derivatives = gathered(all.derivatives, other.derivatives, "terrace::SampleSet::derivatives");
  if (hasLabels_) {
    const bool fits = hasOther && reusable->labels_.extent(0) == positions.size();
    target.labels_ = fits ? reusable->labels_ : Labels("terrace::SampleSet::labels", positions.size());
    for (std::size_t s = 0; s < positions.size(); ++s) target.labels_(s) = labels_(positionOf(s));
  }
  target.arrays_ = made;
}

// Row-major: features, then the label or the targets, directions and derivatives of each sample at \p
// positions, which all are local.
template <class Scalar>
std::vector<double> SampleSet::rows(const std::vector<long>& positions) const {
  const auto onHost = [](const Matrix<Scalar>& matrix) {
    return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), matrix);
  };
  const Arrays<Scalar>& all = arrays<Scalar>();
  const auto inputs = onHost(all.inputs), targets = onHost(all.targets), directions = onHost(all.directions),
             derivatives = onHost(all.derivatives);
  const auto labels = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), labels_);
  std::vector<double> values;
  values.reserve(positions.size() * static_cast<std::size_t>(rowLength()));
  for (const long position : positions) {
    const long group = position / samplesOfGroup / comm_->getSize(); // of this rank's groups
    const auto sample = static_cast<std::size_t>(group * samplesOfGroup + position % samplesOfGroup);
    const auto append = [&](const auto& matrix) {
      for (std::size_t i = 0; i < matrix.extent(0); ++i)
        values.push_back(static_cast<double>(matrix(i, sample)));
    };
    append(inputs);
    if (hasLabels_) values.push_back(labels(sample));
    append(targets);
    append(directions);
    append(derivatives);
  }
  return values;
}

void SampleSet::checkPositions(const std::vector<long>& positions) const {
  if (first_ > 0) throw std::invalid_argument("Sample set: a window has no subsets.");
  if (positions.empty())
    throw std::invalid_argument("Sample set: a batch of no samples; expected at least 1.");
  for (const long position : positions)
    if (position < 0 || position >= globalCount_)
      throw std::invalid_argument("Sample set: a batch with position " + std::to_string(position) +
                                  "; expected 0.." + std::to_string(globalCount_ - 1) + ".");
}

SampleSet SampleSet::gather(const std::vector<long>& positions) const {
  checkPositions(positions);
  const detail::SampleExchange exchange(comm_, positions);
  const auto mine =
      scalar() == SweepScalar::Double ? rows<double>(exchange.source()) : rows<float>(exchange.source());
  const auto dealt = exchange.redistribute(mine, rowLength());

  std::vector<double> inputs, targets;
  std::vector<int> labels;
  SampleDerivatives derivatives;
  derivatives.directions = directions_;
  derivatives.alongUnitVectors = hasUnitDirections_;
  const auto length = static_cast<std::ptrdiff_t>(rowLength());
  for (auto row = dealt.begin(); row != dealt.end(); row += length) {
    auto at = row;
    const auto take = [&at](std::vector<double>& to, int count) {
      to.insert(to.end(), at, at + count);
      at += count;
    };
    take(inputs, features_);
    if (hasLabels_) labels.push_back(static_cast<int>(*at));
    if (hasTargets_) take(targets, outputs_);
    take(derivatives.along, directionLength());
    take(derivatives.values, directions_ * outputs_);
  }
  const auto count = static_cast<long>(positions.size());
  if (hasLabels_) return classification(comm_, count, features_, inputs, outputs_, labels, scalar());
  if (hasTargets_) {
    SampleSet batch = regression(comm_, count, features_, inputs, outputs_, targets, scalar());
    batch.targetShift_ = targetShift_;
    batch.targetScale_ = targetScale_;
    batch.targetLogarithm_ = targetLogarithm_;
    return directions_ > 0 ? batch.withDerivatives(derivatives, derivativeWeight_) : batch;
  }
  return unlabelled(comm_, count, features_, inputs, outputs_, scalar());
}

namespace {

// columns x samples becomes samples x columns, row-major.
template <class Matrix>
std::vector<double> localRows(const Matrix& matrix, int samples) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), matrix);
  std::vector<double> rows;
  rows.reserve(matrix.extent(0) * static_cast<std::size_t>(samples));
  for (std::size_t sample = 0; sample < static_cast<std::size_t>(samples); ++sample)
    for (std::size_t i = 0; i < host.extent(0); ++i) rows.push_back(static_cast<double>(host(i, sample)));
  return rows;
}

} // namespace

std::vector<double> SampleSet::targetRows() const {
  return std::visit([&](const auto& arrays) { return localRows(arrays.targets, localCount_); }, arrays_);
}

std::vector<double> SampleSet::derivativeRows() const {
  return std::visit([&](const auto& arrays) { return localRows(arrays.derivatives, localCount_); }, arrays_);
}

long SampleSet::localCount(long globalCount, int rank, int size) {
  const long groups = (globalCount + samplesOfGroup - 1) / samplesOfGroup;
  if (groups <= rank) return 0;
  const long mine = (groups - rank + size - 1) / size;
  const bool hasLast = (groups - 1) % size == rank;
  return mine * samplesOfGroup - (hasLast ? groups * samplesOfGroup - globalCount : 0);
}

} // namespace terrace::resnet
