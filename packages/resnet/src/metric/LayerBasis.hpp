#pragma once

#include "metric/RowMatrix.hpp"

namespace terrace::resnet::detail {

/// The coordinates in which a metric is diagonal for one layer: D becomes U^T D V, for derivatives D (outputs
/// x inputs and bias) and steps alike; U and V are orthogonal.
template <class Scalar>
struct LayerBasis {
  /// U and V; empty where a side is left as it is.
  RowMatrix<Scalar> outputs, outputsTransposed;
  RowMatrix<Scalar> inputs, inputsTransposed;
  /// Where inputs are many, V = I + L R with few columns of L, and V^T = I + L R'.
  RowMatrix<Scalar> left, right, rightOfTransposed;
};

/// Work space of rotate() and rotateBack().
template <class Scalar>
struct BasisScratch {
  RowMatrix<Scalar> product, coefficients;
};

namespace basis {

template <class Scalar>
void fit(RowMatrix<Scalar>& matrix, int rows, int columns) {
  if (matrix.rows() != rows || matrix.columns() != columns) matrix = RowMatrix<Scalar>(rows, columns);
}

// D = D V for a square V, empty for the identity.
template <class Scalar>
void turnInputs(RowMatrix<Scalar>& D, const RowMatrix<Scalar>& V, BasisScratch<Scalar>& scratch) {
  if (V.empty()) return;
  fit(scratch.product, D.rows(), D.columns());
  multiply<false>(D, V, scratch.product);
  std::swap(D, scratch.product);
}

// D = U D
template <class Scalar>
void turnOutputs(RowMatrix<Scalar>& D, const RowMatrix<Scalar>& U, BasisScratch<Scalar>& scratch) {
  if (U.empty()) return;
  fit(scratch.product, D.rows(), D.columns());
  multiply<false>(U, D, scratch.product);
  std::swap(D, scratch.product);
}

// D = D + (D L) R
template <class Scalar>
void reflectInputs(RowMatrix<Scalar>& D, const RowMatrix<Scalar>& L, const RowMatrix<Scalar>& R,
                   BasisScratch<Scalar>& scratch) {
  if (L.empty()) return;
  fit(scratch.coefficients, D.rows(), L.columns());
  multiply<false>(D, L, scratch.coefficients);
  multiply<true>(scratch.coefficients, R, D);
}

} // namespace basis

/// D := U^T D V
template <class Scalar>
void rotate(const LayerBasis<Scalar>& basis, RowMatrix<Scalar>& D, BasisScratch<Scalar>& scratch) {
  basis::turnInputs(D, basis.inputs, scratch);
  basis::reflectInputs(D, basis.left, basis.right, scratch);
  basis::turnOutputs(D, basis.outputsTransposed, scratch);
}

/// D := U D V^T
template <class Scalar>
void rotateBack(const LayerBasis<Scalar>& basis, RowMatrix<Scalar>& D, BasisScratch<Scalar>& scratch) {
  basis::turnOutputs(D, basis.outputs, scratch);
  basis::reflectInputs(D, basis.left, basis.rightOfTransposed, scratch);
  basis::turnInputs(D, basis.inputsTransposed, scratch);
}

} // namespace terrace::resnet::detail
