#pragma once

#include <terrace/multilevel/run/StateArchive.hpp>

#include <functional>

namespace terrace {

/// Keeps the states from which a run can be resumed. Implementations choose where.
template <class Real>
class Checkpoints {
public:
  /// Visits the whole state of a run: stores it in the archive, or restores it.
  using VisitState = std::function<void(StateArchive<Real>&)>;

  virtual ~Checkpoints() = default;

  /// The state to resume; null if the run is to start. Asked once, at the beginning.
  virtual StateArchive<Real>* resumed() = 0;

  /// Called on all ranks where the run could be resumed: after each iteration and each cycle of nested
  /// iteration.
  ///
  /// \param level       the level that the run works on.
  /// \param iterate     the level's iterate; valid during the call only.
  /// \param visitState  visits the whole state; may be kept and called until the next call of this function,
  ///                    or the end of the algorithm.
  virtual void atRest(int level, const ROL::Vector<Real>& iterate, const VisitState& visitState) = 0;
};

} // namespace terrace
