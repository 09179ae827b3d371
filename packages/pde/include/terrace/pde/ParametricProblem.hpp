#pragma once

#include <terrace/pde/EllipticFields.hpp>
#include <terrace/pde/EllipticSolver.hpp>
#include <terrace/pde/LinearFunctional.hpp>
#include <terrace/pde/ParameterTable.hpp>
#include <terrace/pde/SquareMesh.hpp>

#include <string>
#include <vector>

namespace terrace::pde {

/// An output of a problem.
struct Quantity {
  std::string name; ///< such as "mean u in region 1"
  std::string unit; ///< "1" if it has none
};

/// Options of all parametric problems.
struct ProblemOptions {
  int cells = 64;           ///< of a side of the mesh, SquareMesh::fewestCells..mostCells
  int regions = 2;          ///< of a side, 1..16; divides cells, so that materials meet at cell sides
  int points = 3;           ///< of a side: point values on the grid side (i, j) / (points + 1); 0..16
  double tolerance = 1e-10; ///< of the linear solver, relative to the right-hand side; 1e-12..1e-2
};

/// A linear partial differential equation whose coefficients and source depend on a few parameters, and
/// quantities of interest of its solution: a function that a surrogate can learn.
class ParametricProblem {
public:
  virtual ~ParametricProblem() = default;

  /// The arguments of solve(), in their order.
  const std::vector<Input>& inputs() const { return parameters_.inputs(); }
  /// The results of solve(), in their order.
  const std::vector<Quantity>& quantities() const { return quantities_; }

  /// The equation, its coefficients and quantities, for the description of a data set.
  virtual std::string description() const = 0;

  /// The quantities of interest for the values \p inputs. The result does not depend on earlier calls.
  /// \throws std::invalid_argument if the inputs are not finite or of another number,
  ///         std::runtime_error if the solver does not reach its tolerance.
  std::vector<double> solve(const std::vector<double>& inputs);

  /// The derivatives of the quantities by the inputs at the last solution, quantities x inputs, row-major: an
  /// adjoint solve for each quantity. They are exact for the discrete equations, up to the solver's
  /// tolerance. \throws std::runtime_error if the solver does not reach its tolerance.
  std::vector<double> jacobian();

  /// Values at the nodes of the mesh of the last solution.
  const std::vector<double>& solution() const { return solution_; }

  /// Iterations of the linear solver for it.
  int iterations() const { return solver_.iterations(); }

  /// The mesh of all solves.
  const SquareMesh& mesh() const { return mesh_; }

protected:
  /// \param parameters  of which those with a range are the inputs.
  /// \param solver      for the same mesh.
  ParametricProblem(const SquareMesh& mesh, EllipticSolver solver, ParameterTable parameters);

  /// Adds an output: \p functional of the nodal values of the solution.
  void addQuantity(const std::string& name, const std::string& unit, LinearFunctional functional);

  /// Means over all regions, then values on the grid of points.
  void addMeansAndPoints(const std::string& symbol, const std::string& unit, const ProblemOptions& options);

private:
  /// Sets what depends on \p parameters, in the order of the table.
  virtual void setFields(EllipticFields& fields, const std::vector<double>& parameters) const = 0;

  /// The adjoint of the derivative of setFields(): derivatives by the parameters of what has the derivatives
  /// \p byFields by the fields.
  virtual std::vector<double> byParameters(const EllipticFields& byFields,
                                           const std::vector<double>& parameters) const = 0;

  SquareMesh mesh_;
  EllipticSolver solver_;
  ParameterTable parameters_;
  EllipticFields fields_;
  std::vector<Quantity> quantities_;
  std::vector<LinearFunctional> functionals_;
  std::vector<double> solution_;
  std::vector<double> parameterValues_; ///< Of the last solve.
};

} // namespace terrace::pde
