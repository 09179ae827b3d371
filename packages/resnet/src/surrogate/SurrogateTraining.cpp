#include <terrace/multilevel/rol/SolverCheck.hpp>
#include <terrace/multilevel/rol/SolverParameters.hpp>
#include <terrace/multilevel/sampling/BatchSequence.hpp>
#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/levels/LevelOptions.hpp>
#include <terrace/resnet/network/NetworkParameters.hpp>
#include <terrace/resnet/samples/HeldOutSamples.hpp>
#include <terrace/resnet/surrogate/SurrogateTraining.hpp>
#include <terrace/resnet/surrogate/TrainingProblem.hpp>

#include <Tpetra_Import.hpp>
#include <Tpetra_MultiVector.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <utility>

namespace terrace::resnet {
namespace {

using MultiVector = Surrogate::MultiVector;
using Map = Tpetra::Map<>;
using Teuchos::ParameterList;

void prepare(ParameterList& parameters, const SolverContext<double>& context) {
  const auto valid = validTrainingParameters();
  ParameterList& network = parameters.sublist("Network");
  if (!network.isParameter("Loss")) network.set("Loss", "Least Squares");
  std::vector<std::string> warnings;
  checkSolverLists(parameters, warnings);
  passWarnings(warnings, "Parameters of the surrogate", context.warn);
  checkParameters(parameters, *valid);
  if (network.get<std::string>("Loss") != "Least Squares")
    throw ParameterError("Network: \"Loss\" = \"" + network.get<std::string>("Loss") +
                         "\" is for classification; expected \"Least Squares\".");
  fillInSolverDefaults(parameters);
  for (const char* name : {"Network", "Data", "Levels"})
    fillInDefaults(parameters.sublist(name), valid->sublist(name));
}

void checkSamples(const MultiVector& inputs, const MultiVector& targets, const MultiVector* jacobians) {
  const auto& map = *inputs.getMap();
  const auto count = static_cast<Map::global_ordinal_type>(map.getGlobalNumElements());
  if (count < 1 || !map.isOneToOne() || map.getMinAllGlobalIndex() != 0 ||
      map.getMaxAllGlobalIndex() != count - 1)
    throw std::invalid_argument("trainSurrogate: the map of the inputs is not a one-to-one map of the global "
                                "indices 0 .. samples - 1.");
  if (!targets.getMap()->isSameAs(map))
    throw std::invalid_argument("trainSurrogate: the targets have another map than the inputs.");
  if (jacobians == nullptr) return;
  if (!jacobians->getMap()->isSameAs(map))
    throw std::invalid_argument("trainSurrogate: the Jacobians have another map than the inputs.");
  const std::size_t entries = inputs.getNumVectors() * targets.getNumVectors();
  if (jacobians->getNumVectors() != entries)
    throw std::invalid_argument("trainSurrogate: the Jacobians have " +
                                std::to_string(jacobians->getNumVectors()) + " columns; expected " +
                                std::to_string(entries) + ", outputs times inputs.");
}

// Deals the samples to the ranks in a random order, as SampleSet says.
class Dealing {
public:
  Dealing(const Teuchos::RCP<const Map>& map, std::uint64_t seed) {
    const auto comm = map->getComm();
    const BatchSequence all(static_cast<long>(map->getGlobalNumElements()), 0, seed);
    const auto order = all.batch(0); // random, the same on all platforms and ranks
    std::vector<Map::global_ordinal_type> mine;
    for (std::size_t position = 0; position < order.size(); ++position)
      if (SampleSet::rankOf(static_cast<long>(position), comm->getSize()) == comm->getRank())
        mine.push_back(static_cast<Map::global_ordinal_type>(order[position]));
    samples_.assign(mine.begin(), mine.end());
    dealt_ = Teuchos::rcp(new Map(Teuchos::OrdinalTraits<Tpetra::global_size_t>::invalid(),
                                  Teuchos::arrayViewFromVector(mine), 0, comm));
    import_ = Teuchos::rcp(new Tpetra::Import<>(map, dealt_));
  }

