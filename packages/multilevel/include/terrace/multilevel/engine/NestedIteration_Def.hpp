#pragma once

#include <terrace/multilevel/engine/LevelState_Def.hpp>
#include <terrace/multilevel/engine/NestedIteration.hpp>

#include <cmath>
#include <stdexcept>
#include <string>

namespace terrace {

template <class Real>
NestedIteration<Real>::NestedIteration(const CycleParameters& parameters, double target)
    : parameters_(parameters), target_(target),
      progress_(parameters.stagnationWindow, parameters.stagnationTolerance, target) {}

template <class Real>
void NestedIteration<Real>::restart() {
  level_ = cycles_ = 0;
  progress_ = StagnationTest(parameters_.stagnationWindow, parameters_.stagnationTolerance, target_);
}

template <class Real>
void NestedIteration<Real>::start(LevelStates<Real>& levels) {
  for (int level = 0; level + 1 < levels.size(); ++level)
    levels.transfer(level).project(*levels[level + 1].x, *levels[level].x);
  level_ = levels.size() - 1;
}

template <class Real>
void NestedIteration<Real>::run(LevelStates<Real>& levels, CycleRunner<Real>& cycles) {
  for (; level_ > 0; --level_) {
    if (cycles_ > 0 || !cycles.limitReached()) workOnLevel(levels, cycles);
    climb(levels);
    cycles_ = 0;
  }
  cycles.enter(0);
}

template <class Real>
void NestedIteration<Real>::workOnLevel(LevelStates<Real>& levels, CycleRunner<Real>& cycles) {
  LevelState<Real>& level = levels[level_];
  if (cycles_ == 0) {
    cycles.enter(level_);
    const LevelHierarchy<Real>& hierarchy = levels.hierarchy();
    progress_.enter(static_cast<double>(level.value), cycles.usefulWork(),
                    hierarchy[level_].work / hierarchy[level_ - 1].work);
  }
  while (!cycles.decided("level done", isDone(level, cycles)) && cycles_ < parameters_.nestedCycles &&
         !cycles.limitReached()) {
    cycles.runCycle(level_);
    ++cycles_;
    cycles.rest();
  }
}

// Algorithm 4, steps 1 to 3: judges the last cycle, if there was one on this level.
template <class Real>
bool NestedIteration<Real>::isDone(const LevelState<Real>& level, const CycleRunner<Real>& cycles) {
  if (cycles_ == 0) return progress_.hasNothingToGive();
  return progress_.stagnates(static_cast<double>(level.value), cycles.usefulWork(), cycles.isStochastic()) ||
         cycles.idle() || level.isAtPrecisionFloor();
}

// Algorithm 4: the iterate, the pairs, the account of corrections and the radius go up one level.
template <class Real>
void NestedIteration<Real>::climb(LevelStates<Real>& levels) const {
  LevelState<Real>& coarse = levels[level_];
  LevelState<Real>& fine = levels[level_ - 1];
  const TransferOperator<Real>& transfer = levels.transfer(level_ - 1);
  const LevelHierarchy<Real>& hierarchy = levels.hierarchy();
  transfer.prolongIterate(*fine.x, *coarse.x);
  fine.secant.prolongPairs(coarse.secant, transfer);
  fine.recursion.inherit(coarse.recursion, hierarchy[level_ - 1].work / hierarchy[level_].work);
  fine.smoothingRadius.carryOver(coarse.smoothingRadius.value());
}

template <class Real>
double NestedIteration<Real>::budgetShare(const LevelHierarchy<Real>& hierarchy, double coarseShare) const {
  double all = 0, coarser = 0;
  for (int level = 1; level < hierarchy.size(); ++level) {
    const double part = std::cbrt(hierarchy[level].work);
    all += part;
    if (level >= level_) coarser += part;
  }
  return coarseShare * coarser / all;
}

template <class Real>
void NestedIteration<Real>::visitState(StateArchive<Real>& archive, const std::string& name, int levels) {
  archive.visitNumber(name + "/level", level_);
  archive.visitNumber(name + "/cycles", cycles_);
  progress_.visitState(archive, name + "/progress");
  if (level_ < 0 || level_ >= levels)
    throw std::invalid_argument("MultilevelTrustRegion: level " + std::to_string(level_) +
                                " to restore; expected 0.." + std::to_string(levels - 1) + ".");
}

} // namespace terrace
