#include "run/TrainingMonitor.hpp"

#include "io/Terminal.hpp"
#include "run/checkpoint/CheckpointReader.hpp"

#include <Teuchos_CommHelpers.hpp>

#include <limits>
#include <utility>

namespace terrace::program {

TrainingMonitor::TrainingMonitor(Objectives objectives, std::optional<resnet::SampleSet> test,
                                 std::optional<resnet::SampleSet> validation, ROL::Ptr<WorkCounter> work,
                                 const Settings& settings)
    : objectives_(std::move(objectives)), test_(std::move(test)), validation_(std::move(validation)),
      work_(std::move(work)), settings_(settings), history_(settings.metric, objectives_.front()->samples()),
      comm_(*objectives_.front()->space()->comm()), pulse_(comm_) {}

void TrainingMonitor::continueFrom(CheckpointReader& checkpoint) {
  checkpoint.readHistory(history_);
  earlierSeconds_ = checkpoint.seconds();
}

void TrainingMonitor::start(std::ostream& out) {
  const bool progress = settings_.showProgress && isTerminal();
  if (comm_.getRank() == 0 && (settings_.showTable || progress))
    table_.emplace(out, settings_.metric,
                   !settings_.showTable     ? 0
                   : settings_.headerAlways ? 1
                                            : 25,
                   progress);
  interrupt_.emplace();
  start_ = std::chrono::steady_clock::now();
  pulse_.start(earlierSeconds_);
}

void TrainingMonitor::finish() {
  if (table_) table_->finish();
  interrupt_.reset();
}

void TrainingMonitor::observe(const IterationRecord<double>& record, const ROL::Vector<double>& iterate) {
  HistoryRow row;
  row.iteration = record.iteration;
  row.cycle = record.cycle;
  row.level = record.level;
  row.coarsestLevel = record.coarsestLevel;
  row.value = record.value;
  row.gradientNorm = record.gradientNorm;
  row.stepNorm = record.stepNorm;
  row.radius = record.radius;
  row.stepLength = record.stepLength;
  row.slope = record.slope;
  row.curvature = record.curvature;
  row.ratio = record.ratio;
  row.accepted = record.accepted ? 1 : 0;
  row.samples = record.samples;
  row.work = record.work;
  pulse_.beat(ownSeconds(), isInterrupted());
  row.seconds = pulse_.seconds();
  row.trainMetric = row.testMetric = std::numeric_limits<double>::quiet_NaN();
  if (settings_.metricsEvery > 0 && record.iteration % settings_.metricsEvery == 0) {
    untimed([&] {
      const Metrics found = metrics(record.level, iterate);
      row.trainMetric = found.train;
      row.testMetric = found.test;
      row.trainDerivativeError = found.trainDerivatives;
      row.testDerivativeError = found.testDerivatives;
      if (validation_)
        row.validationLoss =
            objectives_.at(static_cast<std::size_t>(record.level))->metrics(iterate, *validation_).loss;
    });
  }
  history_.add(row);
  if (table_) table_->add(row);
}

double TrainingMonitor::ownSeconds() const {
  return earlierSeconds_ + std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count() -
         untimedSeconds_;
}

void TrainingMonitor::untimed(const std::function<void()>& work) {
  const double before = ownSeconds();
  work();
  untimedSeconds_ += ownSeconds() - before;
}

double TrainingMonitor::elapsedSeconds() const {
  double seconds = ownSeconds();
  Teuchos::broadcast(comm_, 0, &seconds);
  return seconds;
}

bool TrainingMonitor::interrupted() {
  if (table_) table_->showProgress(work_->units(), settings_.workLimit, ownSeconds());
  pulse_.step(ownSeconds(), isInterrupted());
  return pulse_.interrupted();
}

TrainingMonitor::Metrics TrainingMonitor::metrics(int level, const ROL::Vector<double>& iterate) const {
  auto& objective = *objectives_.at(static_cast<std::size_t>(level));
  const double none = std::numeric_limits<double>::quiet_NaN();
  const auto train = objective.metrics(iterate);
  if (!test_) return {pick(train), none, train.derivativeError, none};
  const auto test = objective.metrics(iterate, *test_);
  return {pick(train), pick(test), train.derivativeError, test.derivativeError};
}

double TrainingMonitor::pick(const resnet::Metrics& metrics) const {
  return settings_.metric == "accuracy" ? metrics.accuracy : metrics.relativeError;
}

} // namespace terrace::program
