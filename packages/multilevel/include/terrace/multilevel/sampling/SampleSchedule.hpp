#pragma once

#include <terrace/multilevel/hierarchy/LevelHierarchy.hpp>
#include <terrace/multilevel/hierarchy/SampledObjective.hpp>
#include <terrace/multilevel/run/StateArchive.hpp>
#include <terrace/multilevel/sampling/SamplingParameters.hpp>

#include <string>
#include <vector>

namespace terrace {

/// Chooses the samples that the levels of a hierarchy work on: the batches of dynamic sampling, and the
/// subsets of the coarse levels.
///
/// The finest level's batch is a window in the order of the samples. It moves, wraps around, and grows until
/// it holds all samples. A window that moves keeps the part `Overlap` of its samples; one that grows keeps
/// all.
///
/// A coarser level has the same share of the batch as its own samples are of all samples. The levels' samples
/// are nested: a coarse level has the beginning of the batch or, where coarse samples are redrawn, the
/// beginning of a second window, which moves within the batch.
///
/// Windows, coarse samples and moves are whole multiples of SampledObjective::samplesTogether(), unless all
/// samples are fewer.
///
/// Any window should stand for the whole; our data sets are read shuffled and stratified. In another order
/// batches grow sooner.
template <class Real>
class SampleSchedule {
public:
  /// \param hierarchy  of SampledObjectives over the same samples; they get all their samples.
  /// \throws ParameterError if an objective is none, or the levels draw from different numbers of samples.
  SampleSchedule(const LevelHierarchy<Real>& hierarchy, const SamplingParameters& parameters);

  /// As they were given.
  const SamplingParameters& parameters() const { return parameters_; }
  /// Whether the batch holds all samples.
  bool isWhole() const { return size_ == samples_; }
  /// Number of samples that the objective of \p level has now.
  long samples(int level) const {
    return members_.at(static_cast<std::size_t>(level)).objective->batchSamples();
  }

  /// Returns to the first batch. The objectives get the samples that they were made for.
  void restart();
  /// Gives the objectives the samples that they were made for.
  void useAll();
  /// Gives the objectives their samples of the present batch.
  void useBatch();
  /// Chooses the next batch, of the same size. useBatch() gives it to the objectives.
  void move();
  /// Chooses the next batch, a larger one. useBatch() gives it to the objectives.
  void grow();
  /// Gives the coarse levels the next samples of the batch, if the parameters say so.
  void redrawCoarseSamples();

  /// The place of the two windows.
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

  long wholeGroups(double samples, long most) const;
  long sizeOf(const Member& member) const;
  void handOut(const Member& member, long offset) const;

  std::vector<Member> members_; // finest first
  SamplingParameters parameters_;
  long samples_ = 0;
  long together_ = 1; // samples of a group
  long first_ = 0;
  long size_ = 0;
  long coarseOffset_ = 0; // in the batch
};

extern template class SampleSchedule<double>;

} // namespace terrace
