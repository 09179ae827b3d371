#pragma once

#include <terrace/pde/ParametricProblem.hpp>

namespace terrace::pde {

/// Ranges of the parameters and places of the targets; see doc/pde-data.md.
struct DiffusionConvectionReactionOptions : ProblemOptions {
  Range kappa{0.1, 1};            ///< diffusion coefficient of a region, log-uniform
  Range velocity{-1, 1};          ///< each component of b
  Range reaction{0, 5};           ///< r, not negative
  Range strength{1, 1};           ///< Q, the integral of the source over the plane
  Range sourcePosition{0.4, 0.6}; ///< each coordinate of the source's centre, in [0, 1]
  double sourceWidth = 0.2;       ///< s, standard deviation of the source, at least the width of a cell
};

/// Concentration u of a substance that is released around a point, spreads, is carried along and decays:
/// \f$ -\nabla\cdot(\kappa\nabla u) + b\cdot\nabla u + r u = f \f$ on the unit square, u = 0 on its boundary,
/// without units.
///
/// kappa is constant in each of regions x regions squares, b and r in the whole; the source is a Gaussian,
/// \f$ f(x) = Q \exp(-|x - x_s|^2 / (2 s^2)) / (2\pi s^2) \f$ with s = sourceWidth.
/// Inputs: log10 kappa_1.. (regions row by row from the lower left), b_x, b_y, r, Q, x_s, y_s, those of a
/// single value left out. Quantities: the mean of u over each region, then u on the grid of points.
class DiffusionConvectionReaction : public ParametricProblem {
public:
  /// \throws std::invalid_argument naming the option, its value and what was expected.
  explicit DiffusionConvectionReaction(const DiffusionConvectionReactionOptions& options);

  std::string description() const override;

private:
  void setFields(EllipticFields& fields, const std::vector<double>& parameters) const override;
  std::vector<double> byParameters(const EllipticFields& byFields,
                                   const std::vector<double>& parameters) const override;

  DiffusionConvectionReactionOptions options_;
};

} // namespace terrace::pde
