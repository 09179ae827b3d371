#pragma once

#include "run/checkpoint/CheckpointReader.hpp"

#include <terrace/multilevel/run/Checkpoints.hpp>
#include <terrace/resnet/levels/ResNetHierarchy.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <functional>
#include <string>

namespace terrace::program {

class TrainingMonitor;

/// Writes the checkpoints of a run and gives the one that it resumes from. All calls are collective.
///
/// A checkpoint (doc/resume.md) is a model file with the groups `history` and `solver`. It is written beside
/// the last one and renamed, so it is complete or not there at all. It is due after so many seconds, when the
/// run is interrupted, and at the end of a run that took so long or was resumed. If it cannot be written (a
/// full disk), a line on standard error says so and the run continues.
class RunCheckpoints : public Checkpoints<double> {
public:
  struct Parts {
    std::string file;
    double secondsBetween = 60;
    /// Writes the model with these parameters; by rank 0.
    std::function<void(dataset::Hdf5File&, const std::vector<double>&)> writeModel;
    /// Visits the state of the run that its solver does not have: counters, the best validated iterate.
    VisitState visitRun;
  };

  /// \param start  the checkpoint to resume from; null: the run starts.
  RunCheckpoints(Parts parts, const resnet::ResNetHierarchy& hierarchy, TrainingMonitor& monitor,
                 ROL::Ptr<CheckpointReader> start);

  StateArchive<double>* resumed() override { return start_.get(); }
  void atRest(int level, const ROL::Vector<double>& iterate, const VisitState& visitState) override;

  /// Writes the last state at the end of a run, if it is due.
  /// \param iterate  of the finest level. \param seconds  that the run took.
  void finish(const ROL::Vector<double>& iterate, double seconds);

  /// Whether there is a checkpoint of this run.
  bool written() const { return written_; }

private:
  void write(int level, const ROL::Vector<double>& iterate, double seconds);
  void writeFile(const std::vector<double>& parameters, double seconds);
  std::vector<double> finestParameters(int level, const ROL::Vector<double>& iterate) const;

  Parts parts_;
  const resnet::ResNetHierarchy& hierarchy_;
  TrainingMonitor& monitor_;
  ROL::Ptr<CheckpointReader> start_;
  VisitState visitState_;
  double due_; ///< seconds of the run
  bool written_;
  bool interrupted_ = false;
};

} // namespace terrace::program
