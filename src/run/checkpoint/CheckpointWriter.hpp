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

/// Group of a checkpoint file that holds the state of the solver.
constexpr const char* solverGroup = "solver/";

/// Spaces of the levels of a run, finest first.
using LevelSpaces = std::vector<ROL::Ptr<const resnet::ParameterSpace>>;

/// The space that \p vector belongs to. \throws std::logic_error if it belongs to none.
const resnet::ParameterSpace& spaceOf(const ROL::Vector<double>& vector, const LevelSpaces& spaces);

/// Stores a solver's state in the group `solver` of a checkpoint file, a dataset for each part. Vectors are
/// stored whole in the order of resnet::ParameterLayout, so the number of ranks may change. Collective; rank
/// 0 writes.
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
