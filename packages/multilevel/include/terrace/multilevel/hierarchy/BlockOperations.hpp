#pragma once

#include <ROL_Vector.hpp>

#include <cstddef>
#include <vector>

namespace terrace {

/// A vector and its space: primal (iterates and steps) or dual (derivatives).
template <class Real>
struct Operand {
  const ROL::Vector<Real>* vector; ///< Not owned; not null.
  bool isDual;                     ///< Whether it is a derivative.
};

/// Operations with many vectors at once. A vector implements them where it can do better than one pass over
/// the memory, and one message to the other ranks, for each vector.
///
/// All vectors belong to one space and its dual, which the Riesz map identifies.
template <class Real>
class BlockOperations {
public:
  virtual ~BlockOperations() = default;

  /// Inner products of all vectors on the left with all on the right: dot() of vectors of one space, apply()
  /// of vectors of different spaces.
  ///
  /// \param[in]  left, right  this vector need not be among them.
  /// \param[out] products     of left[l] with right[r] at r * left.size() + l.
  virtual void innerProducts(const std::vector<Operand<Real>>& left, const std::vector<Operand<Real>>& right,
                             std::vector<Real>& products) const = 0;

  /// v := v + sum of coefficients[j] vectors[j] for this vector v, which is none of the \p vectors. A vector
  /// of the other space counts as its dual().
  virtual void addCombination(const std::vector<Real>& coefficients,
                              const std::vector<Operand<Real>>& vectors) = 0;
};

/// BlockOperations::innerProducts() of any ROL vectors; \p left is not empty.
template <class Real>
void innerProducts(const std::vector<Operand<Real>>& left, const std::vector<Operand<Real>>& right,
                   std::vector<Real>& products) {
  if (const auto* own = dynamic_cast<const BlockOperations<Real>*>(left.front().vector))
    return own->innerProducts(left, right, products);
  products.clear();
  for (const auto& r : right)
    for (const auto& l : left)
      products.push_back(l.isDual == r.isDual ? l.vector->dot(*r.vector)
                         : l.isDual           ? r.vector->apply(*l.vector)
                                              : l.vector->apply(*r.vector));
}

/// BlockOperations::addCombination() of any ROL vector \p v.
/// \param isDual  whether \p v is of the dual space.
/// \param other   scratch of the other space, none of \p vectors.
template <class Real>
void addCombination(ROL::Vector<Real>& v, bool isDual, const std::vector<Real>& coefficients,
                    const std::vector<Operand<Real>>& vectors, ROL::Vector<Real>& other) {
  if (auto* own = dynamic_cast<BlockOperations<Real>*>(&v)) return own->addCombination(coefficients, vectors);
  other.zero();
  for (std::size_t j = 0; j < vectors.size(); ++j)
    (vectors[j].isDual == isDual ? v : other).axpy(coefficients[j], *vectors[j].vector);
  v.plus(other.dual());
}

} // namespace terrace
