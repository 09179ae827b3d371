#include "run/Training.hpp"

#include "deck/Deck.hpp"
#include "exchange/PortableModel.hpp"
#include "models/DataSet.hpp"
#include "run/TrainingMonitor.hpp"
#include "run/checkpoint/RunCheckpoints.hpp"

#include <terrace/dataset/Checksum.hpp>
#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/model/ModelFile.hpp>
#include <terrace/multilevel/rol/SolverParameters.hpp>
#include <terrace/multilevel/run/DecisionComparison.hpp>
#include <terrace/multilevel/run/RunLimits.hpp>
#include <terrace/parameters/ParameterText.hpp>
#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/network/NetworkParameters.hpp>
#include <terrace/resnet/surrogate/TrainingProblem.hpp>

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <ostream>
#include <stdexcept>

namespace terrace::program {

struct Training::Parts {
  Teuchos::RCP<const Teuchos::Comm<int>> comm;
  Teuchos::ParameterList parameters;
  std::string deckXml;
  DataSet data;
  std::string dataChecksum;
  resnet::Network network;
  std::unique_ptr<resnet::TrainingProblem> problem;
  ROL::Ptr<TrainingMonitor> monitor;
  ROL::Ptr<CheckpointReader> resumed;   ///< null: the run starts
  ROL::Ptr<RunCheckpoints> checkpoints; ///< null: none are kept
};

namespace {

using Teuchos::ParameterList;
using Communicator = Teuchos::RCP<const Teuchos::Comm<int>>;

std::string checksum(const std::string& file, const Communicator& comm) {
  std::string sum;
  dataset::runOnRoot(*comm, [&] { sum = dataset::dataChecksum(file); });
  return sum;
}

std::string sizeOf(const resnet::Stage& stage) {
  const resnet::Shape& shape = stage.shape;
  if (!isConvolutional(stage.kind)) return "width " + std::to_string(shape.channels);
  return std::to_string(shape.channels) + " channels on " + std::to_string(shape.height) + " x " +
         std::to_string(shape.width) + " pixels";
}

resnet::Network makeNetwork(const ParameterList& list, const DataSet& data) {
  const auto network = resnet::Network::fromParameters(
      list, resnet::Shape::ofInput(data.description.inputShape), data.description.outputs);
  if (network.loss == resnet::LossType::CrossEntropy && data.description.task == dataset::Task::Regression)
    throw ParameterError(
        "Network: \"Loss\" = \"Cross Entropy\" is for classification and the data set is for "
        "regression; expected \"Least Squares\".");
  return network;
}

// Relative tolerances are relative to the first gradient on the finest level. A resumed run does not see that
// gradient again, so they become absolute.
void makeTolerancesAbsolute(ParameterList& statusTest, const History& history) {
  if (!statusTest.get("Use Relative Tolerances", false)) return;
  for (const HistoryRow& row : history.rows()) {
    if (row.level > 0) continue;
    for (const char* name : {"Gradient Tolerance", "Step Tolerance"})
      statusTest.set(name, row.gradientNorm * statusTest.get<double>(name));
    statusTest.set("Use Relative Tolerances", false);
    return;
  }
}

TrainingMonitor::Settings monitorSettings(const ParameterList& deck, const DataSet& data, Display display) {
  TrainingMonitor::Settings settings;
  settings.metric = data.metricName();
  settings.metricsEvery = deck.sublist("Output").get<int>("Metrics Every");
  settings.workLimit = deck.sublist("Status Test").get<double>("Work Limit");
  settings.headerAlways = deck.sublist("General").get<int>("Output Level") > 1;
  settings.showTable = display == Display::Table && deck.sublist("General").get<int>("Output Level") > 0;
  settings.showProgress = deck.sublist("Output").get<bool>("Progress");
  return settings;
}

// The network that training starts from; null if it starts from random numbers. Collective.
std::shared_ptr<const PortableModel> readStart(const ParameterList& network, const Communicator& comm) {
  const ParameterList& guess = network.sublist("Initial Guess");
  if (guess.get<std::string>("Type") != "File") return nullptr;
  auto start = std::make_shared<PortableModel>();
  dataset::runOnAllRanks(*comm, [&] { *start = readPortableModel(guess.get<std::string>("File")); });
  return start;
}

std::unique_ptr<resnet::TrainingProblem> makeProblem(const resnet::Network& network, const DataSet& data,
                                                     const ParameterList& parameters,
                                                     const PortableModel* start) {
  if (start == nullptr)
    return std::make_unique<resnet::TrainingProblem>(network, data.train, data.validation, parameters);
  const resnet::GivenNetwork given{start->description.makeNetwork(), start->parameters};
  return std::make_unique<resnet::TrainingProblem>(network, data.train, data.validation, parameters, &given);
}

// A resumed run whose data columns were mapped otherwise would be a run of another problem.
void requireSameMaps(const std::string& checkpoint, const DataSet& data) {
  const auto kept = model::readModelDescription(checkpoint);
  const auto same = [](const resnet::DataScaling& a, const resnet::DataScaling& b) {
    return a.shift == b.shift && a.scale == b.scale && a.logarithm == b.logarithm;
  };
  if (!same(kept.inputs, data.inputs) || !same(kept.targets, data.targets))
    throw std::invalid_argument(checkpoint +
                                ": has other maps of data columns than this run would have; the file "
                                "of Network > Initial Guess > File has changed.");
}

// Ranks without one of the samples, which are dealt in groups.
int idleRanks(long samples, int ranks) {
  int idle = 0;
  for (int rank = 0; rank < ranks; ++rank)
    if (resnet::SampleSet::localCount(samples, rank, ranks) == 0) ++idle;
  return idle;
}

} // namespace

Training::Training(const Deck& deck, const Communicator& comm, Display display,
                   const CheckpointOptions& checkpoints)
    : Training(deck, comm, display, checkpoints, readStart(deck.list("Network"), comm).get()) {}

Training::Training(const Deck& deck, const Communicator& comm, Display display,
                   const CheckpointOptions& checkpoints, const PortableModel* start)
    : parts_(std::make_unique<Parts>(
          Parts{comm,
                deck.parameters(),
                deck.xml(),
                readTrainingData(deck.list("Data"), comm, resnet::sweepScalar(deck.list("Network")),
                                 resnet::DerivativeOptions::fromParameters(deck.list("Network")),
                                 start == nullptr ? nullptr : &start->description),
                checksum(deck.list("Data").get<std::string>("File"), comm),
                {},
                {},
                {},
                {},
                {}})) {
  Parts& p = *parts_;
  p.network = makeNetwork(deck.list("Network"), p.data);
  p.problem = makeProblem(p.network, p.data, p.parameters, start);
  const auto& hierarchy = p.problem->hierarchy();
  p.monitor =
      ROL::makePtr<TrainingMonitor>(hierarchy.objectives, p.data.test, p.data.validation,
                                    hierarchy.levels->work(), monitorSettings(p.parameters, p.data, display));
  if (checkpoints.resume) resume(deck, checkpoints.file);
  if (!checkpoints.file.empty())
    keepCheckpoints(deck.list("Output").get<double>("Checkpoint Every"), checkpoints.file);
  makeSolver(deck.list("Data").get<int>("Seed"));
}

void Training::makeSolver(int seed) {
  Parts& p = *parts_;
  SolverContext<double> context;
  context.observer = p.monitor;
  context.elapsedSeconds = [monitor = p.monitor] { return monitor->recentSeconds(); };
  context.interrupted = [monitor = p.monitor] { return monitor->interrupted(); };
  context.untimed = [monitor = p.monitor](const std::function<void()>& work) { monitor->untimed(work); };
  context.seed = static_cast<std::uint64_t>(seed);
  context.checkpoints = p.checkpoints;
#ifdef TERRACE_COMPARE_DECISIONS
  const DecisionComparison compare(*p.comm);
  context.decided = compare;
  context.observer = ROL::makePtr<ComparedObserver<double>>(p.monitor, compare);
#endif
  p.problem->makeSolver(p.parameters, context);
}

// Restores counters, history and the best iterate, before the solver asks for its own state.
void Training::resume(const Deck& deck, const std::string& file) {
  Parts& p = *parts_;
  p.resumed = ROL::makePtr<CheckpointReader>(file, p.problem->hierarchy().spaces);
  p.resumed->requireFit(deck, p.dataChecksum);
  dataset::runOnAllRanks(*p.comm, [&] { requireSameMaps(file, p.data); });
  p.monitor->continueFrom(*p.resumed);
  p.problem->visitState(*p.resumed);
  makeTolerancesAbsolute(p.parameters.sublist("Status Test"), p.monitor->history());
  const bool isOurs = isMultilevel(p.parameters) || isStochastic(p.parameters);
  if (!isOurs) p.resumed->visit("iterate", p.problem->x());
}

void Training::keepCheckpoints(double secondsBetween, const std::string& file) {
  Parts& p = *parts_;
  // A resumed run always keeps one: the file that is there would else be older than the run's result.
  if (secondsBetween == 0 && p.resumed == ROL::nullPtr) return;
  RunCheckpoints::Parts parts;
  parts.file = file;
  parts.secondsBetween = secondsBetween > 0 ? secondsBetween : std::numeric_limits<double>::infinity();
  parts.writeModel = [this](dataset::Hdf5File& target, const std::vector<double>& parameters) {
    model::writeModel(target, modelDescription(), parameters);
  };
  parts.visitRun = [&problem = *p.problem](StateArchive<double>& archive) { problem.visitState(archive); };
  p.checkpoints =
      ROL::makePtr<RunCheckpoints>(std::move(parts), p.problem->hierarchy(), *p.monitor, p.resumed);
}

Training::~Training() = default;

bool Training::leavesCheckpoint() const {
  return parts_->checkpoints != ROL::nullPtr && parts_->checkpoints->written();
}

const History& Training::history() const {
  return parts_->monitor->history();
}

void Training::describe(std::ostream& out) const {
  const Parts& p = *parts_;
  const auto& about = p.data.description;
  const bool classification = about.task == dataset::Task::Classification;
  out << "Network:  ";
  for (const auto& stage : p.network.stages) out << stage.blocks << " blocks of " << sizeOf(stage) << ", ";
  out << p.network.parameterCount() << " parameters, " << resnet::toString(p.network.activation) << ", "
      << resnet::toString(p.network.loss) << '\n'
      << "Data:     " << p.data.train.globalCount() << " training"
      << (p.data.validation ? ", " + std::to_string(p.data.validation->globalCount()) + " validation" : "")
      << " and " << about.testSamples << " test samples, " << about.features << " features, " << about.outputs
      << (classification ? " classes" : " outputs") << '\n';
  if (const auto& train = p.data.train; train.directions() > 0)
    out << "          derivatives along " << train.directions()
        << " directions of each training sample, weight " << shortestText(train.derivativeWeight()) << '\n';
  out << "Levels:   ";
  const auto& hierarchy = p.problem->hierarchy();
  for (int level = 0; level < hierarchy.levels->size(); ++level) {
    const long samples = (*hierarchy.levels)[level].samples;
    out << (level ? ", " : "") << level << ": "
        << hierarchy.spaces[static_cast<std::size_t>(level)]->network().blocks() << " blocks, " << samples
        << " samples";
    const int ranks = p.comm->getSize(), idle = idleRanks(samples, ranks);
    if (idle > 0) out << " (" << idle << " of " << ranks << " ranks idle)";
  }
  const ParameterList& secant = p.parameters.sublist("General").sublist("Secant");
  out << "\nSolver:   " << stepType(p.parameters);
  if (!isStochastic(p.parameters) && secant.isType<std::string>("Type"))
    out << ", " << secant.get<std::string>("Type");
  out << "; " << p.comm->getSize() << (p.comm->getSize() == 1 ? " rank" : " ranks") << '\n';
  if (p.resumed != ROL::nullPtr)
    out << "Resumes:  after iteration " << history().back().iteration << ", " << p.problem->work().units()
        << " work units, " << p.resumed->seconds() << " s\n";
  out << '\n';
}

Summary Training::run(std::ostream& out) {
  Parts& p = *parts_;
  std::ostream silent(nullptr);
  p.monitor->start(out);
  p.problem->solve(silent);
  Summary summary;
  summary.wallSeconds = p.monitor->elapsedSeconds();
  summary.workUnits = p.problem->work().units();
  p.monitor->finish();
  // Before finish() changes x: a checkpoint has the solver's iterate. A state that is not finite must not
  // replace the last good one.
  const auto& state = p.problem->solverState();
  if (p.checkpoints != ROL::nullPtr && state.statusFlag != ROL::EXITSTATUS_NAN &&
      std::isfinite(state.value) && std::isfinite(state.gnorm))
    p.checkpoints->finish(p.problem->x(), summary.wallSeconds);

  const auto result = p.problem->finish();
  auto& objective = p.problem->objective();
  const auto& x = p.problem->x();
  summary.value = result.value;
  summary.gradientNorm = result.gradientNorm;
  const auto metrics = p.monitor->metrics(0, x);
  summary.metric = p.data.metricName();
  summary.trainMetric = metrics.train;
  summary.testMetric = metrics.test;
  summary.trainDerivativeError = metrics.trainDerivatives;
  summary.testDerivativeError = metrics.testDerivatives;
  summary.trainOutputErrors = objective.outputErrors(x, p.data.train);
  if (p.data.test) summary.testOutputErrors = objective.outputErrors(x, *p.data.test);
  summary.iterations = history().empty() ? result.iterations : static_cast<int>(history().back().iteration);
  summary.ranks = p.comm->getSize();
  summary.resumptions = p.resumed == ROL::nullPtr ? 0 : p.resumed->resumptions() + 1;
  summary.status = result.status;
  summary.interrupted = summary.status == RunLimits::interruptedReason;
  if (const auto& validation = p.problem->validation(); validation != ROL::nullPtr) {
    summary.validationLoss = validation->bestLoss();
    summary.status += "; the model is the iterate of least validation loss, iteration " +
                      std::to_string(validation->bestIteration());
  }
  return summary;
}

Summary Training::failed(const std::string& reason) const {
  const Parts& p = *parts_;
  Summary summary;
  summary.value = summary.gradientNorm = summary.trainMetric = summary.testMetric =
      std::numeric_limits<double>::quiet_NaN();
  summary.metric = p.data.metricName();
  summary.iterations = history().empty() ? 0 : static_cast<int>(history().back().iteration);
  summary.workUnits = p.problem->work().units();
  summary.wallSeconds = p.monitor->elapsedSeconds();
  summary.ranks = p.comm->getSize();
  summary.status = "Failed";
  summary.failure = reason;
  return summary;
}

model::ModelDescription Training::modelDescription() const {
  const Parts& p = *parts_;
  const ParameterList& data = p.parameters.sublist("Data");
  model::ModelDescription model;
  model.network = p.parameters.sublist("Network");
  model.task = p.data.description.task;
  model.features = p.network.features();
  model.outputs = p.network.outputs;
  model.inputShape = p.data.description.inputShape;
  model.inputNames = p.data.description.inputNames;
  model.outputNames = model.task == dataset::Task::Classification ? p.data.description.classNames
                                                                  : p.data.description.targetNames;
  model.inputs = p.data.inputs;
  model.targets = p.data.targets;
  model.distance = p.data.distance;
  model.deck = p.deckXml;
  model.dataFile = data.get<std::string>("File");
  model.dataChecksum = p.dataChecksum;
  model.seed = data.get<int>("Seed");
  model.trainingSamples = p.data.train.globalCount();
  model.derivativeWeight = p.data.train.derivativeWeight();
  return model;
}

resnet::NormalizationStatistics Training::statistics() const {
  return parts_->problem->objective().statistics(parts_->problem->x());
}

std::vector<double> Training::parameters() const {
  const auto& problem = *parts_->problem;
  return problem.hierarchy().spaces.front()->gatherToAll(problem.x());
}

} // namespace terrace::program
