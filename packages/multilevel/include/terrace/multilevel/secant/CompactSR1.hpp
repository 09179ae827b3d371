#pragma once

#include <terrace/multilevel/hierarchy/TransferOperator.hpp>
#include <terrace/multilevel/run/StateArchive.hpp>
#include <terrace/multilevel/secant/DiagonalTrustRegion.hpp>
#include <terrace/multilevel/secant/PairMemory.hpp>
#include <terrace/multilevel/secant/PairedGradient.hpp>
#include <terrace/multilevel/secant/SpectralModel.hpp>
#include <terrace/multilevel/secant/SubproblemResult.hpp>

// ROL_Secant.hpp alone does not compile in 13.2 unless the types below come first.
#include <ROL_Secant.hpp>
#include <ROL_Types.hpp>
#include <ROL_Vector.hpp>
#include <Teuchos_ParameterList.hpp>

#include <string>
#include <vector>

namespace terrace {

/// Limited-memory SR1 approximation of a Hessian in compact form,
/// \f$ B = \gamma R + \Psi M^{-1} \Psi^T \f$ with \f$ \Psi = Y - \gamma R S \f$,
/// \f$ M = D + L + L^T - \gamma S^T S \f$.
///
/// R is the Riesz map of the vectors' metric, S holds steps (primal), Y gradient differences (dual), D + L is
/// the lower triangle of \f$ S^T Y \f$ (Byrd, Nocedal & Schnabel, Math. Program. 63, 1994, theorem 5.1). The
/// pairs and their inner products are kept by PairMemory. B is made from these again after every change
/// (SpectralModel), so it never contains stale rank-one terms. Pairs may have any curvature. A pair is left
/// out of B while its pivot in M is negligible (for a quadratic: its SR1 denominator), its column of
/// \f$ \Psi \f$ nearly vanishes, or that column depends on newer ones. Newest pairs are chosen first.
///
/// It is a `ROL::Secant` and works in ROL's own algorithms, for example
/// `ROL::TypeU::TrustRegionAlgorithm(list, secant)`.
template <class Real>
class CompactSR1 : public ROL::Secant<Real> {
public:
  /// How \f$ \gamma \f$ is chosen.
  using InitialScaling = typename SpectralModel<Real>::InitialScaling;

  /// \param storage       number of pairs kept, at least 1.
  /// \param scaling       how \f$ \gamma \f$ is chosen.
  /// \param fixedScaling  \f$ \gamma \f$ for Fixed, and wherever no pair is there; not 0.
  /// \throws std::invalid_argument if a number is not valid.
  CompactSR1(int storage, InitialScaling scaling, Real fixedScaling);

  /// Reads "General > Secant" (validSecantParameters()).
  explicit CompactSR1(const Teuchos::ParameterList& secantParameters);

  /// Allocates the vectors of all pairs, so that nothing is allocated later.
  /// \param primal  prototype of steps.
  /// \param dual    prototype of gradients.
  void reserve(const ROL::Vector<Real>& primal, const ROL::Vector<Real>& dual);

  /// Adds the pair (s, y = grad - gp); the oldest pair goes if the storage is full. ROL's entry.
  void updateStorage(const ROL::Vector<Real>& x, const ROL::Vector<Real>& grad, const ROL::Vector<Real>& gp,
                     const ROL::Vector<Real>& s, Real snorm, int iter) override;

  /// Adds the pair (s, y). A pair with a zero step or a non-finite inner product is ignored.
  void addPair(const ROL::Vector<Real>& s, const ROL::Vector<Real>& y);

  /// The same; in the same pass over the pairs, \p gradient gets its norm and its products with them. If
  /// solveTrustRegion() is then asked about it, that needs no pass of its own. A gradient whose norm is not
  /// finite leaves the pairs as they are.
  void addPair(const ROL::Vector<Real>& s, const ROL::Vector<Real>& y, PairedGradient<Real>& gradient);

