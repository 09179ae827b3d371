"""Plots, by matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Sequence, Union

import numpy as np

from terrace.comparison import Comparison
from terrace.run import Run

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def _axes(axes: Optional[Axes]) -> Axes:
    if axes is not None:
        return axes
    import matplotlib.pyplot
    return matplotlib.pyplot.subplots()[1]


def plot_history(runs: Union[Run, Sequence[Run]], column: str = "value", *, against: str = "work",
                 axes: Optional[Axes] = None) -> Axes:
    """Draws a column of one run for each level, or of several runs on their finest level.

    column, against: names of the history's columns. axes: matplotlib's; new ones by default, which are given.
    """
    axes = _axes(axes)
    if isinstance(runs, Run):
        history = runs.history
        for level in np.unique(history["level"])[::-1]:
            rows = history.of_level(int(level))
            axes.plot(rows[against], rows[column], ".-", label=f"level {level}")
    else:
        for run in runs:
            rows = run.history.of_level(0)
            axes.plot(rows[against], rows[column], ".-", label=run.directory.name)
    if column in ("value", "gradient_norm"):
        axes.set_yscale("log")
    axes.set_xlabel("work units" if against == "work" else against)
    axes.set_ylabel(column.replace("_", " "))
    axes.legend()
    return axes


def plot_comparison(comparison: Comparison, cost: str = "work_units", *, axes: Optional[Axes] = None) -> Axes:
    """Draws the performance profile of a study: the part of instances that a solver solves within a factor of
    the best. cost: work_units or seconds."""
    axes = _axes(axes)
    for solver in comparison.json["profiles"][cost]["solvers"]:
        axes.step([1, *solver["ratios"]], [0, *solver["fractions"]], where="post", label=solver["name"])
    axes.set_xscale("log")
    axes.set_xlabel(f"{cost.replace('_', ' ')}, times those of the best solver")
    axes.set_ylabel("part of the instances solved")
    axes.legend()
    return axes
