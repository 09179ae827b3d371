#pragma once

#include <terrace/multilevel/sampling/SampleSchedule.hpp>
#include <terrace/multilevel/sampling/SampledObjectives.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace terrace {

template <class Real>
SampleSchedule<Real>::SampleSchedule(const LevelHierarchy<Real>& hierarchy,
                                     const SamplingParameters& parameters)
    : parameters_(parameters) {
  for (SampledObjective<Real>* objective : sampledObjectives(hierarchy)) {
    samples_ = objective->samples();
    together_ = std::max(together_, objective->samplesTogether());
    objective->resetBatch();
    members_.push_back(
        {objective, static_cast<double>(objective->batchSamples()) / static_cast<double>(samples_)});
  }
  restart();
}

template <class Real>
void SampleSchedule<Real>::restart() {
  first_ = 0;
  const bool startsOnBatch = parameters_.dynamic && !parameters_.isStochastic();
  size_ = startsOnBatch ? wholeGroups(parameters_.initialSamples, samples_) : samples_;
  coarseOffset_ = 0;
  useAll();
}

template <class Real>
void SampleSchedule<Real>::useAll() {
  for (const Member& member : members_) member.objective->resetBatch();
}

template <class Real>
void SampleSchedule<Real>::useBatch() {
  coarseOffset_ = 0;
  if (isWhole()) return useAll();
  for (const Member& member : members_) handOut(member, 0);
}

template <class Real>
void SampleSchedule<Real>::move() {
  const long kept = static_cast<long>(std::floor(parameters_.overlap * static_cast<double>(size_)));
  first_ = (first_ + wholeGroups(static_cast<double>(size_ - kept), size_)) % samples_;
}

template <class Real>
void SampleSchedule<Real>::grow() {
  size_ = wholeGroups(parameters_.growth * static_cast<double>(size_), samples_);
}

template <class Real>
void SampleSchedule<Real>::redrawCoarseSamples() {
  if (!parameters_.redrawsCoarseSamples || members_.size() == 1) return;
  coarseOffset_ = (coarseOffset_ + sizeOf(members_[1])) % size_;
  for (std::size_t level = 1; level < members_.size(); ++level) handOut(members_[level], coarseOffset_);
}

// Rounded up to whole groups, at least one; at most `most`.
template <class Real>
long SampleSchedule<Real>::wholeGroups(double samples, long most) const {
  const auto together = static_cast<double>(together_);
  const double wanted = std::max(std::ceil(samples / together), 1.0) * together;
  return wanted < static_cast<double>(most) ? static_cast<long>(wanted) : most;
}

template <class Real>
long SampleSchedule<Real>::sizeOf(const Member& member) const {
  return wholeGroups(member.share * static_cast<double>(size_) * (1 - 1e-9), size_);
}

template <class Real>
void SampleSchedule<Real>::handOut(const Member& member, long offset) const {
  const long size = sizeOf(member);
  if (size == samples_) return member.objective->resetBatch();
  std::vector<long> positions(static_cast<std::size_t>(size));
  for (std::size_t i = 0; i < positions.size(); ++i)
    positions[i] = (first_ + (offset + static_cast<long>(i)) % size_) % samples_;
  member.objective->setBatch(positions);
}

} // namespace terrace
