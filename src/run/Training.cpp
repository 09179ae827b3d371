#include "run/Training.hpp"

#include "deck/Deck.hpp"
#include "models/DataSet.hpp"
#include "run/TrainingMonitor.hpp"
#include "run/checkpoint/RunCheckpoints.hpp"

#include <terrace/dataset/Checksum.hpp>
#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/model/ModelFile.hpp>
#include <terrace/multilevel/rol/SolverFactory.hpp>
#include <terrace/multilevel/rol/SolverParameters.hpp>
#include <terrace/multilevel/run/ExitReason.hpp>
#include <terrace/multilevel/run/RunLimits.hpp>
#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/parameters/XmlParameters.hpp>
#include <terrace/resnet/levels/ResNetHierarchy.hpp>
#include <terrace/resnet/network/NetworkParameters.hpp>
#include <terrace/resnet/parameters/InitialGuess.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
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
  resnet::ResNetHierarchy hierarchy;
  ROL::Ptr<resnet::ParameterVector> x;
  ROL::Ptr<TrainingMonitor> monitor;
  ROL::Ptr<Validation<double>> validation; ///< null without held-out samples
  ROL::Ptr<std::string> stopReason;
  ROL::Ptr<CheckpointReader> resumed;   ///< null: the run starts
  ROL::Ptr<RunCheckpoints> checkpoints; ///< null: none are kept
  ROL::Ptr<ROL::TypeU::Algorithm<double>> algorithm;
};

