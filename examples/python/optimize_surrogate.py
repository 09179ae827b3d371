"""Finds the inputs of a PDE that give wanted outputs, on a surrogate, with ROL's own Python face.

    optimize_surrogate.py DATA MODEL        pip install rol-python

DATA is a data set of regression and MODEL (or a run directory) was trained on it. The wanted outputs are those
of the first test sample: the inputs that made them are known, so the result can be judged. A bounded
trust-region method of ROL minimises half the squared distance of outputs, each in units of its deviation in the
data. Values and derivatives of the surrogate are NumPy's.
"""
import sys

import numpy as np
from pyrol import Bounds, Objective, ParameterList, Problem, Solver, getCout
from pyrol.vectors import NumPyVector

import terrace


class Misfit(Objective):
    """|(f(x) - wanted) / units|^2 / 2, of inputs in units of their deviation."""

    def __init__(self, model, wanted, units, center, spread):
        super().__init__()
        self.model, self.wanted, self.units = model, wanted, units
        self.center, self.spread = center, spread

    def inputs(self, x):
        return self.center + self.spread * x[:]

    def residual(self, x):
        return (self.model(self.inputs(x)) - self.wanted) / self.units

    def value(self, x, tolerance):
        return 0.5 * float(self.residual(x) @ self.residual(x))

    def gradient(self, g, x, tolerance):
        weights = self.residual(x) / self.units
        g[:] = self.spread * self.model.apply_adjoint_jacobian(self.inputs(x), weights)

    def hessVec(self, hv, v, x, tolerance):
        """Gauss-Newton: J^T J v."""
        inputs = self.inputs(x)
        jv = self.model.apply_jacobian(inputs, self.spread * v[:]) / self.units**2
        hv[:] = self.spread * self.model.apply_adjoint_jacobian(inputs, jv)


def parameters():
    """ROL's: a trust-region method with bounds and truncated CG."""
    lists = ParameterList()
    lists["General"] = ParameterList()
    lists["General"]["Output Level"] = 0
    lists["Step"] = ParameterList()
    lists["Step"]["Type"] = "Trust Region"
    lists["Status Test"] = ParameterList()
    lists["Status Test"]["Gradient Tolerance"] = 1e-10
    lists["Status Test"]["Iteration Limit"] = 100
    return lists


def main(data_file, model_file):
    data, model = terrace.read_data(data_file), terrace.Model.read(model_file)
    known, wanted = data.test.inputs[0], data.test.targets[0]
    center, spread = data.train.inputs.mean(axis=0), data.train.inputs.std(axis=0)
    objective = Misfit(model, wanted, data.train.targets.std(axis=0), center, spread)
    x = NumPyVector(np.zeros(model.features))
    lower = NumPyVector((data.train.inputs.min(axis=0) - center) / spread)
    upper = NumPyVector((data.train.inputs.max(axis=0) - center) / spread)
    start = objective.value(x, 0)
    problem = Problem(objective, x)
    problem.addBoundConstraint(Bounds(lower, upper))
    Solver(problem, parameters()).solve(getCout())
    print(f"misfit: {start:.3e} at the mean of the data, {objective.value(x, 0):.3e} at the end")
    print(f"outputs: off by {np.abs(objective.residual(x)).max():.1e} deviations at most")
    print(f"inputs:  off by {np.abs((objective.inputs(x) - known) / spread).max():.2f} deviations from the known ones")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
