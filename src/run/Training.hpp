#pragma once

#include "run/Summary.hpp"

#include <terrace/model/ModelDescription.hpp>

#include <Teuchos_Comm.hpp>
#include <Teuchos_RCP.hpp>

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace terrace::program {

class Deck;
class History;
struct PortableModel;

/// What a run shows while it computes: the table of iterations and, on a terminal, a line of progress; or
/// that line alone. The deck's lists General and Output can switch both off.
enum class Display { Table, Progress };

/// Where a run keeps its checkpoints, and whether it resumes from the one that is there.
struct CheckpointOptions {
  std::string file; ///< "": no checkpoints
  bool resume = false;
};

/// The problem and the solver that a deck describes, and their run. All calls are collective.
class Training {
public:
  /// Reads the data set and builds network, levels, initial guess and solver.
  /// \throws std::invalid_argument if deck and data do not make a problem, or if the checkpoint to resume
  /// from
  ///         is missing, damaged, or of another deck or data set.
  Training(const Deck& deck, const Teuchos::RCP<const Teuchos::Comm<int>>& comm,
           Display display = Display::Table, const CheckpointOptions& checkpoints = {});
  ~Training();
  Training(const Training&) = delete;
  Training& operator=(const Training&) = delete;

  /// Prints what will be solved.
  void describe(std::ostream& out) const;

  /// Runs the solver; the table of iterations goes to \p out.
  /// \throws std::runtime_error if the solver fails.
  Summary run(std::ostream& out);

  /// The summary of a run that ended with an exception of run(). \param reason  of the failure, one line.
  Summary failed(const std::string& reason) const;

  /// Whether the run has written a checkpoint.
  bool leavesCheckpoint() const;

  /// The iterations so far.
  const History& history() const;

  /// \name The trained network, as a model file holds it
  /// @{
  /// Without statistics().
  model::ModelDescription modelDescription() const;
  /// A sweep over the training samples with Normalization::GhostBatch, else empty; collective.
  resnet::NormalizationStatistics statistics() const;
  std::vector<double> parameters() const;
  /// @}

private:
  /// \param start  network of Network/Initial Guess/File; null: none.
  Training(const Deck& deck, const Teuchos::RCP<const Teuchos::Comm<int>>& comm, Display display,
           const CheckpointOptions& checkpoints, const PortableModel* start);
  void resume(const Deck& deck, const std::string& file);
  void keepCheckpoints(double secondsBetween, const std::string& file);
  void makeSolver(int seed);

  struct Parts;
  std::unique_ptr<Parts> parts_;
};

} // namespace terrace::program
