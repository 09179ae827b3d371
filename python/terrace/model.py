"""Networks as functions, by NumPy alone."""

from __future__ import annotations

import json
import os
from typing import Any, Mapping, Optional, Sequence, Union

import h5py
import numpy as np
from numpy.typing import ArrayLike, NDArray

from terrace.data import names_of
from terrace.deck import read_deck
from terrace.layers import (VARIANCE_FLOOR, Activated, Affine, Array, Block, CompositeBlock, Layer, Means,
                            Normalization, Padding, Pooling, SymmetricBlock)

Path = Union[str, os.PathLike]

#: Names of the arrays of the layers in a block: weight, bias, gains.
_LAYER_ARRAYS = (("W", "b", "g"), ("U", "c", "k"), ("V", "d", "l"))


def _stages(network: Mapping[str, Any], sizes: str) -> list[tuple[int, int, float]]:
    """Width or channels, blocks and final time of each stage."""
    stages = network.get("Stages", {})
    widths = stages.get(sizes, []) or [network.get("Width", 8)]
    blocks = stages.get("Blocks", []) or [network.get("Blocks", 32)] * len(widths)
    times = stages.get("Final Times", []) or [network.get("Final Time", 4.0)] * len(widths)
    return list(zip(widths, blocks, times))


def _image_shape(input_shape: Sequence[int]) -> tuple[int, int, int]:
    if len(input_shape) == 2:
        return (1, input_shape[0], input_shape[1])
    return (input_shape[0], input_shape[1], input_shape[2])


