#pragma once

#include <terrace/multilevel/secant/DenseMatrix.hpp>
#include <terrace/multilevel/secant/LuFactors.hpp>
#include <terrace/resnet/network/Network.hpp>

#include <vector>

namespace terrace::resnet::detail {

/// Fits a layer \f$x \mapsto \sigma(Wx + b)\f$ to targets, row by row: each minimises
/// \f$\mathrm{mean}_p\,(\sigma(w \cdot x_p) - t_p)^2 + r\,\|w - w_0\|^2\f$ by Gauss-Newton steps from
/// \f$w_0\f$. The bias is the last entry of w, and of every \f$x_p\f$ the last is 1.
class LayerFit {
public:
  /// \param inputs     of the layer, without the 1 of the bias.
  /// \param points     at least 1.
  /// \param stiffness  r > 0.
  /// \param steps      Gauss-Newton steps a row.
  LayerFit(Activation activation, int inputs, long points, double stiffness, int steps);

  /// points x (inputs + 1), row-major: the \f$x_p\f$, to be filled in before fitRow().
  std::vector<double>& regressors() { return regressors_; }

  /// Moves a row where that makes its sum smaller, and else leaves it.
  /// \param[in]     target  one for each point.
  /// \param[in,out] row     inputs + 1 entries: w0, then w.
  void fitRow(const double* target, double* row);

  /// Floating-point operations of fitRow().
  double flopsOfRow() const;

private:
  double objective(const double* target, const std::vector<double>& w);
  void setUpStep(const std::vector<double>& w, double damping);

  Activation activation_;
  int columns_;
  long points_;
  double stiffness_;
  int steps_;
  std::vector<double> regressors_;
  std::vector<double> start_, trial_; ///< w0; w + step.
  std::vector<double> z_, errors_;    ///< w . x_p and sigma(w . x_p) - t_p of the last objective().
  DenseMatrix<double> matrix_;        ///< Of the normal equations.
  DenseMatrix<double> step_;          ///< One row: the right-hand side, then the step.
  LuFactors<double> factors_;
};

} // namespace terrace::resnet::detail
