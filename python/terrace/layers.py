"""The layers of a network in NumPy: values, tangents and adjoints.

A state is samples x neurons, or samples x channels x height x width.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional, Protocol, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Added to the variances of normalisations.
VARIANCE_FLOOR = 1e-5


def _smooth_relu(z: Array) -> Array:
    return np.where(np.abs(z) < 0.1, (z + 0.1) ** 2 / 0.4, np.maximum(z, 0.0))


def _sigmoid(z: Array) -> Array:
    return 0.5 * (1 + np.tanh(0.5 * z))


#: Activation functions by the names of decks, with their derivatives.
ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "Tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "ReLU": (lambda z: np.maximum(z, 0.0), lambda z: (z > 0).astype(float)),
    "SmoothReLU": (_smooth_relu, lambda z: np.clip((z + 0.1) / 0.2, 0.0, 1.0)),
    "Sigmoid": (_sigmoid, lambda z: _sigmoid(z) * (1 - _sigmoid(z))),
    "Identity": (lambda z: z, np.ones_like),
}


class Layer(Protocol):
    """A map of states with its derivative at q."""

    def value(self, q: Array) -> Array:
        """f(q)"""

    def tangent(self, q: Array, dq: Array) -> Array:
        """f'(q) dq"""

    def adjoint(self, q: Array, u: Array) -> Array:
        """f'(q)^T u"""


def _taps(side: int) -> list[tuple[int, int]]:
    half = side // 2
    return [(dy, dx) for dy in range(-half, half + 1) for dx in range(-half, half + 1)]


def _shifted(q: Array, dy: int, dx: int) -> Array:
    """q(y + dy, x + dx), zeros around the image."""
    if dy == 0 and dx == 0:
        return q
    padded = np.pad(q, ((0, 0), (0, 0), (1, 1), (1, 1)))
    return padded[:, :, 1 + dy:1 + dy + q.shape[2], 1 + dx:1 + dx + q.shape[3]]