  /// Replaces all pairs by the prolonged pairs of a coarser level.
  /// \throws std::logic_error without reserve(), unless \p coarse has no pairs.
  void prolongPairs(const CompactSR1& coarse, const TransferOperator<Real>& transfer);

  /// Forgets all pairs; the vectors of reserve() are kept.
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
  /// exactly, in the vectors' metric, hard case included.
  ///
  /// An estimated \f$ \gamma \f$ that is negative says nothing of directions that no pair has seen. Where the
  /// gradient has no part outside the span of \f$ \Psi \f$ (\f$ 10^{-8} \f$ of it, what rounding leaves), the
  /// step then stays in that span. Source: Brust, Erway & Marcia (Comput. Optim. Appl. 66, 2017), with the
  /// Cholesky factor of the Gram matrix of \f$ \Psi \f$ in place of its QR factorisation.
  ///
  /// \param[out] s       primal vector, the step.
  /// \param[in]  g       dual vector, finite.
  /// \param[in]  radius  > 0.
  SubproblemResult<Real> solveTrustRegion(ROL::Vector<Real>& s, const ROL::Vector<Real>& g,
                                          Real radius) const;
  /// The same; uses the products that addPair() left in \p g, if no pair was added since.
  SubproblemResult<Real> solveTrustRegion(ROL::Vector<Real>& s, const PairedGradient<Real>& g,
                                          Real radius) const;

  /// Pairs stored, and those of them that B uses.
  int storedPairs() const { return pairs_.size(); }
  /// Pairs that B uses, at most storedPairs().
  int usedPairs() const { return static_cast<int>(model_.pairs().size()); }
  /// \f$ \gamma \f$.
  Real initialScaling() const { return model_.initialScaling(); }
  /// Eigenvalues of B in the metric other than \f$ \gamma \f$, ascending.
  const std::vector<Real>& eigenvalues() const { return model_.eigenvalues(); }

private:
  void allocateWork(const ROL::Vector<Real>& primal, const ROL::Vector<Real>& dual) const;
  void add(const ROL::Vector<Real>& s, const ROL::Vector<Real>& y, PairedGradient<Real>* gradient);
  void rebuild();

  // The part of a gradient outside the span of Psi, where all eigenvalues of B are gamma: it is
  // `vector` - Psi `inSpan`. Without existence, that space is empty or not to be stepped into.
  struct Complement {
    const ROL::Vector<Real>* vector;
    Real norm;
    std::vector<Real> inSpan;
    bool exists;
  };

  std::vector<Real> applyPsiTransposed(const Operand<Real>& v) const;
  void addPsi(ROL::Vector<Real>& v, bool isDual, const std::vector<Real>& coefficients) const;
  SubproblemResult<Real> solve(ROL::Vector<Real>& s, const ROL::Vector<Real>& g, Real gradientNorm,
                               const std::vector<Real>& psiProducts, Real radius) const;
  Complement complementOf(const ROL::Vector<Real>& g, Real gradientNorm, int dimension,
                          const std::vector<Real>& psiProducts, const std::vector<Real>& components) const;
  Complement partOutsideSpan(const ROL::Vector<Real>& g, Real gradientNorm,
                             const std::vector<Real>& psiProducts, std::vector<Real> a) const;
  bool complementIsGuesswork(Real complementNorm, Real gradientNorm) const;
  bool assembleStep(ROL::Vector<Real>& s, const DiagonalTrustRegion<Real>& small,
                    const Complement& outside) const;
  bool addComplementDirection(ROL::Vector<Real>& s, Real length) const;
  bool addPartOutsideSpan(ROL::Vector<Real>& s, const ROL::Vector<Real>& candidate, Real length) const;
  void projectOffEigenvectors(ROL::Vector<Real>& dual) const;

  PairMemory<Real> pairs_;
  SpectralModel<Real> model_; // of pairs_

  mutable ROL::Ptr<ROL::Vector<Real>> primalWork_, dualWork_, complement_, direction_;
};

extern template class CompactSR1<double>;

} // namespace terrace
