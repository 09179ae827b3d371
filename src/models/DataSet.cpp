#include "models/DataSet.hpp"

#include <terrace/dataset/MatrixShare.hpp>
#include <terrace/parameters/ParameterText.hpp>
#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/samples/HeldOutSamples.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>

namespace terrace::program {
namespace {

using Communicator = Teuchos::RCP<const Teuchos::Comm<int>>;
using dataset::Task;
using resnet::DataScaling;
using resnet::SampleSet;

// What makes samples of rows of a file.
struct Maps {
  const dataset::DatasetDescription& about;
  const DataScaling& inputs;
  const DataScaling& targets;
  resnet::SweepScalar scalar;
};

// Which derivatives samples get, and how much they weigh.
struct Derivatives {
  bool wanted = false;
  int directions = 0; // of each sample; 0: all
  std::uint64_t seed = 0;
  std::optional<double> weight; // none: balanced, times the factor
  double factor = 1;
  long leading = 0; // local samples that are not held out, which the weight is made from
};

resnet::SampleDerivatives derivativesOf(const dataset::SplitShare& share, const Maps& maps, int directions,
                                        std::uint64_t seed) {
  const dataset::Split& local = share.local;
  resnet::SampleDerivatives derivatives;
  if (local.directions > 0) {
    derivatives = {local.directions, false, local.directionRows, local.derivatives};
  } else {
    derivatives =
        resnet::SampleDerivatives::ofJacobians(local.jacobians, maps.about.outputs, maps.about.features);
  }
  derivatives.scale(maps.inputs, maps.targets, local.targets);
  derivatives.reduceTo(directions, maps.about.features, share.rows, seed);
  return derivatives;
}

SampleSet makeSamples(dataset::SplitShare share, const Maps& maps, const Derivatives& wanted,
                      const Communicator& comm) {
  const auto& about = maps.about;
  maps.inputs.apply(share.local.inputs);
  const auto count = static_cast<long>(share.globalSamples);
  if (about.task == Task::Classification)
    return SampleSet::classification(comm, count, about.features, share.local.inputs, about.classes,
                                     share.local.labels, maps.scalar);
  maps.targets.requireDomain(share.local.targets, *comm);
  resnet::SampleDerivatives derivatives;
  if (wanted.wanted) derivatives = derivativesOf(share, maps, wanted.directions, wanted.seed);
  maps.targets.apply(share.local.targets);
  auto samples = SampleSet::regression(comm, count, about.features, share.local.inputs, about.outputs,
                                       share.local.targets, maps.scalar);
  if (wanted.wanted) {
    const auto leading = static_cast<std::ptrdiff_t>(wanted.leading) * about.outputs;
    const double weight =
        wanted.weight
            ? *wanted.weight
            : wanted.factor *
                  resnet::balancedWeight(derivatives.leading(wanted.leading, about.features, about.outputs),
                                         {share.local.targets.begin(), share.local.targets.begin() + leading},
                                         about.outputs, *comm);
    samples = samples.withDerivatives(derivatives, weight);
  }
  return maps.targets.isIdentity() ? samples : samples.withTargetUnits(maps.targets);
}

bool hasDerivatives(const dataset::DerivativeShape& shape) {
  return shape.jacobians || shape.directions > 0;
}

const char* taskName(Task task) {
  return task == Task::Classification ? "classification" : "regression";
}

void requireFit(const std::string& file, const dataset::DatasetDescription& about,
                const model::ModelDescription& model) {
  const auto require = [&file](const std::string& what, const auto& found, const auto& expected) {
    if (found == expected) return;
    throw std::invalid_argument(file + ": has " + std::to_string(found) + " " + what + "; the model is for " +
                                std::to_string(expected) + ".");
  };
  if (about.task != model.task)
    throw std::invalid_argument(file + ": is for " + taskName(about.task) + "; the model is for " +
                                taskName(model.task) + ".");
  require("features", about.features, model.features);
  require(about.task == Task::Classification ? "classes" : "outputs", about.outputs, model.outputs);
}

// Derivatives of test samples are measured also where the training did not use them.
void readTest(const std::string& file, DataSet& data, const Communicator& comm, resnet::SweepScalar scalar,
              bool isDense) {
  if (data.description.testSamples == 0) return;
  auto share = dataset::readSplit(file, "test", sampleDealing, *comm);
  if (data.distance.isKnown()) data.testDistances = data.distance.atRows(share.local.inputs);
  Derivatives derivatives;
  derivatives.wanted = isDense && hasDerivatives(data.description.testDerivatives);
  derivatives.weight = data.train.derivativeWeight();
  data.test =
      makeSamples(std::move(share), {data.description, data.inputs, data.targets, scalar}, derivatives, comm);
}

dataset::SampleSelection selectionOf(const Teuchos::ParameterList& list,
                                     const dataset::DatasetDescription& about) {
  const int samples = list.get<int>("Training Samples");
  if (static_cast<std::size_t>(samples) > about.trainSamples)
    throw ParameterError("Data: \"Training Samples\" = " + std::to_string(samples) + " is more than the " +
                         std::to_string(about.trainSamples) + " training samples of " +
                         list.get<std::string>("File") + ".");
  dataset::SampleSelection selection;
  selection.random = true;
  selection.seed = static_cast<std::uint64_t>(list.get<int>("Seed"));
  selection.samples = static_cast<std::size_t>(samples);
  return selection;
}

// Squares of scaled inputs must not overflow in a sweep. \param inputs  of this rank's samples; collective.
void requireUsableSize(const std::vector<double>& inputs, const DataScaling& scaling,
                       const dataset::DatasetDescription& about, const Teuchos::ParameterList& list,
                       resnet::SweepScalar scalar, const Teuchos::Comm<int>& comm) {
  const double most = scalar == resnet::SweepScalar::Float ? 1e18 : 1e150;
  const auto columns = static_cast<std::size_t>(about.features);
  std::vector<double> local(columns, 0.0), largest(columns);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::size_t j = i % columns;
    local[j] = std::max(local[j], std::abs((inputs[i] - scaling.shift[j]) / scaling.scale[j]));
  }
  Teuchos::reduceAll(comm, Teuchos::REDUCE_MAX, about.features, local.data(), largest.data());
  for (std::size_t j = 0; j < columns; ++j) {
    if (largest[j] <= most) continue;
    throw ParameterError("Data: \"Input Normalization\" = \"" + list.get<std::string>("Input Normalization") +
                         "\" leaves input " + std::to_string(j + 1) +
                         (about.inputNames.empty() ? "" : " (" + about.inputNames[j] + ")") +
                         " with values up to " + shortestText(largest[j]) +
                         ", of which no sums of squares can "
                         "be formed; expected \"Standard\" or \"Unit Range\".");
  }
}

// Whether a map is the one of the network that training starts from.
bool startsFrom(const Teuchos::ParameterList& data, const char* name, const model::ModelDescription* start) {
  return start != nullptr && data.get<std::string>(name) == "Automatic";
}

DataScaling ofColumns(const DataScaling& scaling, int columns, const char* what, const std::string& file) {
  if (scaling.columns() == columns) return scaling;
  throw std::invalid_argument(file + ": has " + std::to_string(columns) + " " + what +
                              "; the network of Network > Initial Guess > File is for " +
                              std::to_string(scaling.columns()) + ".");
}

// What \p use makes of the first `local` rows. The others are put aside meanwhile: there may not be the
// memory for a copy of all.
template <class Use>
auto ofLeadingRows(std::vector<double>& rows, long local, int columns, const Use& use) {
  const auto end = rows.begin() + static_cast<std::ptrdiff_t>(local) * columns;
  const std::vector<double> rest(end, rows.end());
  rows.erase(end, rows.end());
  auto result = use(rows);
  rows.insert(rows.end(), rest.begin(), rest.end());
  return result;
}

} // namespace

