#pragma once

#include <terrace/multilevel/engine/SubproblemResult.hpp>
#include <terrace/multilevel/hierarchy/BlockOperations.hpp>
#include <terrace/multilevel/hierarchy/TransferOperator.hpp>
#include <terrace/multilevel/run/StateArchive.hpp>
#include <terrace/multilevel/secant/DenseMatrix.hpp>
#include <terrace/multilevel/secant/DiagonalTrustRegion.hpp>

// ROL_Secant.hpp alone does not compile in 13.2 unless the types below come first.
#include <ROL_Secant.hpp>
#include <ROL_Types.hpp>
#include <ROL_Vector.hpp>
#include <Teuchos_ParameterList.hpp>

#include <string>
#include <utility>
#include <vector>

namespace terrace {

/// Limited-memory SR1 approximation of a Hessian in compact form,
/// \f$ B = \gamma R + \Psi M^{-1} \Psi^T \f$ with \f$ \Psi = Y - \gamma R S \f$,
/// \f$ M = D + L + L^T - \gamma S^T S \f$.
///
/// R is the Riesz map of the vectors' metric, S holds steps (primal), Y gradient differences (dual), D + L
/// the lower triangle of \f$ S^T Y \f$ (Byrd, Nocedal & Schnabel, Math. Program. 63, 1994, theorem 5.1). Only
/// inner products of the pairs are stored beside them and updated as pairs come and go, so B never contains
/// stale rank-one terms. Pairs may have any curvature. A pair whose pivot in M is negligible (for a
/// quadratic, the SR1 denominator), or whose column nearly vanishes, or whose column of \f$ \Psi \f$ depends
/// on newer ones is left out of B until that changes, newest pairs kept first.
///
/// It is a `ROL::Secant` and works in ROL's own algorithms, for example
/// `ROL::TypeU::TrustRegionAlgorithm(list, secant)`.
template <class Real>
class CompactSR1 : public ROL::Secant<Real> {
public:
  /// How \f$ \gamma \f$ is chosen.
  enum class InitialScaling {
    Fixed,             ///< A given number.
    SmallestEigenvalue ///< 0.1 times the smallest eigenvalue of (D + L + L^T, S^T S) of the newest
                       ///< independent steps if positive, else 1.5 times.
  };

  /// \param storage       number of pairs kept, at least 1.
  /// \param fixedScaling  \f$ \gamma \f$ for Fixed, and wherever no pair is there; not 0.
  CompactSR1(int storage, InitialScaling scaling, Real fixedScaling);

  /// Reads "General > Secant" (validSecantParameters()).
  explicit CompactSR1(const Teuchos::ParameterList& secantParameters);

  /// Allocates the memory of all pairs, so that nothing is allocated later.
  /// \param primal  prototype of steps.
  /// \param dual    prototype of gradients.
  void reserve(const ROL::Vector<Real>& primal, const ROL::Vector<Real>& dual);

  /// Adds the pair (s, y = grad - gp), replacing the oldest if the storage is full. ROL's entry.
  void updateStorage(const ROL::Vector<Real>& x, const ROL::Vector<Real>& grad, const ROL::Vector<Real>& gp,
                     const ROL::Vector<Real>& s, Real snorm, int iter) override;

  /// Adds the pair (s, y). Pairs with a zero step or a non-finite inner product are ignored.
  /// \param next  a gradient that solveTrustRegion() may be asked about next, or null: its inner products
  /// with the pairs are had in the same pass over them. They are used if the gradient is the same object
  /// then, of the same norm to the last bit.
  void addPair(const ROL::Vector<Real>& s, const ROL::Vector<Real>& y,
               const ROL::Vector<Real>* next = nullptr);

  /// Replaces all pairs by the prolonged pairs of a coarser level.
  /// \throws std::logic_error without reserve().
  void prolongPairs(const CompactSR1& coarse, const TransferOperator<Real>& transfer);

  void clear();

  /// The pairs; the rest follows from them, to the bit.
  /// \throws std::invalid_argument if more pairs are to be restored than are kept.
  void visitState(StateArchive<Real>& archive, const std::string& name);

  void applyB(ROL::Vector<Real>& Bv, const ROL::Vector<Real>& v) const override;
  void applyB0(ROL::Vector<Real>& Bv, const ROL::Vector<Real>& v) const override;
  /// The inverse of B; B must have no zero eigenvalue.
  void applyH(ROL::Vector<Real>& Hv, const ROL::Vector<Real>& v) const override;
  void applyH0(ROL::Vector<Real>& Hv, const ROL::Vector<Real>& v) const override;

