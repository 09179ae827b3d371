#pragma once

#include <terrace/pde/BoundaryCondition.hpp>
#include <terrace/pde/ParametricProblem.hpp>

#include <vector>

namespace terrace::pde {

/// Ranges of the parameters and places of the targets; see doc/pde-data.md.
struct NeutronDiffusionOptions : ProblemOptions {
  double side = 20;                     ///< of the square, cm
  Range diffusion{0.2, 2};              ///< D of a region, cm, log-uniform
  Range absorption{0.01, 0.2};          ///< Sigma_a of a region, 1/cm, log-uniform
  Range source{0, 1};                   ///< S of a region, neutrons/(cm^3 s), not negative
  std::vector<Side> vacuum{Right, Top}; ///< the other sides are mirrors
};

/// Scalar flux of neutrons of one energy group with a fixed source:
/// \f$ -\nabla\cdot(D\nabla\phi) + \Sigma_a\phi = S \f$ on a square.
///
/// D, Sigma_a and S are constant in each of regions x regions squares. Vacuum (no neutrons come in, Marshak's
/// condition): \f$ D\,\partial\phi/\partial n + \phi/2 = 0 \f$; mirror: \f$ D\,\partial\phi/\partial n = 0
/// \f$. Inputs: log10 D_1.., log10 Sigma_1.., S_1.. (regions row by row from the lower left), those of a
/// single value left out. Quantities: the mean flux of each region, the flux on the grid of points, then, if
/// there are vacuum sides, the leakage through them (\f$ \int \phi/2 \f$ per cm of height).
class NeutronDiffusion : public ParametricProblem {
public:
  /// \throws std::invalid_argument naming the option, its value and what was expected.
  explicit NeutronDiffusion(const NeutronDiffusionOptions& options);

  std::string description() const override;

private:
  void setFields(EllipticFields& fields, const std::vector<double>& parameters) const override;
  std::vector<double> byParameters(const EllipticFields& byFields,
                                   const std::vector<double>& parameters) const override;

  NeutronDiffusionOptions options_;
};

} // namespace terrace::pde
