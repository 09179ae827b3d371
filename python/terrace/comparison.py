"""What `terrace compare` writes: comparison.json and the runs of a study."""

from __future__ import annotations

import json
import os
import pathlib
from typing import TYPE_CHECKING, Any, Union

from terrace.run import Run

if TYPE_CHECKING:
    import pandas

Path = Union[str, os.PathLike]


class Comparison:
    """A study directory with its comparison.json."""

    def __init__(self, directory: Path) -> None:
        """Raises FileNotFoundError if the directory has no comparison.json."""
        self.directory = pathlib.Path(directory)
        self.json: dict[str, Any] = json.loads((self.directory / "comparison.json").read_text(encoding="utf-8"))

    @property
    def solvers(self) -> list[str]:
        """Their names, in the order of the study."""
        return [solver["name"] for solver in self.json["solvers"]]

    def rows(self) -> list[dict[str, Any]]:
        """A dict a run: solver, problem, seed, status, failed, value, work_units, wall_seconds, metrics, and
        for each target `work to T` and `seconds to T` (None: not reached)."""
        rows = []
        for solver in self.json["solvers"]:
            for run in solver["runs"]:
                row = {"solver": solver["name"], **{k: v for k, v in run.items() if k != "targets"}}
                for target in run["targets"]:
                    row[f"work to {target['target']:g}"] = target["work_units"]
                    row[f"seconds to {target['target']:g}"] = target["seconds"]
                rows.append(row)
        return rows

    def runs(self, solver: str) -> list[Run]:
        """The runs of a solver. Raises KeyError if there is none of that name."""
        for entry in self.json["solvers"]:
            if entry["name"] == solver:
                return [Run(self.directory / run["directory"]) for run in entry["runs"]]
        raise KeyError(f"{solver}: is not a solver of the study; expected one of {', '.join(self.solvers)}")

    def frame(self) -> pandas.DataFrame:
        """A row a run, as rows(). Needs pandas."""
        import pandas
        return pandas.DataFrame(self.rows())
