"""Data sets: HDF5 files of samples (doc/data-format.md)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Optional, Sequence, Union

import h5py
import numpy as np
from numpy.typing import ArrayLike, NDArray

Path = Union[str, os.PathLike]


@dataclass
class Split:
    """Training or test samples."""

    inputs: NDArray[np.float64]  #: samples x features
    labels: Optional[NDArray[np.int64]] = None  #: of classification: one a sample, from 0
    targets: Optional[NDArray[np.float64]] = None  #: of regression: samples x outputs


@dataclass
class Data:
    """A data set."""

    train: Split
    test: Optional[Split]
    input_shape: tuple[int, ...]
    classes: int  #: 0: regression
    input_names: list[str]  #: empty: unknown
    output_names: list[str]  #: of classes or targets; empty: unknown


def _matrix(values: ArrayLike, what: str) -> NDArray[np.float64]:
    matrix = np.asarray(values, dtype=np.float64)
    matrix = matrix.reshape(matrix.shape[0], -1) if matrix.ndim > 0 and len(matrix) else matrix
    if matrix.ndim != 2:
        raise ValueError(f"{what} has the shape {matrix.shape}; expected samples x columns")
    if not np.isfinite(matrix).all():
        raise ValueError(f"{what} has a value that is not finite")
    return matrix


def _write_split(group: h5py.Group, split: Split, labels: bool) -> None:
    group["inputs"] = split.inputs
    group["labels" if labels else "targets"] = split.labels if labels else split.targets


def write_data(path: Path, inputs: ArrayLike, *, labels: Optional[ArrayLike] = None,
               targets: Optional[ArrayLike] = None, test_share: float = 0.2, seed: int = 1,
               description: str = "", input_names: Sequence[str] = (), output_names: Sequence[str] = ()) -> None:
    """Writes a data set.

    inputs: samples x features, or images, samples x (channels x) height x width. labels: integers from 0, one
    a sample, or targets: samples x outputs (or a vector). test_share of the samples, chosen at random by seed,
    are test samples. Raises ValueError for what is no data set.
    """
    x = np.asarray(inputs)
    input_shape = x.shape[1:] if x.ndim > 1 else (1,)
    x = _matrix(x, "inputs")
    if (labels is None) == (targets is None):
        raise ValueError("expected labels or targets, and not both")
    y: NDArray[Any]
    if labels is not None:
        y = np.asarray(labels)
        if y.ndim != 1 or not np.issubdtype(y.dtype, np.integer) or (len(y) and y.min() < 0):
            raise ValueError("labels are not a vector of integers from 0")
    elif targets is not None:
        y = _matrix(targets, "targets")
    if len(x) != len(y):
        raise ValueError(f"{len(x)} samples of inputs and {len(y)} of {'labels' if targets is None else 'targets'}")
    if not 0 <= test_share < 1:
        raise ValueError(f"test_share is {test_share}; expected 0 or more and less than 1")
    order = np.random.default_rng(seed).permutation(len(x))
    tests = int(round(test_share * len(x)))
    kept = np.sort(order[tests:])
    split = (lambda rows: Split(x[rows], labels=y[rows])) if labels is not None else \
        (lambda rows: Split(x[rows], targets=y[rows]))
    with h5py.File(path, "w") as file:
        _write_split(file.create_group("train"), split(kept), labels is not None)
        if tests:
            _write_split(file.create_group("test"), split(np.sort(order[:tests])), labels is not None)
        file.attrs["task"] = "classification" if labels is not None else "regression"
        file.attrs["input_shape"] = np.asarray(input_shape, dtype=np.int64)
        if labels is not None:
            file.attrs["classes"] = max(int(y.max()) + 1, len(output_names), 2)
        if description:
            file.attrs["description"] = description
        for name, names in (("input_names", input_names),
                            ("class_names" if labels is not None else "target_names", output_names)):
            if len(names) > 2000:
                file.create_dataset(name, data=list(names), dtype=h5py.string_dtype())
            elif len(names):
                file.attrs[name] = list(names)


def names_of(file: h5py.File, name: str) -> list[str]:
    """The names in an attribute, or in a dataset where they are many; none if the file has none."""
    values = file.attrs[name] if name in file.attrs else file[name][()] if name in file else []
    return [value.decode() if isinstance(value, bytes) else str(value) for value in np.atleast_1d(values)]


def read_data(path: Path) -> Data:
    """Reads a data set into memory."""
    with h5py.File(path, "r") as file:
        def split(name: str) -> Optional[Split]:
            if name not in file:
                return None
            group = file[name]
            return Split(np.asarray(group["inputs"], dtype=np.float64),
                         np.asarray(group["labels"], dtype=np.int64) if "labels" in group else None,
                         np.asarray(group["targets"], dtype=np.float64) if "targets" in group else None)

        train = split("train")
        if train is None:
            raise ValueError(f"{os.fspath(path)}: is not a data set, it has no train")
        classes = int(file.attrs.get("classes", 0))
        return Data(train, split("test"), tuple(int(n) for n in np.atleast_1d(file.attrs["input_shape"])),
                    classes, names_of(file, "input_names"),
                    names_of(file, "class_names" if classes else "target_names"))
