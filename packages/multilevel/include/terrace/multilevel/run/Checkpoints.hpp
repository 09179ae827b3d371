#pragma once

#include <terrace/multilevel/run/StateArchive.hpp>

#include <functional>

namespace terrace {

/// Keeps the states from which a run can go on later. What they are kept in is the implementation's.
template <class Real>
class Checkpoints {
public:
  using VisitState = std::function<void(StateArchive<Real>&)>;

  virtual ~Checkpoints() = default;

  /// The state that a run goes on with instead of starting; null: it starts. Asked once at its beginning.
  virtual StateArchive<Real>* resumed() = 0;

  /// Called on all ranks where the run can go on later: after each iteration and each cycle of nested
  /// iteration.
  /// \param level       that the run works on.
  /// \param iterate     of it; valid during the call only.
  /// \param visitState  visits the whole state; may be kept and called until the next call of this function,
  ///                    or the end of the algorithm.
  virtual void atRest(int level, const ROL::Vector<Real>& iterate, const VisitState& visitState) = 0;
};

} // namespace terrace
