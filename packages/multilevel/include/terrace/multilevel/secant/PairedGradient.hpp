#pragma once

#include <terrace/multilevel/run/StateArchive.hpp>
#include <terrace/multilevel/secant/PairProducts.hpp>

#include <ROL_Ptr.hpp>
#include <ROL_Vector.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace terrace {

/// A gradient and, where they are known, its norm and its inner products with the pairs of a secant.
///
/// CompactSR1::addPair() notes them. It computes them in the pass over the pairs that it makes for a new
/// pair, so that CompactSR1::solveTrustRegion() needs no pass, and no message to other ranks, of its own.
/// What is outdated is never used: it is forgotten when the gradient is written, and products carry the
/// revision of their pairs.
template <class Real>
class PairedGradient {
public:
  /// \param vector  a dual vector that nothing else writes.
  explicit PairedGradient(ROL::Ptr<ROL::Vector<Real>> vector) : vector_(std::move(vector)) {}

  /// The gradient, dual.
  const ROL::Vector<Real>& vector() const { return *vector_; }

  /// The vector, to be written now; forgets its norm and its products.
  ROL::Vector<Real>& overwrite() {
    revision_ = 0;
    norm_.reset();
    return *vector_;
  }

  /// The norm of the vector; collective where it is not known yet.
  Real norm() const {
    if (!norm_) norm_ = vector_->norm();
    return *norm_;
  }
  /// \param norm  of the vector.
  void noteNorm(Real norm) { norm_ = norm; }

  /// \param products  with all pairs of a memory.
  /// \param revision  PairMemory::revision() of these pairs.
  void noteProducts(PairProducts<Real> products, std::uint64_t revision) {
    products_ = std::move(products);
    revision_ = revision;
  }

  /// The products with all pairs of the memory that has this \p revision; null if they are not known.
  const PairProducts<Real>* products(std::uint64_t revision) const {
    return revision_ == revision ? &products_ : nullptr;
  }

  /// The vector; a restored one has no products.
  void visitState(StateArchive<Real>& archive, const std::string& name) {
    archive.visit(name, archive.restores() ? overwrite() : *vector_);
  }

private:
  ROL::Ptr<ROL::Vector<Real>> vector_;
  PairProducts<Real> products_;
  std::uint64_t revision_ = 0; // 0: no memory has it
  mutable std::optional<Real> norm_;
};

} // namespace terrace