class Model:
    """A trained network as a function y = f(x) in the units of the data, with its derivatives.

    model(x) gives what `terrace predict` gives: probabilities for classification by cross entropy, values
    for regression. x is samples x features (images may keep their shape), or one sample; outputs have a row a
    sample, or are one row.
    """

    def __init__(self, network: Mapping[str, Any], arrays: Mapping[str, ArrayLike], *, task: str,
                 input_shape: Sequence[int], input_names: Sequence[str] = (), output_names: Sequence[str] = (),
                 output_logarithm: bool = False, input_logarithm: bool = False,
                 usual_distance: Optional[float] = None) -> None:
        """network: the deck's list, as a dict. arrays: by their names in a model file, `layers/lift/W`,
        `scaling/input_shift`, ... Raises KeyError if one is missing, ValueError
        for a kind of blocks or a normalisation that is not known here."""
        self.network = dict(network)
        self.task = task  #: "classification" or "regression"
        self.input_shape = tuple(int(extent) for extent in input_shape)
        self.input_names = list(input_names)  #: empty: unknown
        self.output_names = list(output_names)  #: of classes or targets; empty: unknown
        self.features = int(np.prod(self.input_shape))
        self.is_convolutional = network.get("Type", "Dense") == "Convolutional"
        self._arrays = {name: np.asarray(values, dtype=np.float64) for name, values in arrays.items()}
        self._logarithms = (input_logarithm, output_logarithm)
        self.layers: list[Layer] = self._make_layers()
        self.outputs = self._arrays["layers/output/W"].shape[0]
        #: 99 % of the training inputs are not farther from their mean than this; None: unknown
        self.usual_distance = usual_distance
        self._in_shift, self._in_scale = self._scaling("input", self.features)
        self._out_shift, self._out_scale = self._scaling("output", self.outputs)

    @classmethod
    def read(cls, path: Path) -> Model:
        """Reads a model file (.h5), a run directory, or a NumPy archive of `terrace export` (.npz).
        Raises ValueError if it is none."""
        if os.path.isdir(path):
            path = os.path.join(path, "model.h5")
        with open(path, "rb") as file:
            is_archive = file.read(2) == b"PK"
        return cls._read_archive(path) if is_archive else cls._read_hdf5(path)

    @classmethod
    def _read_hdf5(cls, path: Path) -> Model:
        with h5py.File(path, "r") as file:
            if "network" not in file.attrs:
                raise ValueError(f"{os.fspath(path)}: is not a model file (it has no attribute \"network\")")
            arrays: dict[str, Any] = {}
            file.visititems(lambda name, item: arrays.__setitem__(name, item[()])
                            if isinstance(item, h5py.Dataset) and name.startswith(("layers/", "scaling/", "distance/", "statistics/"))
                            else None)
            for side in ("input", "output"):  # format 1 has attributes
                for what in ("shift", "scale"):
                    if f"{side}_{what}" in file.attrs:
                        arrays[f"scaling/{side}_{what}"] = np.atleast_1d(file.attrs[f"{side}_{what}"])
            task = str(file.attrs["task"])
            return cls(read_deck(str(file.attrs["network"])), arrays, task=task,
                       input_shape=np.atleast_1d(file.attrs["input_shape"]).tolist(),
                       input_names=names_of(file, "input_names"),
                       output_names=names_of(file, "class_names" if task == "classification" else "target_names"),
                       input_logarithm=bool(file.attrs.get("input_logarithm", 0)),
                       output_logarithm=bool(file.attrs.get("output_logarithm", 0)),
                       usual_distance=float(file.attrs["distance_usual"]) if "distance" in file else None)

    @classmethod
    def _read_archive(cls, path: Path) -> Model:
        with np.load(path) as archive:
            if "description" not in archive.files:
                raise ValueError(f"{os.fspath(path)}: is not a network, it has no array \"description\"")
            about = json.loads(str(archive["description"]))
            names = about.get("class_names" if about["task"] == "classification" else "target_names", [])
            return cls(read_deck(about["network"]),
                       {name: archive[name] for name in archive.files if "/" in name}, task=about["task"],
                       input_shape=about["input_shape"], input_names=about.get("input_names", []),
                       output_names=names, input_logarithm="input_logarithm" in archive.files,
                       output_logarithm="output_logarithm" in archive.files,
                       usual_distance=float(archive["distance/usual"]) if "distance/usual" in archive.files
                       else None)

    # Layers

    def _affine(self, name: str) -> Affine:
        return Affine(self._arrays[f"layers/{name}/W"], self._arrays.get(f"layers/{name}/b"))

    def _make_layers(self) -> list[Layer]:
        network, images = self.network, self.is_convolutional
        activation = network.get("Activation", "Tanh")
        stages = _stages(network, "Channels" if images else "Widths")
        lift = network.get("Lift", "Linear")
        layers: list[Layer] = [Padding(stages[0][0]) if lift == "Identity" else self._affine("lift")]
        if lift == "Activated":
            layers.append(Activated(activation))
        for number, (_, blocks, time) in enumerate(stages, 1):
            folder = f"stage_{number}/" if images or len(stages) > 1 else ""
            if number > 1:
                layers += [Pooling()] if images else []
                layers.append(self._affine(f"{folder}transition"))
            layers += [self._block(f"{folder}block_{k:04d}", activation, time / blocks) for k in range(blocks)]
        return [*layers, *([Means()] if images else []), self._affine("output")]

    def _block(self, name: str, activation: str, step: float) -> Layer:
        kind = self.network.get("Block", "Single") if self.is_convolutional else "Single"
        if kind == "Single":
            return Block(self._affine(name), activation, step)
        if kind == "Symmetric":
            return SymmetricBlock(self._affine(name), activation, step)
        if kind not in ("Basic", "Bottleneck"):
            raise ValueError(f'Blocks of the kind "{kind}" are not known here; expected Single, Symmetric, Basic '
                             'or Bottleneck.')
        inside: list[Layer] = []
        for weight, bias, gain in _LAYER_ARRAYS[:2 if kind == "Basic" else 3]:
            inside += [Activated(activation)] if inside else []
            inside += self._normalized(name, weight, bias, gain)
        return CompositeBlock(inside, step)

    def _normalized(self, block: str, weight: str, bias: str, gain: str) -> list[Layer]:
        """A convolution with what Normalization does behind it; Ghost Batch is a part of the convolution."""
        kind = self.network.get("Normalization", "None")
        folder = f"layers/{block}/"
        stencil, shift = self._arrays[folder + weight], self._arrays[folder + bias]
        if kind == "None":
            return [Affine(stencil, shift)]
        if kind not in ("Group", "Ghost Batch"):
            raise ValueError(f'The normalisation "{kind}" is not known here; expected None, Group or Ghost Batch.')
        gains = self._arrays[folder + gain]
        if kind == "Group":
            return [Affine(stencil), Normalization(gains, shift, self.network.get("Normalization Groups", 1))]
        statistics = f"statistics/{block}/{weight}"
        factors = gains / np.sqrt(self._arrays[f"{statistics}_variance"] + VARIANCE_FLOOR)
        return [Affine(factors[:, None, None, None] * stencil,
                       shift - factors * self._arrays[f"{statistics}_mean"])]

    def _scaling(self, side: str, columns: int) -> tuple[Array, Array]:
        return (self._arrays.get(f"scaling/{side}_shift", np.zeros(columns)),
                self._arrays.get(f"scaling/{side}_scale", np.ones(columns)))

    # Values

    @property
    def gives_probabilities(self) -> bool:
        """Whether outputs are probabilities, by a softmax."""
        return self.task == "classification" and self.network.get("Loss", "Cross Entropy") == "Cross Entropy"

    def _rows(self, x: ArrayLike, columns: int, what: str) -> tuple[Array, bool]:
        """A matrix of samples, and whether it was a single one."""
        rows = np.asarray(x, dtype=np.float64)
        single = rows.size == columns and (rows.ndim == 1 or rows.shape == self.input_shape)
        if single:
            return rows.reshape(1, -1), True
        rows = rows.reshape(len(rows), -1) if rows.ndim > 1 else rows
        if rows.ndim != 2 or rows.shape[1] != columns:
            raise ValueError(f"{what} has the shape {np.shape(x)}; expected samples x {columns}")
        return rows, False

    def _states(self, x: Array) -> list[Array]:
        """The state before each layer, and the last: the raw outputs."""
        q = (np.log(x) if self._logarithms[0] else x)
        q = (q - self._in_shift) / self._in_scale
        if self.is_convolutional:
            q = q.reshape(len(q), *_image_shape(self.input_shape))
        states = [q]
        for layer in self.layers:
            states.append(layer.value(states[-1]))
        return states

    def _outputs(self, raw: Array) -> Array:
        if self.gives_probabilities:
            e = np.exp(raw - raw.max(axis=1, keepdims=True))
            return e / e.sum(axis=1, keepdims=True)
        y = raw * self._out_scale + self._out_shift
        return np.exp(y) if self._logarithms[1] else y

    def raw_outputs(self, x: ArrayLike) -> Array:
        """What the network itself gives: logits, or outputs as they were scaled for the training."""
        rows, single = self._rows(x, self.features, "x")
        raw = self._states(rows)[-1]
        return raw[0] if single else raw

    def __call__(self, x: ArrayLike) -> Array:
        """Outputs: samples x outputs."""
        rows, single = self._rows(x, self.features, "x")
        y = self._outputs(self._states(rows)[-1])
        return y[0] if single else y

    def labels(self, x: ArrayLike) -> NDArray[np.int64]:
        """The class of each sample; of classification."""
        if self.task != "classification":
            raise ValueError("the model is for regression and has no classes")
        return np.atleast_2d(self.raw_outputs(x)).argmax(axis=1)

    def distance(self, x: ArrayLike) -> Array:
        """How far inputs lie from the training data: Mahalanobis' distance, mean square 1 over the training
        data. Beyond usual_distance the model extrapolates. One number a sample. Raises ValueError if the file
        of the model does not say."""
        if "distance/center" not in self._arrays:
            raise ValueError("the model's distance from its training data is unknown")
        rows, single = self._rows(x, self.features, "x")
        factor, offset = self._arrays["distance/factor"], rows - self._arrays["distance/center"]
        scaled = offset * factor if factor.ndim == 1 else offset @ factor.T
        distances = np.linalg.norm(scaled, axis=1)
        return distances[0] if single else distances

    # Derivatives

    def _input_slope(self, x: Array) -> Array:
        return 1 / (self._in_scale * (x if self._logarithms[0] else 1.0))

    def _output_tangent(self, raw: Array, d: Array) -> Array:
        """The derivative of _outputs at raw, applied to d; that of a softmax is symmetric, the others diagonal."""
        if self.gives_probabilities:
            p = self._outputs(raw)
            return p * (d - (p * d).sum(axis=1, keepdims=True))
        d = d * self._out_scale
        return d * self._outputs(raw) if self._logarithms[1] else d

    def _tangent(self, x: Array, states: list[Array], v: Array) -> Array:
        d = (self._input_slope(x) * v).reshape(len(v), *states[0].shape[1:])
        for layer, q in zip(self.layers, states):
            d = layer.tangent(q, d)
        return self._output_tangent(states[-1], d)

    def _adjoint(self, x: Array, states: list[Array], u: Array) -> Array:
        d = self._output_tangent(states[-1], u)
        for layer, q in zip(reversed(self.layers), reversed(states[:-1])):
            d = layer.adjoint(q, d)
        return d.reshape(len(x), -1) * self._input_slope(x)

    def apply_jacobian(self, x: ArrayLike, v: ArrayLike) -> Array:
        """f'(x) v for each sample; v is samples x features."""
        rows, single = self._rows(x, self.features, "x")
        directions = self._rows(v, self.features, "v")[0]
        jv = self._tangent(rows, self._states(rows), directions)
        return jv[0] if single else jv

    def apply_adjoint_jacobian(self, x: ArrayLike, u: ArrayLike) -> Array:
        """f'(x)^T u for each sample; u is samples x outputs, the result samples x features."""
        rows, single = self._rows(x, self.features, "x")
        weights = np.asarray(u, dtype=np.float64).reshape(len(rows), -1)
        if weights.shape[1] != self.outputs:
            raise ValueError(f"u has the shape {np.shape(u)}; expected samples x {self.outputs}")
        jtu = self._adjoint(rows, self._states(rows), weights)
        return jtu[0] if single else jtu

    def jacobian(self, x: ArrayLike) -> Array:
        """f'(x): samples x outputs x features, or outputs x features of one sample."""
        rows, single = self._rows(x, self.features, "x")
        states = self._states(rows)
        if self.outputs <= self.features:
            units = np.eye(self.outputs)
            parts = [self._adjoint(rows, states, np.tile(unit, (len(rows), 1))) for unit in units]
            jacobian = np.stack(parts, axis=1)
        else:
            units = np.eye(self.features)
            parts = [self._tangent(rows, states, np.tile(unit, (len(rows), 1))) for unit in units]
            jacobian = np.stack(parts, axis=2)
        return jacobian[0] if single else jacobian

    def __repr__(self) -> str:
        blocks = sum(isinstance(layer, (Block, CompositeBlock)) for layer in self.layers)
        return f"Model({self.features} inputs, {blocks} blocks, {self.outputs} outputs, {self.task})"
