"""The program `terrace`, called with decks given as dicts."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
from typing import Any, Mapping, Optional, Sequence, Union

import h5py
import numpy as np
from numpy.typing import ArrayLike, NDArray

from terrace.comparison import Comparison
from terrace.deck import Deck, deck_xml
from terrace.model import Model
from terrace.run import Run

Path = Union[str, os.PathLike]


class TerraceError(RuntimeError):
    """A command that failed. status is its exit status: 2 for wrong input, 1 for what failed at run time."""

    def __init__(self, command: Sequence[str], status: int, message: str) -> None:
        super().__init__(message)
        self.command = list(command)
        self.status = status


def _absolute(deck: Deck) -> dict[str, Any]:
    """Files of a deck that is a dict are relative to the current directory."""
    result = {name: _absolute(value) if isinstance(value, Mapping) else value for name, value in deck.items()}
    file = result.get("File")
    if isinstance(file, (str, os.PathLike)) and os.fspath(file):
        result["File"] = os.path.abspath(file)
    return result


class Program:
    """The program. Every method is a command; `terrace COMMAND --help` says more."""

    def __init__(self, executable: Optional[Path] = None, ranks: int = 1) -> None:
        """executable: by default what the variable TERRACE names, or `terrace` on the path. ranks: of MPI,
        by mpiexec. Raises FileNotFoundError if there is no program."""
        chosen = os.fspath(executable) if executable else os.environ.get("TERRACE", "terrace")
        found = shutil.which(chosen)
        if found is None:
            raise FileNotFoundError(f"{chosen}: is not a program; name the program, set TERRACE, or put it on the path")
        self.executable = os.path.abspath(found)
        self.ranks = ranks

    def run(self, *arguments: Union[str, os.PathLike], ranks: Optional[int] = None) -> str:
        """Runs a command and gives what it prints. Raises TerraceError with its message if it fails."""
        command = [self.executable, *(os.fspath(argument) for argument in arguments)]
        count = self.ranks if ranks is None else ranks
        if count > 1:
            command = ["mpiexec", "-n", str(count), *command]
        outcome = subprocess.run(command, capture_output=True, text=True, check=False)
        if outcome.returncode != 0:
            lines = [line for line in outcome.stderr.splitlines() if line.startswith("terrace")]
            message = "\n".join(lines) or outcome.stderr or f"exit status {outcome.returncode}"
            raise TerraceError(command, outcome.returncode, message.replace("terrace: ", "", 1))
        return outcome.stdout

    def _with_deck(self, command: str, deck: Union[Deck, Path], options: Sequence[str]) -> None:
        if not isinstance(deck, Mapping):
            self.run(command, deck, *options)
            return
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "deck.xml"
            file.write_text(deck_xml(_absolute(deck)), encoding="utf-8")
            try:
                self.run(command, file, *options)
            except TerraceError as error:
                message = str(error).replace(f"{file}: ", "")
                raise TerraceError(error.command, error.status, message) from None

    def train(self, deck: Union[Deck, Path], output: Path, *, resume: bool = False) -> Run:
        """Trains what a deck says (a dict, or a file) into a run directory. Files in a dict are relative to
        the current directory."""
        self._with_deck("train", deck, ["--output", os.fspath(output), *(["--resume"] if resume else [])])
        return Run(output)

    def compare(self, study: Union[Deck, Path], output: Path) -> Comparison:
        """Runs several solvers: a deck with the list Solvers."""
        self._with_deck("compare", study, ["--output", os.fspath(output)])
        return Comparison(output)

    def evaluate(self, model: Path, data: Path) -> dict[str, Any]:
        """Loss and metrics of a model (or run directory) on a data set."""
        return json.loads(self.run("evaluate", model, data, "--json"))

    def predict(self, model: Path, inputs: ArrayLike) -> NDArray[np.float64]:
        """Outputs of a model (or run directory) for inputs, samples x features. Model does the same without
        the program."""
        with tempfile.TemporaryDirectory() as folder:
            given, outputs = pathlib.Path(folder) / "inputs.h5", pathlib.Path(folder) / "outputs.h5"
            with h5py.File(given, "w") as file:
                x = np.asarray(inputs, dtype=np.float64)
                file["inputs"] = x.reshape(len(x), -1)
            self.run("predict", model, given, outputs)
            with h5py.File(outputs, "r") as file:
                return file["outputs"][()]

    def export(self, model: Path, file: Path, *, precision: str = "double") -> pathlib.Path:
        """Writes a network as ONNX (.onnx), NumPy arrays and a PyTorch module (.npz) or C (.h)."""
        self.run("export", model, file, "--precision", precision, ranks=1)
        return pathlib.Path(file)

    def import_network(self, file: Path, model: Path, *, task: Optional[str] = None) -> Model:
        """Makes a model file of an ONNX file or NumPy archive."""
        self.run("import", file, model, *(["--task", task] if task else []), ranks=1)
        return Model.read(model)
