#pragma once

// Sample sets of the reference's data, dealt over the ranks.

#include "Reference.hpp"
#include "parameters/DeviceCopies.hpp"

#include <terrace/resnet/parameters/CompensatedSum.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <Tpetra_Core.hpp>

namespace terrace::resnet::reference {

/// This rank's rows of a global array.
template <class T>
std::vector<T> localRows(const std::vector<T>& all, int columns) {
  const auto comm = Tpetra::getDefaultComm();
  const long rows = static_cast<long>(all.size()) / columns;
  std::vector<T> mine;
  for (long row = 0; row < rows; ++row)
    if (row / samplesOfGroup % comm->getSize() == comm->getRank())
      mine.insert(mine.end(), all.begin() + row * columns, all.begin() + (row + 1) * columns);
  return mine;
}

inline SampleSet makeSamples(const Network& network, const Data& data,
                             SweepScalar scalar = SweepScalar::Double) {
  const auto comm = Tpetra::getDefaultComm();
  const auto inputs = localRows(data.inputs, network.features());
  if (!data.labels.empty())
    return SampleSet::classification(comm, data.count, network.features(), inputs, network.outputs,
                                     localRows(data.labels, 1), scalar);
  return SampleSet::regression(comm, data.count, network.features(), inputs, network.outputs,
                               localRows(data.targets, network.outputs), scalar);
}

/// The scalar of a sweep, and the tolerance of comparisons with it.
template <class Scalar>
struct Precision;
template <>
struct Precision<double> {
  static constexpr auto sweep = SweepScalar::Double;
  static constexpr double tolerance = 1e-13;
};
template <>
struct Precision<float> {
  static constexpr auto sweep = SweepScalar::Float;
  static constexpr double tolerance = 2e-5;
};

/// Parameters, or a direction, as the sweeps take them.
inline ParameterView toView(const Vector& values) {
  return toDevice("parameters", values);
}

/// What a sweep has summed, on the host.
inline Vector roundedSums(const CompensatedView& sums) {
  Vector values;
  for (const CompensatedSum& sum : toHost(sums)) values.push_back(sum.value());
  return values;
}

inline Network makeNetwork(int width, int blocks, int features = 2, int outputs = 3) {
  Network network = Network::dense(features, outputs, width, blocks, 1.5);
  network.regularization = {0.02, 0.03, 0.05};
  return network;
}

/// A network of several stages, each with a time of its own.
inline Network makeStages(const std::vector<int>& widths, const std::vector<int>& blocks, int features = 2,
                          int outputs = 3) {
  Network network = makeNetwork(1, 1, features, outputs);
  network.stages.clear();
  for (std::size_t s = 0; s < widths.size(); ++s)
    network.stages.push_back(
        {StageKind::Dense, Shape::dense(widths[s]), blocks[s], 1.0 + 0.5 * static_cast<double>(s)});
  return network;
}

/// A convolutional network of images; the image is halved from one stage to the next.
inline Network makeImages(StageKind kind, const Shape& input, const std::vector<int>& channels,
                          const std::vector<int>& blocks, int outputs = 3) {
  Network network = makeNetwork(1, 1, 1, outputs);
  network.input = input;
  network.stages.clear();
  Shape shape = input;
  for (std::size_t s = 0; s < channels.size(); ++s) {
    shape.channels = channels[s];
    network.stages.push_back({kind, shape, blocks[s], 1.0 + 0.5 * static_cast<double>(s)});
    shape.height /= 2;
    shape.width /= 2;
  }
  return network;
}

inline Vector makeParameters(const Network& network, unsigned seed = 3) {
  const double inputs =
      network.isConvolutional() ? 9 * network.firstShape().channels : network.firstShape().size();
  return normals(index(network.parameterCount()), seed, 1.0 / std::sqrt(inputs));
}

} // namespace terrace::resnet::reference
