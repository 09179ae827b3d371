#pragma once

#include "io/Interrupt.hpp"
#include "run/History.hpp"
#include "run/Pulse.hpp"
#include "run/TrainingTable.hpp"

#include <terrace/multilevel/hierarchy/WorkCounter.hpp>
#include <terrace/multilevel/run/IterationObserver.hpp>
#include <terrace/resnet/objective/NetworkObjective.hpp>

#include <Teuchos_Comm.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

namespace terrace::program {

class CheckpointReader;

/// Watches a run: computes the metrics of the iterates, keeps the history, shows the table.
class TrainingMonitor : public IterationObserver<double> {
public:
  using Objectives = std::vector<ROL::Ptr<resnet::NetworkObjective>>;

  struct Settings {
    std::string metric;   ///< "accuracy" or "error"
    int metricsEvery = 1; ///< iterations between two evaluations of the metrics; 0: none
    double workLimit = 0; ///< for the progress line
    bool showTable = true;
    bool headerAlways = false; ///< a header above each row of the table
    bool showProgress = true;
  };

  /// \param objectives  of all levels, finest first.
  /// \param test        test samples, if there are any.
  /// \param validation  held-out samples, if there are any.
  TrainingMonitor(Objectives objectives, std::optional<resnet::SampleSet> test,
                  std::optional<resnet::SampleSet> validation, ROL::Ptr<WorkCounter> work,
                  const Settings& settings);

  /// Takes over the rows and seconds of the run that is resumed; before start().
  void continueFrom(CheckpointReader& checkpoint);

  /// Starts the clock and shows the table on \p out; rank 0's output counts.
  void start(std::ostream& out);
  void finish();

  void observe(const IterationRecord<double>& record, const ROL::Vector<double>& iterate) override;

  /// Seconds of the run on rank 0's clock, the same number on all ranks; collective. Metrics and untimed()
  /// are left out: they only inform the reader, and solvers are to be timed alike.
  double elapsedSeconds() const;

  /// The same, as of the last time that the ranks talked about it: up to a few tenths of a second or a step
  /// ago. Sends nothing.
  double recentSeconds() const { return pulse_.seconds(); }

  /// Runs \p work while the clock is stopped.
  void untimed(const std::function<void()>& work);

  /// Whether any rank was interrupted, as of the last time that the ranks talked about it; collective, asked
  /// between steps. Also updates the progress line.
  bool interrupted();

  /// Accuracy or error on the level's training samples and on the test samples (NaN without any); collective.
  struct Metrics {
    double train;
    double test;
    double trainDerivatives; ///< error of the derivatives, NaN without
    double testDerivatives;
  };
  Metrics metrics(int level, const ROL::Vector<double>& iterate) const;

  const History& history() const { return history_; }

private:
  double pick(const resnet::Metrics& metrics) const;
  double ownSeconds() const;
  bool isInterrupted() const { return interrupt_ && interrupt_->interrupted(); }

  Objectives objectives_;
  std::optional<resnet::SampleSet> test_;
  std::optional<resnet::SampleSet> validation_;
  ROL::Ptr<WorkCounter> work_;
  Settings settings_;
  History history_;
  const Teuchos::Comm<int>& comm_;
  Pulse pulse_;
  std::optional<TrainingTable> table_;
  std::optional<InterruptGuard> interrupt_;
  std::chrono::steady_clock::time_point start_;
  double untimedSeconds_ = 0;
  double earlierSeconds_ = 0; ///< of the run before start()
};

} // namespace terrace::program
