#pragma once

#include <terrace/multilevel/secant/DenseMatrix.hpp>
#include <terrace/multilevel/secant/GramMatrices.hpp>
#include <terrace/multilevel/secant/LuFactors.hpp>
#include <terrace/multilevel/secant/PairProducts.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace terrace {

/// The compact SR1 matrix \f$ B = \gamma R + \Psi M^{-1} \Psi^T \f$ as small dense algebra: \f$ \gamma \f$,
/// which pairs B uses, M, and the eigenvalues and eigenvectors of B.
///
/// It knows the pairs by their inner products only (GramMatrices). All small matrices are of normalised
/// pairs, \f$ (s, y) / \|s\| \f$, and so is \f$ \Psi \f$. Vectors of coefficients or products have one entry
/// for each pair in use, in the order of pairs(). Steps 1 to 3 of algorithm 1 in doc/algorithm.md.
template <class Real>
class SpectralModel {
public:
  /// How \f$ \gamma \f$ is chosen.
  enum class InitialScaling {
    Fixed,             ///< A given number.
    SmallestEigenvalue ///< 0.1 times the smallest eigenvalue of \f$ (D + L + L^T, S^T S) \f$ of the newest
                       ///< independent steps if it is positive, else 1.5 times.
  };

  /// \param fixedScaling  \f$ \gamma \f$ for Fixed, and wherever no pair is there; not 0.
  SpectralModel(InitialScaling scaling, Real fixedScaling);

  /// Makes the model of these pairs.
  void rebuild(const GramMatrices<Real>& gram);

  /// \f$ \gamma \f$.
  Real initialScaling() const { return gamma_; }
  /// Whether \f$ \gamma \f$ is an estimate, not a number that the user gave.
  bool scalingIsEstimated() const { return scaling_ != InitialScaling::Fixed; }
  /// The pairs in B, newest first.
  const std::vector<int>& pairs() const { return used_; }
  /// Eigenvalues of B in the metric other than \f$ \gamma \f$, ascending.
  const std::vector<Real>& eigenvalues() const { return eigenvalues_; }

  /// \f$ \Psi^T v \f$. \param products  of v with the pairs in use.
  std::vector<Real> psiProducts(const PairProducts<Real>& products) const;
  /// \f$ \Psi c \f$ as a combination of the steps, then the differences, of the pairs in use.
  std::vector<Real> ofPairs(const std::vector<Real>& coefficients) const;
  /// \f$ M^{-1} p \f$.
  std::vector<Real> solveMiddle(std::vector<Real> psiProducts) const;

  /// With C the matrix whose columns make \f$ \Psi C \f$ the orthonormal eigenvectors: \f$ C^T p \f$, the
  /// components of v in the eigenbasis from \f$ p = \Psi^T v \f$.
  std::vector<Real> toEigenbasis(const std::vector<Real>& psiProducts) const;
  /// C times components in the eigenbasis: coefficients of \f$ \Psi \f$.
  std::vector<Real> fromEigenbasis(const std::vector<Real>& components) const;

  /// \f$ \|v - \Psi a\| \f$ from inner products; nothing if it is so small that their rounding errors show.
  /// \param norm         \f$ \|v\| \f$
  /// \param psiProducts  \f$ \Psi^T v \f$
  std::optional<Real> normOfDifference(Real norm, const std::vector<Real>& psiProducts,
                                       const std::vector<Real>& a) const;

private:
  using Matrix = DenseMatrix<Real>;

  Real normalized(Real product, int i, int j) const {
    return product * scale_[static_cast<std::size_t>(i)] * scale_[static_cast<std::size_t>(j)];
  }
  int usedPairs() const { return static_cast<int>(used_.size()); }

  void chooseScaling(const GramMatrices<Real>& gram);
  static Matrix reduceToIndependentSteps(Matrix& curvature, Matrix& gram);
  Matrix middleMatrix(const GramMatrices<Real>& gram) const;
  Matrix outerGram(const GramMatrices<Real>& gram) const;
  void choosePairs(const Matrix& differenceDifference);
  void decompose();
  static Matrix inverseOfUpper(const Matrix& upper);

  InitialScaling scaling_;
  Real fixedScaling_;

  Real gamma_;
  std::vector<Real> scale_;  // 1 / |s_i|
  std::vector<int> used_;    // newest first
  Matrix middle_, outer_;    // M and Psi^T Psi of all pairs
  Matrix cholesky_;          // column i, by pair: row i of U, Psi^T Psi = U^T U of the pairs in use
  LuFactors<Real> middleLu_; // of M of the pairs in use
  Matrix eigenvectors_;      // C
  std::vector<Real> eigenvalues_;
};

extern template class SpectralModel<double>;

} // namespace terrace
