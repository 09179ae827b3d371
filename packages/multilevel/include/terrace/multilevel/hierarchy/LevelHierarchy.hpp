#pragma once

#include <terrace/multilevel/hierarchy/TransferOperator.hpp>
#include <terrace/multilevel/hierarchy/WorkCounter.hpp>

#include <ROL_Objective.hpp>
#include <ROL_Ptr.hpp>

#include <stdexcept>
#include <utility>
#include <vector>

namespace terrace {

/// One level of a hierarchy: an objective, its vector space and the transfer to the next coarser level.
template <class Real>
struct Level {
  ROL::Ptr<ROL::Objective<Real>> objective; ///< Not null; adds its evaluations to the hierarchy's counter.
  /// Prototype of the level's primal vectors; its dual() is the prototype of derivatives.
  ROL::Ptr<ROL::Vector<Real>> vector;
  /// Transfer to the next coarser level; null on the coarsest.
  ROL::Ptr<TransferOperator<Real>> toCoarser;
  /// Work units of one evaluation of value and gradient: 1 on the finest level.
  double work = 1;
  /// Number of samples in the objective, 0 if it has none. For the history only.
  long samples = 0;
};

/// The levels of a problem, finest first: level 0 is the problem itself.
///
/// The objectives count their evaluations in the hierarchy's one WorkCounter. CountedObjective does so for an
/// objective that does not.
template <class Real>
class LevelHierarchy {
public:
  /// Without levels. \param work  the counter that all objectives add to; not null.
  explicit LevelHierarchy(ROL::Ptr<WorkCounter> work) : work_(std::move(work)) {}

  /// Adds the next coarser level.
  /// \throws std::invalid_argument if the objective or vector is missing, or the level above has no transfer.
  void add(Level<Real> level) {
    if (level.objective == ROL::nullPtr || level.vector == ROL::nullPtr)
      throw std::invalid_argument("LevelHierarchy: a level needs an objective and a vector.");
    if (!levels_.empty() && levels_.back().toCoarser == ROL::nullPtr)
      throw std::invalid_argument("LevelHierarchy: level " + std::to_string(size() - 1) +
                                  " has no transfer to the coarser level " + std::to_string(size()) + ".");
    levels_.push_back(std::move(level));
  }

  /// Number of levels.
  int size() const { return static_cast<int>(levels_.size()); }
  /// Level 0 is the finest. \throws std::out_of_range if there is no such level.
  const Level<Real>& operator[](int level) const { return levels_.at(static_cast<std::size_t>(level)); }
  /// The counter that all objectives add to.
  const ROL::Ptr<WorkCounter>& work() const { return work_; }

private:
  std::vector<Level<Real>> levels_;
  ROL::Ptr<WorkCounter> work_;
};

} // namespace terrace
