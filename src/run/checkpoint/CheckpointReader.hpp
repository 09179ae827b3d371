#pragma once

#include "run/checkpoint/CheckpointWriter.hpp"

#include <terrace/dataset/Hdf5File.hpp>

#include <optional>
#include <string>
#include <vector>

namespace terrace::program {

class Deck;
class History;

/// Reads a checkpoint file with the solver's state in it; collective, rank 0 reads. An error in the file is a
/// std::invalid_argument on all ranks, one line that begins with the file's name.
class CheckpointReader : public StateArchive<double> {
public:
  /// \param spaces  of the levels; must outlive the reader.
  CheckpointReader(const std::string& file, const LevelSpaces& spaces);

  /// \throws std::invalid_argument if the run's deck differs from \p deck where it may not, with the name of
  /// the
  ///         first such entry, or if the data set is another.
  void requireFit(const Deck& deck, const std::string& dataChecksum);

  /// Fills in the rows of the run so far.
  void readHistory(History& history);

  double seconds() const { return seconds_; }
  /// How often the run was resumed before.
  int resumptions() const { return resumptions_; }

  bool restores() const override { return true; }
  void visit(const std::string& name, std::vector<double>& values) override;
  void visit(const std::string& name, ROL::Vector<double>& vector) override;

private:
  std::vector<double> readOnRoot(const std::string& name) const;

  std::string path_;
  std::optional<dataset::Hdf5File> file_; ///< of rank 0
  const LevelSpaces& spaces_;
  const Teuchos::Comm<int>& comm_;
  double seconds_ = 0;
  int resumptions_ = 0;
};

} // namespace terrace::program
