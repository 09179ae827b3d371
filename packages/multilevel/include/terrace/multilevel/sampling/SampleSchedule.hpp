#pragma once

#include <terrace/multilevel/hierarchy/LevelHierarchy.hpp>
#include <terrace/multilevel/hierarchy/SampledObjective.hpp>
#include <terrace/multilevel/run/StateArchive.hpp>
#include <terrace/multilevel/sampling/SamplingParameters.hpp>

#include <string>
#include <vector>

namespace terrace {

/// Which samples the levels of a hierarchy work on, cycle by cycle: the batches of dynamic sampling, and the
/// subsets of the coarse levels.
///
/// The finest level's batch is a window of the samples' order that moves on, wraps around, and grows until it
/// holds all samples. A window that moves keeps the part `Overlap` of its samples; one that grows keeps all.
/// A coarser level has as large a share of the batch as its own samples are of all, so that the levels'
/// samples are nested: the beginning of the batch, or, where they are redrawn, that of a window in it that
/// moves on. The order ought to be such that any window stands for the whole (our data sets are read shuffled
/// and stratified); where it is not, batches grow sooner.
template <class Real>
class SampleSchedule {
public:
  /// \param hierarchy  its objectives are SampledObjectives over the same samples; they are reset.
  /// \throws ParameterError if they are not.
  SampleSchedule(const LevelHierarchy<Real>& hierarchy, const SamplingParameters& parameters);

  const SamplingParameters& parameters() const { return parameters_; }
  /// Whether the batch holds all samples.
  bool isWhole() const { return size_ == samples_; }
  /// Samples that the objective of \p level has at present.
  long samples(int level) const {
    return members_.at(static_cast<std::size_t>(level)).objective->batchSamples();
  }

  /// Back to the first batch; the objectives get the samples that they were made for.
  void restart();
  /// The objectives get the samples that they were made for.
  void useAll();
  /// All objectives get their samples of the present batch.
  void useBatch();
  /// The next batch: as large, or larger. useBatch() hands it out.
  void move();
  void grow();
  /// The coarse levels' samples move on, if that is wanted.
  void redrawCoarseSamples();

  void visitState(StateArchive<Real>& archive, const std::string& name) {
    archive.visitNumber(name + "/first", first_);
    archive.visitNumber(name + "/size", size_);
    archive.visitNumber(name + "/coarse_offset", coarseOffset_);
  }

private:
  struct Member {
    SampledObjective<Real>* objective;
    double share; ///< Of the finest level's samples.
  };

  long sizeOf(const Member& member) const;
  void handOut(const Member& member, long offset) const;

  std::vector<Member> members_; // finest first
  SamplingParameters parameters_;
  long samples_ = 0;
  long first_ = 0;
  long size_ = 0;
  long coarseOffset_ = 0; // in the batch
};

extern template class SampleSchedule<double>;

} // namespace terrace
