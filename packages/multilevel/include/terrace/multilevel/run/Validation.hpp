#pragma once

#include <terrace/multilevel/run/StateArchive.hpp>

#include <ROL_Ptr.hpp>
#include <ROL_Vector.hpp>

#include <functional>
#include <limits>
#include <string>
#include <utility>

namespace terrace {

/// Judges the iterates of a run by a loss that the objective does not know, such as the loss of held-out
/// samples, and keeps the best iterate.
template <class Real>
class Validation {
public:
  /// \param loss  of an iterate of the finest level; collective, the same number on all ranks. NaN is never
  ///              the best.
  explicit Validation(std::function<Real(const ROL::Vector<Real>&)> loss) : loss_(std::move(loss)) {}

  /// Judges the iterate of ROL's iteration \p iteration, reached after \p work units.
  void judge(const ROL::Vector<Real>& iterate, int iteration, double work) {
    const Real found = loss_(iterate);
    if (best_ == ROL::nullPtr) {
      best_ = iterate.clone();
    } else if (!(found < bestLoss_)) {
      return;
    }
    best_->set(iterate);
    bestLoss_ = found == found ? found : std::numeric_limits<Real>::infinity();
    bestIteration_ = iteration;
    bestWork_ = work;
  }

  /// \name The best iterate so far; null before the first was judged
  /// @{

  /// The iterate.
  const ROL::Ptr<ROL::Vector<Real>>& best() const { return best_; }
  /// Its loss; infinite before the first was judged.
  Real bestLoss() const { return bestLoss_; }
  /// ROL's iteration that reached it.
  int bestIteration() const { return bestIteration_; }
  /// Work units when it was reached.
  double bestWork() const { return bestWork_; }
  /// @}

  /// \param prototype  of the finest level's iterates.
  void visitState(StateArchive<Real>& archive, const std::string& name, const ROL::Vector<Real>& prototype) {
    bool judged = best_ != ROL::nullPtr;
    archive.visitNumber(name + "/judged", judged);
    if (!judged) return;
    if (best_ == ROL::nullPtr) best_ = prototype.clone();
    archive.visit(name + "/best", *best_);
    archive.visitNumber(name + "/best_loss", bestLoss_);
    archive.visitNumber(name + "/best_iteration", bestIteration_);
    archive.visitNumber(name + "/best_work", bestWork_);
  }

private:
  std::function<Real(const ROL::Vector<Real>&)> loss_;
  ROL::Ptr<ROL::Vector<Real>> best_;
  Real bestLoss_ = std::numeric_limits<Real>::infinity();
  int bestIteration_ = 0;
  double bestWork_ = 0;
};

} // namespace terrace
