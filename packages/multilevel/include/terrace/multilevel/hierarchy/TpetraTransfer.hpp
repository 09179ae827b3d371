#pragma once

#include <terrace/multilevel/hierarchy/TransferOperator.hpp>

#include <ROL_Ptr.hpp>
#include <ROL_TpetraMultiVector.hpp>
#include <Tpetra_CrsMatrix.hpp>
#include <Tpetra_Vector.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace terrace {

/// Transfer between levels whose vectors are (derived from) `ROL::TpetraMultiVector`, by sparse matrices.
///
/// P is the given matrix, restrictDual() applies its transpose; both work on every column of the vectors. A
/// second matrix \f$ \Pi \f$ projects iterates. For nested nodes, injection is a matrix with
/// \f$ \Pi P = I \f$.
///
/// Without a second matrix, \f$ \Pi = D^{-1} P^T \f$ with D the column sums of P. That keeps constants (away
/// from boundaries), but \f$ \Pi P = I \f$ only if every row of P has one entry.
///
/// Vectors may have any metric; only prolongDual() uses it. A vector whose map is not its level's is
/// refused by std::invalid_argument. This header needs Tpetra; the library does not.
template <class Real>
class TpetraTransfer : public TransferOperator<Real> {
public:
  /// On Tpetra's default ordinals and device.
  using Matrix = Tpetra::CrsMatrix<Real>;
  /// What the vectors hold.
  using MultiVector = Tpetra::MultiVector<Real>;

  /// \param prolongation  fill-complete; range map: fine vectors, domain map: coarse vectors.
  /// \param projection    fill-complete; range map: coarse, domain map: fine. May be null.
  /// \throws std::invalid_argument if the shapes do not fit.
  explicit TpetraTransfer(ROL::Ptr<const Matrix> prolongation,
                          ROL::Ptr<const Matrix> projection = ROL::nullPtr)
      : prolongation_(std::move(prolongation)), projection_(std::move(projection)) {
    if (projection_ == ROL::nullPtr) {
      scaleByColumnSums();
    } else if (!projection_->getRangeMap()->isSameAs(*prolongation_->getDomainMap()) ||
               !projection_->getDomainMap()->isSameAs(*prolongation_->getRangeMap())) {
      throw std::invalid_argument(
          "TpetraTransfer: the projection's maps are not those of the prolongation, exchanged.");
    }
  }

  void prolong(ROL::Vector<Real>& fine, const ROL::Vector<Real>& coarse) const override {
    prolongation_->apply(onCoarse(coarse), onFine(fine));
  }

  void restrictDual(ROL::Vector<Real>& coarse, const ROL::Vector<Real>& fine) const override {
    prolongation_->apply(onFine(fine), onCoarse(coarse), Teuchos::TRANS);
  }

  void project(ROL::Vector<Real>& coarse, const ROL::Vector<Real>& fine) const override {
    if (projection_ != ROL::nullPtr) return projection_->apply(onFine(fine), onCoarse(coarse));
    MultiVector& result = onCoarse(coarse);
    prolongation_->apply(onFine(fine), result, Teuchos::TRANS);
    result.elementWiseMultiply(Real(1), *inverseColumnSums_, result, Real(0));
  }

  void prolongDual(ROL::Vector<Real>& fine, const ROL::Vector<Real>& coarse) const override {
    if (fineScratch_ == ROL::nullPtr) fineScratch_ = fine.dual().clone();
    prolong(*fineScratch_, coarse.dual());
    fine.set(fineScratch_->dual());
  }

private:
  using Map = Tpetra::Map<>;

  // The entries of a vector on the level that has the map; comparing a map with itself costs nothing.
  static MultiVector& entries(ROL::Vector<Real>& v, const Map& map) {
    return checked(*dynamic_cast<ROL::TpetraMultiVector<Real>&>(v).getVector(), map);
  }
  static const MultiVector& entries(const ROL::Vector<Real>& v, const Map& map) {
    return checked(*dynamic_cast<const ROL::TpetraMultiVector<Real>&>(v).getVector(), map);
  }
  template <class Entries>
  static Entries& checked(Entries& entries, const Map& map) {
    if (!entries.getMap()->isSameAs(map))
      throw std::invalid_argument("TpetraTransfer: a vector has " +
                                  std::to_string(entries.getGlobalLength()) +
                                  " entries with a map of another level; expected the level's map, of " +
                                  std::to_string(map.getGlobalNumElements()) + ".");
    return entries;
  }
  template <class Vector>
  auto& onFine(Vector& v) const {
    return entries(v, *prolongation_->getRangeMap());
  }
  template <class Vector>
  auto& onCoarse(Vector& v) const {
    return entries(v, *prolongation_->getDomainMap());
  }

  void scaleByColumnSums() {
    Tpetra::Vector<Real> ones(prolongation_->getRangeMap()), sums(prolongation_->getDomainMap());
    ones.putScalar(Real(1));
    prolongation_->apply(ones, sums, Teuchos::TRANS);
    inverseColumnSums_ = ROL::makePtr<Tpetra::Vector<Real>>(prolongation_->getDomainMap());
    inverseColumnSums_->reciprocal(sums);
  }

  ROL::Ptr<const Matrix> prolongation_, projection_;
  ROL::Ptr<Tpetra::Vector<Real>> inverseColumnSums_;
  mutable ROL::Ptr<ROL::Vector<Real>> fineScratch_; // primal, made at the first prolongDual()
};

} // namespace terrace
