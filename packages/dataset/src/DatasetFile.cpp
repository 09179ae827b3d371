#include "detail/DatasetAttributes.hpp"
#include "detail/DatasetChecks.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/dataset/MatrixShare.hpp>
#include <terrace/dataset/PartialFile.hpp>
#include <terrace/dataset/SampleOrder.hpp>

#include <Teuchos_Comm.hpp>
#include <Teuchos_CommHelpers.hpp>

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace terrace::dataset {
namespace {

const DerivativeShape& derivativesOf(const DatasetDescription& description, const std::string& split) {
  return split == "train" ? description.trainDerivatives : description.testDerivatives;
}

void writeDerivatives(Hdf5File& file, const std::string& name, const Split& split) {
  const auto features = static_cast<std::size_t>(split.features),
             outputs = static_cast<std::size_t>(split.outputs),
             directions = static_cast<std::size_t>(split.directions);
  if (!split.jacobians.empty())
    file.write<double>(name + "/jacobians", {split.samples, outputs, features}, split.jacobians);
  if (directions == 0) return;
  file.write<double>(name + "/directions", {split.samples, directions, features}, split.directionRows);
  file.write<double>(name + "/derivatives", {split.samples, directions, outputs}, split.derivatives);
}

void writeSplit(Hdf5File& file, const std::string& name, const Split& split, Task task) {
  file.write<double>(name + "/inputs", {split.samples, static_cast<std::size_t>(split.features)},
                     split.inputs);
  if (task == Task::Classification) {
    file.write<int>(name + "/labels", {split.samples}, split.labels);
  } else {
    file.write<double>(name + "/targets", {split.samples, static_cast<std::size_t>(split.outputs)},
                       split.targets);
  }
  writeDerivatives(file, name, split);
}

// Smallest and largest value of a matrix, read in blocks of about 8 MB.
std::pair<double, double> rangeOf(const Hdf5File& file, const std::string& dataset,
                                  RowsOf rowsOf = RowsOf::Matrix) {
  const auto shape =
      rowsOf == RowsOf::Matrix ? detail::matrixShape(file, dataset) : detail::arrayShape(file, dataset);
  const std::size_t block = std::max<std::size_t>(1, (std::size_t{1} << 20U) / shape[1]);
  double smallest = std::numeric_limits<double>::infinity();
  double largest = -smallest;
  detail::Offence all;
  for (std::size_t row = 0; row < shape[0]; row += block) {
    const auto values = detail::readMatrixRows(file, dataset, row, std::min(block, shape[0] - row));
    const auto bad = detail::findNonFinite(values, static_cast<std::int64_t>(row * shape[1]));
    if (all.count == 0) all.first = bad.first;
    all.count += bad.count;
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    smallest = std::min(smallest, *low);
    largest = std::max(largest, *high);
  }
  if (all.count > 0)
    throw std::invalid_argument(file.path() + ": " + dataset + ": " +
                                detail::nonFiniteText(all, shape[0], shape[1]) + ".");
  return {smallest, largest};
}

SplitSummary summarize(const Hdf5File& file, const std::string& split,
                       const DatasetDescription& description) {
  SplitSummary summary;
  std::tie(summary.smallestInput, summary.largestInput) = rangeOf(file, split + "/inputs");
  if (description.task == Task::Classification) {
    summary.classCounts.assign(static_cast<std::size_t>(description.classes), 0);
    for (const int label : detail::readLabels(file, split, description.classes))
      ++summary.classCounts[static_cast<std::size_t>(label)];
  } else {
    std::tie(summary.smallestTarget, summary.largestTarget) = rangeOf(file, split + "/targets");
  }
  const DerivativeShape& derivatives = derivativesOf(description, split);
  if (derivatives.directions > 0) rangeOf(file, split + "/directions", RowsOf::Array);
  if (derivatives.directions > 0 || derivatives.jacobians)
    std::tie(summary.smallestDerivative, summary.largestDerivative) =
        rangeOf(file, split + (derivatives.jacobians ? "/jacobians" : "/derivatives"), RowsOf::Array);
  return summary;
}

// Rank 0 reads and checks the labels, all get them.
std::vector<int> broadcastLabels(const std::string& path, const std::string& split, int classes,
                                 std::size_t samples, const Teuchos::Comm<int>& comm) {
  std::vector<int> labels;
  runOnRoot(comm, [&] { labels = detail::readLabels(Hdf5File::open(path), split, classes); });
  labels.resize(samples);
  Teuchos::broadcast(comm, 0, static_cast<int>(samples), labels.data());
  return labels;
}

std::vector<std::int64_t> chooseOrder(const std::string& where, std::size_t samples,
                                      const std::vector<int>& labels, const SampleSelection& selection) {
  if (selection.samples > samples)
    throw std::invalid_argument(where + ": " + std::to_string(selection.samples) +
                                " samples were asked for; the file has " + std::to_string(samples) + ".");
  if (selection.random && !labels.empty()) return sampleOrder(labels, selection.seed, selection.samples);
  if (selection.random) return sampleOrder(samples, selection.seed, selection.samples);
  std::vector<std::int64_t> order(selection.samples == 0 ? samples : selection.samples);
  std::iota(order.begin(), order.end(), std::int64_t{0});
  return order;
}

Split wholeSplit(const Hdf5File& file, const std::string& name, const DatasetDescription& description) {
  Split split;
  split.samples = detail::samplesOf(file.path(), description, name);
  split.features = description.features;
  split.inputs = detail::readMatrixRows(file, name + "/inputs", 0, split.samples);
  if (description.task == Task::Classification) {
    split.labels = detail::readLabels(file, name, description.classes);
  } else {
    split.outputs = description.outputs;
    split.targets = file.read<double>(name + "/targets").values;
  }
  const DerivativeShape& derivatives = derivativesOf(description, name);
  if (derivatives.jacobians) split.jacobians = file.read<double>(name + "/jacobians").values;
  split.directions = derivatives.directions;
  if (derivatives.directions == 0) return split;
  split.directionRows = file.read<double>(name + "/directions").values;
  split.derivatives = file.read<double>(name + "/derivatives").values;
  return split;
}

} // namespace

void write(const std::string& path, const Dataset& dataset) {
  detail::requireValid(path, dataset);
  PartialFile partial(path);
  {
    Hdf5File file = Hdf5File::create(partial.path(), path);
    detail::writeAttributes(file, dataset);
    writeSplit(file, "train", dataset.train, dataset.task);
    if (dataset.test.samples > 0) writeSplit(file, "test", dataset.test, dataset.task);
    file.close();
  }
  partial.commit();
}

DatasetDescription readDescription(const std::string& path) {
  return detail::describe(Hdf5File::open(path));
}

DatasetDescription readDescription(const std::string& path, const Teuchos::Comm<int>& comm) {
  const Hdf5File file = Hdf5File::open(path, comm);
  DatasetDescription description;
  runOnAllRanks(comm, [&] { description = detail::describe(file); });
  return description;
}

DatasetInfo readInfo(const std::string& path) {
  const Hdf5File file = Hdf5File::open(path);
  DatasetInfo info;
  info.description = detail::describe(file);
  info.train = summarize(file, "train", info.description);
  if (info.description.testSamples > 0) info.test = summarize(file, "test", info.description);
  return info;
}

Dataset read(const std::string& path) {
  const Hdf5File file = Hdf5File::open(path);
  const DatasetDescription description = detail::describe(file);
  Dataset dataset;
  dataset.task = description.task;
  dataset.inputShape = description.inputShape;
  dataset.classes = description.classes;
  dataset.description = description.description;
  dataset.inputNames = description.inputNames;
  dataset.targetNames = description.targetNames;
  dataset.train = wholeSplit(file, "train", description);
  if (description.testSamples > 0) dataset.test = wholeSplit(file, "test", description);
  detail::requireValid(path, dataset);
  return dataset;
}

SplitShare readSplit(const std::string& path, const std::string& split, SampleDealing dealing,
                     const Teuchos::Comm<int>& comm, const SampleSelection& selection) {
  const DatasetDescription description = readDescription(path, comm);
  const std::size_t samples = detail::samplesOf(path, description, split);
  std::vector<int> labels;
  if (description.task == Task::Classification)
    labels = broadcastLabels(path, split, description.classes, samples, comm);
  const auto order = chooseOrder(path + ": " + split, samples, labels, selection);

  SplitShare share;
  share.globalSamples = order.size();
  share.rows = shareOf(order, dealing, comm);
  share.local.samples = share.rows.size();
  share.local.features = description.features;
  share.local.inputs = readMatrixShare(path, split + "/inputs", order, dealing, comm).values;
  if (description.task == Task::Classification) {
    for (const std::int64_t row : share.rows)
      share.local.labels.push_back(labels[static_cast<std::size_t>(row)]);
  } else {
    share.local.outputs = description.outputs;
    share.local.targets = readMatrixShare(path, split + "/targets", order, dealing, comm).values;
  }
  const auto arrayOf = [&](const std::string& name) {
    return readMatrixShare(path, split + name, order, dealing, comm, RowsOf::Array).values;
  };
  const DerivativeShape& derivatives = derivativesOf(description, split);
  if (derivatives.jacobians) share.local.jacobians = arrayOf("/jacobians");
  share.local.directions = derivatives.directions;
  if (derivatives.directions == 0) return share;
  share.local.directionRows = arrayOf("/directions");
  share.local.derivatives = arrayOf("/derivatives");
  return share;
}

} // namespace terrace::dataset