  // Global indices of this rank's rows.
  const std::vector<std::int64_t>& samples() const { return samples_; }

  // This rank's rows, row-major.
  std::vector<double> rows(const MultiVector& values) const {
    MultiVector received(dealt_, values.getNumVectors());
    received.doImport(values, *import_, Tpetra::INSERT);
    const auto view = received.getLocalViewHost(Tpetra::Access::ReadOnly);
    std::vector<double> result;
    result.reserve(view.extent(0) * view.extent(1));
    constexpr auto none = std::numeric_limits<Map::global_ordinal_type>::max();
    auto notFinite = none;
    for (std::size_t i = 0; i < view.extent(0); ++i)
      for (std::size_t j = 0; j < view.extent(1); ++j) {
        if (!std::isfinite(view(i, j)))
          notFinite = std::min(notFinite, dealt_->getGlobalElement(static_cast<int>(i)));
        result.push_back(view(i, j));
      }
    auto first = none;
    Teuchos::reduceAll(*dealt_->getComm(), Teuchos::REDUCE_MIN, notFinite, Teuchos::outArg(first));
    if (first != none)
      throw std::invalid_argument("trainSurrogate: sample " + std::to_string(first) +
                                  " has a value that is not finite.");
    return result;
  }

private:
  std::vector<std::int64_t> samples_;
  Teuchos::RCP<const Map> dealt_;
  Teuchos::RCP<const Tpetra::Import<>> import_;
};

// All samples, scaled, and the scalings.
struct TrainingSamples {
  DataScaling inputs;
  DataScaling targets;
  DataDistance distance; // of inputs from those that are not held out
  SampleSet all;
};

TrainingSamples makeSamples(const ParameterList& data, const MultiVector& inputs, const MultiVector& targets,
                            const MultiVector* jacobians, const DerivativeOptions& options, long kept,
                            SweepScalar scalar, const Surrogate* start) {
  const Dealing dealing(inputs.getMap(), static_cast<std::uint64_t>(data.get<int>("Seed")));
  const auto comm = inputs.getMap()->getComm();
  const long local = SampleSet::localCount(kept, comm->getRank(), comm->getSize());
  const auto scale = [&](const char* name, std::vector<double>& rows, int columns, const DataScaling* given) {
    const std::vector<double> training(rows.begin(), rows.begin() + local * columns);
    const bool isGiven = given != nullptr && data.get<std::string>(name) == "Automatic";
    const auto found = isGiven ? *given
                               : DataScaling::of(scalingType(data, name, true, Shape::dense(columns)),
                                                 training, columns, *comm);
    found.requireDomain(rows, *comm);
    found.apply(rows);
    return found;
  };
  auto x = dealing.rows(inputs), t = dealing.rows(targets);
  const auto unscaled = t;
  const int features = static_cast<int>(inputs.getNumVectors());
  auto distance = DataDistance::of({x.begin(), x.begin() + local * features}, features, *comm);
  const int outputs = static_cast<int>(targets.getNumVectors());
  auto inputMap =
      scale("Input Normalization", x, features, start == nullptr ? nullptr : &start->inputScaling());
  auto targetMap =
      scale("Target Normalization", t, outputs, start == nullptr ? nullptr : &start->outputScaling());
  const auto count = static_cast<long>(inputs.getGlobalLength());
  auto samples =
      SampleSet::regression(comm, count, features, x, outputs, t, scalar).withTargetUnits(targetMap);
  if (jacobians != nullptr) {
    auto derivatives = SampleDerivatives::ofJacobians(dealing.rows(*jacobians), outputs, features);
    derivatives.scale(inputMap, targetMap, unscaled);
    derivatives.reduceTo(options.directions, features, dealing.samples(),
                         static_cast<std::uint64_t>(data.get<int>("Seed")));
    const double balanced = balancedWeight(derivatives.leading(local, features, outputs),
                                           {t.begin(), t.begin() + local * outputs}, outputs, *comm);
    samples = samples.withDerivatives(derivatives, options.weight * balanced);
  }
  return {std::move(inputMap), std::move(targetMap), std::move(distance), samples};
}

// The surrogate that training starts from; null where it starts from random numbers.
const Surrogate* startOf(const ParameterList& networkList, const Surrogate* given, const Network& network) {
  if (networkList.sublist("Initial Guess").get<std::string>("Type") != "File") return nullptr;
  if (given == nullptr)
    throw ParameterError("Network > Initial Guess: \"Type\" = \"File\" needs the argument initialGuess of "
                         "trainSurrogate.");
  if (given->features() != network.features() || given->outputs() != network.outputs)
    throw ParameterError("trainSurrogate: the initial guess has " + std::to_string(given->features()) +
                         " inputs and " + std::to_string(given->outputs()) + " outputs; expected " +
                         std::to_string(network.features()) + " and " + std::to_string(network.outputs) +
                         ".");
  return given;
}

} // namespace

Teuchos::RCP<const ParameterList> validTrainingParameters() {
  auto table = Teuchos::rcp(new ParameterList("Surrogate"));
  table->set("Network", *validNetworkParameters(), "The residual network.");
  ParameterList& data = table->sublist("Data", false, "The samples.");
  declareInt(data, "Seed", 1, "Seed of the order of the samples.", 0, std::numeric_limits<int>::max());
  declareDataScaling(data);
  declareValidationShare(data);
  table->set("Levels", *validLevelParameters(), "The ladder of shallower networks and fewer samples.");
  const auto solver = validSolverParameters();
  for (const std::string name : {"General", "Step", "Sampling", "Status Test"})
    table->set(name, solver->sublist(name));
  return table;
}

TrainedSurrogate trainSurrogate(ParameterList& parameters, const MultiVector& inputs,
                                const MultiVector& targets, std::ostream& out, SolverContext<double> context,
                                const Surrogate* initialGuess, const MultiVector* jacobians) {
  prepare(parameters, context);
  checkSamples(inputs, targets, jacobians);
  const auto comm = inputs.getMap()->getComm();
  const ParameterList& networkList = parameters.sublist("Network");
  const auto network = Network::fromParameters(networkList, static_cast<int>(inputs.getNumVectors()),
                                               static_cast<int>(targets.getNumVectors()));
  const auto scalar = sweepScalar(networkList);
  const auto count = static_cast<long>(inputs.getGlobalLength());
  const long held = heldOutCount(parameters.sublist("Data"), count);
  const Surrogate* start = startOf(networkList, initialGuess, network);
  const auto derivatives = DerivativeOptions::fromParameters(networkList);
  if (jacobians != nullptr) derivatives.requireDense();
  const auto samples =
      makeSamples(parameters.sublist("Data"), inputs, targets, derivatives.weight > 0 ? jacobians : nullptr,
                  derivatives, count - held, scalar, start);

  std::optional<SampleSet> heldOut;
  if (held > 0) heldOut = lastSamples(samples.all, held);
  const auto given = start == nullptr ? GivenNetwork{} : GivenNetwork{start->network(), start->parameters()};
  TrainingProblem problem(network, samples.all.leading(count - held), heldOut, parameters,
                          start == nullptr ? nullptr : &given);
  problem.makeSolver(parameters, std::move(context));
  std::ostream silent(nullptr);
  problem.solve(comm->getRank() == 0 ? out : silent);
  const auto ended = problem.finish();
  const auto& space = *problem.hierarchy().spaces.front();

  const auto metrics = problem.objective().metrics(problem.x());
  return {Surrogate(network, space.gatherToAll(problem.x()), samples.inputs, samples.targets, scalar,
                    samples.distance, problem.objective().statistics(problem.x())),
          ended.value,
          metrics.relativeError,
          metrics.derivativeError,
          ended.iterations,
          problem.work().units(),
          count - held,
          ended.status};
}

} // namespace terrace::resnet
