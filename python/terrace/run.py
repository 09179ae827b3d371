"""Run directories: summary, history, deck, model."""

from __future__ import annotations

import json
import os
import pathlib
from typing import TYPE_CHECKING, Any, Iterator, Mapping, Union

import h5py
import numpy as np
from numpy.typing import NDArray

from terrace.deck import read_deck
from terrace.model import Model

if TYPE_CHECKING:
    import pandas

Path = Union[str, os.PathLike]


class History(Mapping[str, NDArray[Any]]):
    """The iterations of a run, an array a column.

    history["value"] is the loss with regularisation of each row's level; `meaning` says what a column is.
    Values that were not computed are nan.
    """

    def __init__(self, columns: Mapping[str, NDArray[Any]], meaning: Mapping[str, str]) -> None:
        self._columns = dict(columns)
        self.meaning = dict(meaning)  #: of each column, in words

    @classmethod
    def read(cls, path: Path) -> History:
        """Reads a history.h5."""
        with h5py.File(path, "r") as file:
            return cls({name: column[()] for name, column in file.items()},
                       {name: str(column.attrs.get("description", "")) for name, column in file.items()})

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def of_level(self, level: int) -> History:
        """The rows of a level; 0 is the finest."""
        rows = self["level"] == level
        return History({name: column[rows] for name, column in self.items()}, self.meaning)

    def frame(self) -> pandas.DataFrame:
        """A row an iteration. Needs pandas."""
        import pandas
        return pandas.DataFrame(self._columns).set_index("iteration")


class Run:
    """A run directory."""

    def __init__(self, directory: Path) -> None:
        """Raises FileNotFoundError if the directory has no run."""
        self.directory = pathlib.Path(directory)
        if not (self.directory / "deck.xml").exists():
            raise FileNotFoundError(f"{self.directory}: is not a run directory, it has no deck.xml")

    def __repr__(self) -> str:
        return f"Run({str(self.directory)!r})"

    @property
    def summary(self) -> dict[str, Any]:
        """What the run came to: value, metrics, work_units, status, ..."""
        return json.loads((self.directory / "summary.json").read_text(encoding="utf-8"))

    @property
    def deck(self) -> dict[str, Any]:
        """The deck with all defaults filled in."""
        return read_deck((self.directory / "deck.xml").read_text(encoding="utf-8"))

    @property
    def history(self) -> History:
        """The iterations."""
        return History.read(self.directory / "history.h5")

    def model(self) -> Model:
        """The trained network."""
        return Model.read(self.directory / "model.h5")