  /// Minimises \f$ \langle g, s \rangle + \tfrac12 \langle B s, s \rangle \f$ over \f$ \|s\| \le \f$ radius
  /// exactly, in the vectors' metric, hard case included (Brust, Erway & Marcia, Comput. Optim. Appl. 66,
  /// 2017, with the QR factorisation of \f$ \Psi \f$ replaced by the Cholesky factor of its Gram matrix).
  /// With SmallestEigenvalue a negative \f$ \gamma \f$ is an estimate: where the gradient has no part outside
  /// the span of \f$ \Psi \f$ (\f$ 10^{-8} \f$ of it, what rounding leaves), the step stays in that span.
  ///
  /// \param[out] s       primal vector, the step.
  /// \param[in]  g       dual vector, finite.
  /// \param[in]  radius  > 0.
  SubproblemResult<Real> solveTrustRegion(ROL::Vector<Real>& s, const ROL::Vector<Real>& g,
                                          Real radius) const;

  /// Pairs stored, and those of them that B uses.
  int storedPairs() const { return count_; }
  int usedPairs() const { return static_cast<int>(used_.size()); }
  /// \f$ \gamma \f$.
  Real initialScaling() const { return gamma_; }
  /// Eigenvalues of B in the metric other than \f$ \gamma \f$, ascending.
  const std::vector<Real>& eigenvalues() const { return eigenvalues_; }

private:
  using Matrix = detail::DenseMatrix<Real>;

  ROL::Vector<Real>& step(int i) const { return *this->state_->iterDiff[static_cast<std::size_t>(i)]; }
  ROL::Vector<Real>& difference(int i) const { return *this->state_->gradDiff[static_cast<std::size_t>(i)]; }

  void allocateWork(const ROL::Vector<Real>& primal, const ROL::Vector<Real>& dual) const;
  void appendSlot();
  bool updateGramMatrices(int newest, const ROL::Vector<Real>& s, const ROL::Vector<Real>& y,
                          const ROL::Vector<Real>* next);
  void rememberNext(const ROL::Vector<Real>* next, int newest, const std::vector<Real>& products);
  void rebuild();
  Real normalized(Real product, int i, int j) const {
    return product * scale_[static_cast<std::size_t>(i)] * scale_[static_cast<std::size_t>(j)];
  }
  void chooseScaling();
  Matrix reduceToIndependentSteps(Matrix& curvature, Matrix& gram) const;
  void choosePairs();
  void decompose();
  static Matrix inverseOfUpper(const Matrix& upper);
  Matrix middleMatrix() const;
  Matrix outerGram() const;

  // A dual vector of which the part outside the span of Psi is `vector` - Psi `inSpan`, and that part's norm.
  struct Complement {
    const ROL::Vector<Real>* vector;
    Real norm;
    std::vector<Real> inSpan;
  };

  std::vector<Operand<Real>> pairsInUse() const;
  std::vector<Real> applyPsiTransposed(const Operand<Real>& v) const;
  std::vector<Real> psiProductsWith(const ROL::Vector<Real>& g, Real gradientNorm) const;
  void addPsi(ROL::Vector<Real>& v, bool isDual, const std::vector<Real>& coefficients) const;
  std::vector<Real> toEigenbasis(const std::vector<Real>& psiProducts) const;
  std::vector<Real> fromEigenbasis(const std::vector<Real>& components) const;
  Complement complementOf(const ROL::Vector<Real>& g, Real gradientNorm, const std::vector<Real>& psiProducts,
                          std::vector<Real> a) const;
  bool complementIsGuesswork(Real complementNorm, Real gradientNorm) const;
  bool assembleStep(ROL::Vector<Real>& s, const DiagonalTrustRegion<Real>& small,
                    const Complement& outside) const;
  bool addComplementDirection(ROL::Vector<Real>& s, Real length) const;
  bool addPartOutsideSpan(ROL::Vector<Real>& s, const ROL::Vector<Real>& candidate, Real length) const;
  void projectOffEigenvectors(ROL::Vector<Real>& dual) const;

  int capacity_;
  InitialScaling scaling_;
  Real fixedScaling_;
  int count_ = 0; // pairs 0 (oldest) .. count_ - 1 (newest) are valid

  // Inner products of all pairs, indexed by age: <s_i, y_j>, (s_i, s_j), (y_i, y_j).
  Matrix stepDifference_, stepStep_, differenceDifference_;

  const ROL::Vector<Real>* next_ = nullptr; // what addPair() was told
  Real nextNorm_ = 0;
  std::vector<std::pair<Real, Real>> nextProducts_; // with step and difference of each pair

  // What follows is derived from them by rebuild().
  Real gamma_;
  std::vector<Real> scale_;          // 1 / |s_i|: all small matrices are of normalised pairs
  std::vector<int> used_;            // pairs in B, newest first
  Matrix middle_, outer_;            // M and Psi^T Psi of all normalised pairs
  Matrix cholesky_;                  // column i, by pair: row i of U, Psi^T Psi = U^T U of the pairs in B
  detail::LuFactors<Real> middleLu_; // of M restricted to used_
  Matrix eigenvectors_;              // C: the orthonormal eigenvectors are Psi C
  std::vector<Real> eigenvalues_;

  mutable ROL::Ptr<ROL::Vector<Real>> primalWork_, dualWork_, complement_, direction_;
};

extern template class CompactSR1<double>;

} // namespace terrace