@dataclass
class Affine:
    """W q + b: weight is outputs x inputs, or outputs x inputs x side x side of a convolution."""

    weight: Array
    bias: Optional[Array] = None

    def linear(self, q: Array) -> Array:
        """W q"""
        if self.weight.ndim == 2:
            return q @ self.weight.T
        return sum(np.einsum("oi,nihw->nohw", self.weight[:, :, dy + self.weight.shape[2] // 2,
                                                          dx + self.weight.shape[3] // 2],
                             _shifted(q, dy, dx), optimize=True) for dy, dx in _taps(self.weight.shape[2]))

    def transposed(self, u: Array) -> Array:
        """W^T u"""
        if self.weight.ndim == 2:
            return u @ self.weight
        return sum(np.einsum("oi,nohw->nihw", self.weight[:, :, dy + self.weight.shape[2] // 2,
                                                          dx + self.weight.shape[3] // 2],
                             _shifted(u, -dy, -dx), optimize=True) for dy, dx in _taps(self.weight.shape[2]))

    def value(self, q: Array) -> Array:
        y = self.linear(q)
        if self.bias is None:
            return y
        return y + self.bias.reshape((-1,) + (1,) * (q.ndim - 2))

    def tangent(self, q: Array, dq: Array) -> Array:
        return self.linear(dq)

    def adjoint(self, q: Array, u: Array) -> Array:
        return self.transposed(u)


@dataclass
class Activated:
    """sigma(q)"""

    activation: str

    def value(self, q: Array) -> Array:
        return ACTIVATIONS[self.activation][0](q)

    def tangent(self, q: Array, dq: Array) -> Array:
        return ACTIVATIONS[self.activation][1](q) * dq

    def adjoint(self, q: Array, u: Array) -> Array:
        return ACTIVATIONS[self.activation][1](q) * u


@dataclass
class Block:
    """q + h sigma(W q + b)"""

    affine: Affine
    activation: str
    step: float

    def value(self, q: Array) -> Array:
        return q + self.step * ACTIVATIONS[self.activation][0](self.affine.value(q))

    def _slope(self, q: Array) -> Array:
        return ACTIVATIONS[self.activation][1](self.affine.value(q))

    def tangent(self, q: Array, dq: Array) -> Array:
        return dq + self.step * self._slope(q) * self.affine.linear(dq)

    def adjoint(self, q: Array, u: Array) -> Array:
        return u + self.step * self.affine.transposed(self._slope(q) * u)


@dataclass
class SymmetricBlock(Block):
    """q - h W^T * sigma(W * q + b)"""

    def value(self, q: Array) -> Array:
        return q - self.step * self.affine.transposed(ACTIVATIONS[self.activation][0](self.affine.value(q)))

    def tangent(self, q: Array, dq: Array) -> Array:
        return dq - self.step * self.affine.transposed(self._slope(q) * self.affine.linear(dq))

    def adjoint(self, q: Array, u: Array) -> Array:
        return self.tangent(q, u)


@dataclass
class Normalization:
    """g (q - mean) / deviation + b, over the pixels and the channels of a group in each sample."""

    gain: Array
    bias: Array
    groups: int

    def _rows(self, q: Array) -> Array:
        return q.reshape(len(q), self.groups, -1)

    def _normalized(self, q: Array) -> tuple[Array, Array]:
        """The rows with mean 0 and deviation 1, and what they were divided by."""
        centered = self._rows(q)
        centered = centered - centered.mean(axis=2, keepdims=True)
        deviation = np.sqrt((centered**2).mean(axis=2, keepdims=True) + VARIANCE_FLOOR)
        return centered / deviation, deviation

    def _derivative(self, q: Array, rows: Array) -> Array:
        """The derivative of the normalised rows, which is symmetric, applied to rows."""
        y, deviation = self._normalized(q)
        along = rows - rows.mean(axis=2, keepdims=True) - y * (y * rows).mean(axis=2, keepdims=True)
        return (along / deviation).reshape(q.shape)

    def value(self, q: Array) -> Array:
        y = self._normalized(q)[0].reshape(q.shape)
        return self.gain[:, None, None] * y + self.bias[:, None, None]

    def tangent(self, q: Array, dq: Array) -> Array:
        return self.gain[:, None, None] * self._derivative(q, self._rows(dq))

    def adjoint(self, q: Array, u: Array) -> Array:
        return self._derivative(q, self._rows(self.gain[:, None, None] * u))


@dataclass
class CompositeBlock:
    """q + h f(q), f the layers inside"""

    inside: Sequence[Layer]
    step: float

    def _states(self, q: Array) -> list[Array]:
        """The state before each layer, and the last."""
        states = [q]
        for layer in self.inside:
            states.append(layer.value(states[-1]))
        return states

    def value(self, q: Array) -> Array:
        return q + self.step * self._states(q)[-1]

    def tangent(self, q: Array, dq: Array) -> Array:
        d = dq
        for layer, state in zip(self.inside, self._states(q)):
            d = layer.tangent(state, d)
        return dq + self.step * d

    def adjoint(self, q: Array, u: Array) -> Array:
        d = u
        for layer, state in zip(reversed(self.inside), reversed(self._states(q)[:-1])):
            d = layer.adjoint(state, d)
        return u + self.step * d


@dataclass
class Padding:
    """Neurons or channels of zeros are appended, `count` in all."""

    count: int

    def value(self, q: Array) -> Array:
        return np.pad(q, ((0, 0), (0, self.count - q.shape[1])) + ((0, 0),) * (q.ndim - 2))

    def tangent(self, q: Array, dq: Array) -> Array:
        return self.value(dq)

    def adjoint(self, q: Array, u: Array) -> Array:
        return u[:, :q.shape[1]]


class Pooling:
    """Means over 2 x 2 pixels."""

    def value(self, q: Array) -> Array:
        n, c, h, w = q.shape
        return q.reshape(n, c, h // 2, 2, w // 2, 2).mean(axis=(3, 5))

    def tangent(self, q: Array, dq: Array) -> Array:
        return self.value(dq)

    def adjoint(self, q: Array, u: Array) -> Array:
        return np.repeat(np.repeat(u, 2, axis=2), 2, axis=3) / 4


class Means:
    """The mean of each channel."""

    def value(self, q: Array) -> Array:
        return q.mean(axis=(2, 3))

    def tangent(self, q: Array, dq: Array) -> Array:
        return self.value(dq)

    def adjoint(self, q: Array, u: Array) -> Array:
        return np.broadcast_to(u[:, :, None, None] / (q.shape[2] * q.shape[3]), q.shape).copy()
