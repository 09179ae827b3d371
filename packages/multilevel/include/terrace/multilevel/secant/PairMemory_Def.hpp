#pragma once

#include <terrace/multilevel/secant/PairMemory.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

namespace terrace {

template <class Real>
PairMemory<Real>::PairMemory(int capacity)
    : capacity_(capacity), gram_(std::max(capacity, 0)), revision_(nextRevision()) {
  if (capacity < 1) throw std::invalid_argument("CompactSR1: the storage must hold at least one pair.");
}

// 1, 2, ... over all memories of the program.
template <class Real>
std::uint64_t PairMemory<Real>::nextRevision() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

template <class Real>
void PairMemory<Real>::reserve(const ROL::Vector<Real>& primal, const ROL::Vector<Real>& dual) {
  while (!isReserved()) {
    steps_.push_back(primal.clone());
    differences_.push_back(dual.clone());
  }
}

template <class Real>
bool PairMemory<Real>::append(const ROL::Vector<Real>& s, const ROL::Vector<Real>& y,
                              PairedGradient<Real>* gradient) {
  // One pass: products of s, y and the gradient with the pairs that stay, with themselves, and the norm.
  std::vector<Operand<Real>> left = {{&s, false}, {&y, true}};
  if (gradient != nullptr) left.push_back({&gradient->vector(), true});
  std::vector<int> staying(static_cast<std::size_t>(std::min(size(), capacity_ - 1)));
  std::iota(staying.begin(), staying.end(), size() == capacity_ ? 1 : 0);
  std::vector<Operand<Real>> right = operands(staying);
  right.insert(right.begin() + static_cast<std::ptrdiff_t>(staying.size()), {&s, false});
  right.push_back({&y, true});
  if (gradient != nullptr) right.push_back({&gradient->vector(), true});
  std::vector<Real> products;
  innerProducts<Real>(left, right, products);
  if (gradient != nullptr) {
    gradient->noteNorm(std::sqrt(products.back()));
    if (!std::isfinite(products.back())) return false;
  }

  if (size() == capacity_) dropOldest();
  steps_[static_cast<std::size_t>(size())]->set(s);
  differences_[static_cast<std::size_t>(size())]->set(y);
  revision_ = nextRevision();
  const bool isKept = updateGram(products, gradient);
  if (isKept) ++gram_.pairs;
  return isKept;
}

template <class Real>
void PairMemory<Real>::dropOldest() {
  std::rotate(steps_.begin(), steps_.begin() + 1, steps_.end());
  std::rotate(differences_.begin(), differences_.begin() + 1, differences_.end());
  for (int j = 0; j + 1 < capacity_; ++j) {
    for (int i = 0; i + 1 < capacity_; ++i) {
      gram_.stepDifference(i, j) = gram_.stepDifference(i + 1, j + 1);
      gram_.stepStep(i, j) = gram_.stepStep(i + 1, j + 1);
      gram_.differenceDifference(i, j) = gram_.differenceDifference(i + 1, j + 1);
    }
  }
  --gram_.pairs;
}

// Enters the products of the new pair (s, y), and of `gradient` if that is there, with all pairs, of which
// the new one is the last. False if the new pair is of no use.
template <class Real>
bool PairMemory<Real>::updateGram(const std::vector<Real>& products, PairedGradient<Real>* gradient) {
  const std::size_t lefts = gradient != nullptr ? 3 : 2;
  const int newest = size();
  const Real* withSteps = products.data();
  const Real* withDifferences = withSteps + lefts * static_cast<std::size_t>(newest + 1);
  PairProducts<Real> ofGradient;
  bool finite = true;
  for (int i = 0; i <= newest; ++i, withSteps += lefts, withDifferences += lefts) {
    gram_.stepStep(i, newest) = gram_.stepStep(newest, i) = withSteps[0];
    gram_.stepDifference(i, newest) = withSteps[1];
    gram_.stepDifference(newest, i) = withDifferences[0];
    gram_.differenceDifference(i, newest) = gram_.differenceDifference(newest, i) = withDifferences[1];
    finite = finite && std::isfinite(withSteps[0]) && std::isfinite(withSteps[1]) &&
             std::isfinite(withDifferences[0]) && std::isfinite(withDifferences[1]);
    if (gradient == nullptr) continue;
    ofGradient.withSteps.push_back(withSteps[2]);
    ofGradient.withDifferences.push_back(withDifferences[2]);
  }
  if (gradient != nullptr) gradient->noteProducts(std::move(ofGradient), revision_);
  return finite && gram_.stepStep(newest, newest) > Real(0);
}

template <class Real>
void PairMemory<Real>::clear() {
  gram_.pairs = 0;
  revision_ = nextRevision();
}

template <class Real>
void PairMemory<Real>::prolong(const PairMemory& coarse, const TransferOperator<Real>& transfer,
                               ROL::Vector<Real>& step, ROL::Vector<Real>& difference) {
  clear();
  for (int i = std::max(0, coarse.size() - capacity_); i < coarse.size(); ++i) {
    transfer.prolongStep(step, coarse.step(i));
    transfer.prolongDual(difference, coarse.difference(i));
    append(step, difference);
  }
}

template <class Real>
void PairMemory<Real>::visitState(StateArchive<Real>& archive, const std::string& name) {
  int pairs = size();
  archive.visitNumber(name + "/pairs", pairs);
  if (pairs < 0 || pairs > static_cast<int>(steps_.size()))
    throw std::invalid_argument("CompactSR1: " + std::to_string(pairs) + " pairs to restore; expected 0.." +
                                std::to_string(steps_.size()) + ".");
  const bool restores = archive.restores();
  if (restores) clear();
  if (pairs == 0) return;
  // Restored pairs are read into vectors of their own and appended, as they were when they were new.
  ROL::Ptr<ROL::Vector<Real>> step, difference;
  if (restores) {
    step = steps_[0]->clone();
    difference = differences_[0]->clone();
  }
  for (int i = 0; i < pairs; ++i) {
    const auto at = static_cast<std::size_t>(i);
    archive.visit(name + "/step_" + std::to_string(i), restores ? *step : *steps_[at]);
    archive.visit(name + "/difference_" + std::to_string(i), restores ? *difference : *differences_[at]);
    if (restores) append(*step, *difference);
  }
}

template <class Real>
std::vector<Operand<Real>> PairMemory<Real>::operands(const std::vector<int>& pairs) const {
  std::vector<Operand<Real>> result;
  for (const int i : pairs) result.push_back({&step(i), false});
  for (const int i : pairs) result.push_back({&difference(i), true});
  return result;
}

template <class Real>
PairProducts<Real> PairMemory<Real>::productsWith(const Operand<Real>& v,
                                                  const std::vector<int>& pairs) const {
  std::vector<Real> products;
  innerProducts<Real>({v}, operands(pairs), products);
  const auto middle = products.begin() + static_cast<std::ptrdiff_t>(pairs.size());
  return {{products.begin(), middle}, {middle, products.end()}};
}

} // namespace terrace