std::string DataSet::metricName() const {
  return description.task == Task::Classification ? "accuracy" : "error";
}

DataSet readTrainingData(const Teuchos::ParameterList& list, const Communicator& comm,
                         resnet::SweepScalar scalar, const resnet::DerivativeOptions& options,
                         const model::ModelDescription* start) {
  const auto file = list.get<std::string>("File");
  const auto about = dataset::readDescription(file, *comm);
  const bool regression = about.task == Task::Regression;
  const auto shape = resnet::Shape::ofInput(about.inputShape);
  const auto inputType = resnet::scalingType(list, "Input Normalization", regression, shape);
  const auto targetType = resnet::scalingType(list, "Target Normalization", regression, shape);

  auto share = dataset::readSplit(file, "train", sampleDealing, *comm, selectionOf(list, about));
  const auto all = static_cast<long>(share.globalSamples);
  const long kept = all - resnet::heldOutCount(list, all);
  const long local = SampleSet::localCount(kept, comm->getRank(), comm->getSize());
  const auto scalingOf = [&](resnet::ScalingType type, std::vector<double>& rows, int columns,
                             int pixels = 1) {
    return ofLeadingRows(rows, local, columns, [&](const std::vector<double>& leading) {
      return DataScaling::of(type, leading, columns, *comm, pixels);
    });
  };
  auto inputs = startsFrom(list, "Input Normalization", start)
                    ? ofColumns(start->inputs, about.features, "features", file)
                    : scalingOf(inputType, share.local.inputs, about.features, shape.pixels());
  const bool keepsTargets = regression && startsFrom(list, "Target Normalization", start);
  auto targets = keepsTargets ? ofColumns(start->targets, about.outputs, "outputs", file)
                 : regression ? scalingOf(targetType, share.local.targets, about.outputs)
                              : DataScaling::identity(about.outputs);

  requireUsableSize(share.local.inputs, inputs, about, list, scalar, *comm);
  auto distance =
      ofLeadingRows(share.local.inputs, local, about.features, [&](const std::vector<double>& leading) {
        return resnet::DataDistance::of(leading, about.features, *comm);
      });
  Derivatives derivatives;
  derivatives.wanted = options.weight > 0 && hasDerivatives(about.trainDerivatives);
  if (derivatives.wanted) options.requireDense();
  derivatives.directions = options.directions;
  derivatives.seed = static_cast<std::uint64_t>(list.get<int>("Seed"));
  derivatives.factor = options.weight;
  derivatives.leading = local;
  const auto samples = makeSamples(std::move(share), {about, inputs, targets, scalar}, derivatives, comm);
  DataSet data{about,        std::move(inputs), std::move(targets),  samples.leading(kept),
               std::nullopt, std::nullopt,      std::move(distance), {}};
  if (kept < all) data.validation = resnet::lastSamples(samples, all - kept);
  readTest(file, data, comm, scalar, options.isDense);
  return data;
}

DataSet readDataSet(const std::string& file, const model::ModelDescription& model, const Communicator& comm) {
  const auto about = dataset::readDescription(file, *comm);
  requireFit(file, about, model);
  const auto scalar = resnet::SweepScalar::Double;
  const bool isDense = !model.makeNetwork().isConvolutional();
  Derivatives derivatives;
  derivatives.wanted = model.derivativeWeight > 0 && hasDerivatives(about.trainDerivatives);
  if (derivatives.wanted) {
    derivatives.directions = resnet::DerivativeOptions::fromParameters(model.network).directions;
    derivatives.seed = static_cast<std::uint64_t>(model.seed);
    derivatives.weight = model.derivativeWeight;
  }
  DataSet data{about,
               model.inputs,
               model.targets,
               makeSamples(dataset::readSplit(file, "train", sampleDealing, *comm),
                           {about, model.inputs, model.targets, scalar}, derivatives, comm),
               std::nullopt,
               std::nullopt,
               model.distance,
               {}};
  readTest(file, data, comm, scalar, isDense);
  return data;
}

} // namespace terrace::program
