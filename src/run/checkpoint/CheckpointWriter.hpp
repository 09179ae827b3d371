#pragma once

#include <terrace/multilevel/run/StateArchive.hpp>
#include <terrace/resnet/parameters/ParameterSpace.hpp>

#include <string>
#include <vector>

namespace terrace::dataset {
class Hdf5File;
}

namespace terrace::program {

/// Attribute `checkpoint_format` of the files that this version writes and reads.
constexpr int checkpointFormat = 1;

/// Group of a checkpoint file that holds what only the solver needs.
constexpr const char* solverGroup = "solver/";

/// Spaces of the levels of a run, finest first.
using LevelSpaces = std::vector<ROL::Ptr<const resnet::ParameterSpace>>;

/// The space whose vectors \p vector is one of. \throws std::logic_error if it is none of theirs.
const resnet::ParameterSpace& spaceOf(const ROL::Vector<double>& vector, const LevelSpaces& spaces);

/// Stores a solver's state in the group `solver` of a checkpoint file: a dataset a part, vectors whole and in
/// the order of resnet::ParameterLayout, so that the number of ranks may change. Collective; rank 0 writes.
class CheckpointWriter : public StateArchive<double> {
public:
  /// \param file  of rank 0; null on the others.
  CheckpointWriter(dataset::Hdf5File* file, const LevelSpaces& spaces);

  bool restores() const override { return false; }
  void visit(const std::string& name, std::vector<double>& values) override;
  void visit(const std::string& name, ROL::Vector<double>& vector) override;

private:
  dataset::Hdf5File* file_;
  const LevelSpaces& spaces_;
};

} // namespace terrace::program