namespace {

using Teuchos::ParameterList;
using Communicator = Teuchos::RCP<const Teuchos::Comm<int>>;

std::string checksum(const std::string& file, const Communicator& comm) {
  std::string sum;
  dataset::runOnRoot(*comm, [&] { sum = dataset::fileChecksum(file); });
  return sum;
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

// Relative tolerances are those of the first gradient on the finest level, which a run that goes on does not
// see again.
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

} // namespace

Training::Training(const Deck& deck, const Communicator& comm, Display display,
                   const CheckpointOptions& checkpoints)
    : parts_(std::make_unique<Parts>(
          Parts{comm,
                deck.parameters(),
                deck.xml(),
                readTrainingData(deck.list("Data"), comm, resnet::sweepScalar(deck.list("Network"))),
                "",
                {},
                {},
                {},
                {},
                {},
                {},
                {},
                {},
                {}})) {
  Parts& p = *parts_;
  p.dataChecksum = checksum(deck.list("Data").get<std::string>("File"), comm);
  p.network = makeNetwork(deck.list("Network"), p.data);
  p.hierarchy = resnet::makeHierarchy(p.network, deck.list("Levels"), p.data.train, comm, ROL::nullPtr,
                                      resnet::ObjectiveOptions::fromParameters(p.parameters));
  p.x = p.hierarchy.spaces.front()->createVector();
  resnet::fillInitialGuess(*p.x, *p.hierarchy.spaces.front(), deck.list("Network").sublist("Initial Guess"));
  p.monitor = ROL::makePtr<TrainingMonitor>(p.hierarchy.objectives, p.data.test, p.data.validation,
                                            p.hierarchy.levels->work(),
                                            monitorSettings(p.parameters, p.data, display));
  p.stopReason = ROL::makePtr<std::string>();
  if (p.data.validation)
    p.validation = ROL::makePtr<Validation<double>>(
        [objective = p.hierarchy.objectives.front(), samples = *p.data.validation](const auto& x) {
          return objective->metrics(x, samples).loss;
        });
  if (checkpoints.resume) resume(deck, checkpoints.file);
  if (!checkpoints.file.empty())
    keepCheckpoints(deck.list("Output").get<double>("Checkpoint Every"), checkpoints.file);
  SolverContext<double> context;
  context.observer = p.monitor;
  context.elapsedSeconds = [monitor = p.monitor] { return monitor->elapsedSeconds(); };
  context.interrupted = [monitor = p.monitor] { return monitor->interrupted(); };
  context.untimed = [monitor = p.monitor](const std::function<void()>& work) { monitor->untimed(work); };
  context.seed = static_cast<std::uint64_t>(deck.list("Data").get<int>("Seed"));
  context.stopReason = p.stopReason;
  context.validation = p.validation;
  context.checkpoints = p.checkpoints;
  p.algorithm = makeAlgorithm<double>(p.hierarchy.levels, p.parameters, context);
}

// Counters, rows and the best iterate, before the solver asks for its own state.
void Training::resume(const Deck& deck, const std::string& file) {
  Parts& p = *parts_;
  p.resumed = ROL::makePtr<CheckpointReader>(file, p.hierarchy.spaces);
  p.resumed->requireFit(deck, p.dataChecksum);
  p.monitor->continueFrom(*p.resumed);
  visitRun(*p.resumed);
  makeTolerancesAbsolute(p.parameters.sublist("Status Test"), p.monitor->history());
  const bool isOurs = isMultilevel(p.parameters) || isStochastic(p.parameters);
  if (!isOurs) p.resumed->visit("iterate", *p.x);
}

void Training::keepCheckpoints(double secondsBetween, const std::string& file) {
  Parts& p = *parts_;
  // One that is gone on from is kept in any case: it would be there with a state that is older than the
  // run's.
  if (secondsBetween == 0 && p.resumed == ROL::nullPtr) return;
  RunCheckpoints::Parts parts;
  parts.file = file;
  parts.secondsBetween = secondsBetween > 0 ? secondsBetween : std::numeric_limits<double>::infinity();
  parts.writeModel = [this](dataset::Hdf5File& target, const std::vector<double>& parameters) {
    model::writeModel(target, modelDescription(), parameters);
  };
  parts.visitRun = [this](StateArchive<double>& archive) { visitRun(archive); };
  p.checkpoints = ROL::makePtr<RunCheckpoints>(std::move(parts), p.hierarchy, *p.monitor, p.resumed);
}

void Training::visitRun(StateArchive<double>& archive) {
  Parts& p = *parts_;
  p.hierarchy.levels->work()->visitState(archive, "work");
  if (p.validation != ROL::nullPtr) p.validation->visitState(archive, "validation", *p.x);
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
  for (const auto& stage : p.network.stages)
    out << stage.blocks << " blocks of width " << stage.shape.size() << ", ";
  out << p.network.parameterCount() << " parameters, " << resnet::toString(p.network.activation) << ", "
      << resnet::toString(p.network.loss) << '\n'
      << "Data:     " << p.data.train.globalCount() << " training, "
      << (p.data.validation ? std::to_string(p.data.validation->globalCount()) + " validation " : "")
      << "and " << about.testSamples << " test samples, " << about.features << " features, " << about.outputs
      << (classification ? " classes" : " outputs") << '\n'
      << "Levels:   ";
  for (int level = 0; level < p.hierarchy.levels->size(); ++level)
    out << (level ? ", " : "") << level << ": "
        << p.hierarchy.spaces[static_cast<std::size_t>(level)]->network().blocks() << " blocks, "
        << (*p.hierarchy.levels)[level].samples << " samples";
  const ParameterList& secant = p.parameters.sublist("General").sublist("Secant");
  out << "\nSolver:   " << stepType(p.parameters);
  if (!isStochastic(p.parameters) && secant.isType<std::string>("Type"))
    out << ", " << secant.get<std::string>("Type");
  out << "; " << p.comm->getSize() << (p.comm->getSize() == 1 ? " rank" : " ranks") << '\n';
  if (p.resumed != ROL::nullPtr)
    out << "Goes on:  after iteration " << history().back().iteration << ", "
        << p.hierarchy.levels->work()->units() << " work units, " << p.resumed->seconds() << " s\n";
  out << '\n';
}

Summary Training::run(std::ostream& out) {
  Parts& p = *parts_;
  auto& objective = *p.hierarchy.objectives.front();
  std::ostream silent(nullptr);
  p.monitor->start(out);
  p.algorithm->run(*p.x, objective, silent);
  Summary summary;
  summary.wallSeconds = p.monitor->elapsedSeconds();
  summary.workUnits = p.hierarchy.levels->work()->units();
  p.monitor->finish();
  const auto state = p.algorithm->getState();
  // Before x becomes the best validated iterate: the state that is kept is visited with x. One with numbers
  // that are not finite must not replace the last good one.
  if (p.checkpoints != ROL::nullPtr && state->statusFlag != ROL::EXITSTATUS_NAN &&
      std::isfinite(state->value) && std::isfinite(state->gnorm))
    p.checkpoints->finish(*p.x, summary.wallSeconds);
  const UncountedWork uncounted(*p.hierarchy.levels->work()); // what follows only describes the result
  if (p.validation != ROL::nullPtr && p.validation->best() != ROL::nullPtr) p.x->set(*p.validation->best());
  objective.setOutputLayer(*p.x);

  const auto gradient = p.hierarchy.spaces.front()->createDualVector();
  double tolerance = 0;
  objective.update(*p.x, ROL::UpdateType::Accept);
  summary.value = objective.value(*p.x, tolerance);
  objective.gradient(*gradient, *p.x, tolerance);
  summary.gradientNorm = gradient->norm();
  if (!std::isfinite(summary.value) || !std::isfinite(summary.gradientNorm))
    throw std::runtime_error("the solver ended at a point where the loss or its gradient is not finite.");
  const auto metrics = p.monitor->metrics(0, *p.x);
  summary.metric = p.data.metricName();
  summary.trainMetric = metrics.train;
  summary.testMetric = metrics.test;
  summary.trainOutputErrors = objective.outputErrors(*p.x, p.data.train);
  if (p.data.test) summary.testOutputErrors = objective.outputErrors(*p.x, *p.data.test);
  summary.iterations =
      static_cast<int>(p.monitor->history().empty() ? state->iter : p.monitor->history().back().iteration);
  summary.ranks = p.comm->getSize();
  summary.resumptions = p.resumed == ROL::nullPtr ? 0 : p.resumed->resumptions() + 1;
  summary.status = p.stopReason->empty() ? exitReason(state->statusFlag) : *p.stopReason;
  summary.interrupted = summary.status == RunLimits::interruptedReason;
  if (p.validation != ROL::nullPtr) {
    summary.validationLoss = p.validation->bestLoss();
    summary.status += "; the model is the iterate of least validation loss, iteration " +
                      std::to_string(p.validation->bestIteration());
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
  summary.workUnits = p.hierarchy.levels->work()->units();
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
  model.inputs = p.data.inputs;
  model.targets = p.data.targets;
  model.deck = p.deckXml;
  model.dataFile = data.get<std::string>("File");
  model.dataChecksum = p.dataChecksum;
  model.seed = data.get<int>("Seed");
  model.trainingSamples = p.data.train.globalCount();
  return model;
}

std::vector<double> Training::parameters() const {
  return parts_->hierarchy.spaces.front()->gatherToAll(*parts_->x);
}

} // namespace terrace::program
