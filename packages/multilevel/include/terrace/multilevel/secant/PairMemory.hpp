#pragma once

#include <terrace/multilevel/hierarchy/BlockOperations.hpp>
#include <terrace/multilevel/hierarchy/TransferOperator.hpp>
#include <terrace/multilevel/run/StateArchive.hpp>
#include <terrace/multilevel/secant/GramMatrices.hpp>
#include <terrace/multilevel/secant/PairProducts.hpp>
#include <terrace/multilevel/secant/PairedGradient.hpp>

#include <ROL_Ptr.hpp>
#include <ROL_Vector.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace terrace {

/// The newest secant pairs (s, y) and their inner products. s is a step (primal), y the difference of the
/// gradients at its ends (dual).
///
/// The inner products are updated as pairs come and go: a new pair costs one pass over the stored ones. Pair
/// 0 is the oldest.
template <class Real>
class PairMemory {
public:
  /// \param capacity  number of pairs kept.
  /// \throws std::invalid_argument if it is less than 1.
  explicit PairMemory(int capacity);
  PairMemory(const PairMemory&) = delete;
  PairMemory& operator=(const PairMemory&) = delete;

  /// Allocates the vectors of all pairs, so that nothing is allocated later.
  /// \param primal  prototype of steps.
  /// \param dual    prototype of gradients.
  void reserve(const ROL::Vector<Real>& primal, const ROL::Vector<Real>& dual);
  /// Whether the vectors of all pairs are allocated.
  bool isReserved() const { return static_cast<int>(steps_.size()) == capacity_; }

  /// Keeps copies of a pair; the oldest pair goes if the memory is full. After reserve().
  ///
  /// \param gradient  may be null; receives its norm and its inner products with the pairs, taken in the same
  ///                  pass.
  /// \return false if the pair is of no use and not kept: its step is zero, or a product is not finite. Where
  /// the norm of \p gradient is not finite, the other pairs stay as they are.
  bool append(const ROL::Vector<Real>& s, const ROL::Vector<Real>& y,
              PairedGradient<Real>* gradient = nullptr);

  /// Forgets all pairs; the vectors are kept.
  void clear();

  /// Replaces all pairs by the newest pairs of a coarser level, prolonged. After reserve().
  ///
  /// \param step, difference  scratch of this level's spaces.
  void prolong(const PairMemory& coarse, const TransferOperator<Real>& transfer, ROL::Vector<Real>& step,
               ROL::Vector<Real>& difference);

  /// The pairs; their inner products follow from them, to the bit.
  /// \throws std::invalid_argument if more pairs are to be restored than are reserved.
  void visitState(StateArchive<Real>& archive, const std::string& name);

  /// Number of pairs.
  int size() const { return gram_.pairs; }
  /// Most pairs.
  int capacity() const { return capacity_; }
  /// \f$ s_i \f$, primal.
  const ROL::Vector<Real>& step(int i) const { return *steps_[static_cast<std::size_t>(i)]; }
  /// \f$ y_i \f$, dual.
  const ROL::Vector<Real>& difference(int i) const { return *differences_[static_cast<std::size_t>(i)]; }
  /// Inner products of the pairs.
  const GramMatrices<Real>& gram() const { return gram_; }

  /// A number that changes whenever the pairs do. No two memories ever have the same one.
  std::uint64_t revision() const { return revision_; }

  /// The steps of these pairs, then their differences, as operands of block operations.
  std::vector<Operand<Real>> operands(const std::vector<int>& pairs) const;

  /// Inner products of a vector of either space with these pairs, in their order.
  PairProducts<Real> productsWith(const Operand<Real>& v, const std::vector<int>& pairs) const;

  /// \name All vectors that are reserved, oldest pair first
  /// @{

  /// Primal; size() of them are in use.
  const std::vector<ROL::Ptr<ROL::Vector<Real>>>& steps() const { return steps_; }
  /// Dual; size() of them are in use.
  const std::vector<ROL::Ptr<ROL::Vector<Real>>>& differences() const { return differences_; }
  /// @}

private:
  static std::uint64_t nextRevision();
  void dropOldest();
  bool updateGram(const std::vector<Real>& products, PairedGradient<Real>* gradient);

  int capacity_;
  std::vector<ROL::Ptr<ROL::Vector<Real>>> steps_, differences_;
  GramMatrices<Real> gram_;
  std::uint64_t revision_;
};

extern template class PairMemory<double>;

} // namespace terrace
