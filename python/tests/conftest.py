"""A small trained network of each kind, made once a session by the program that TERRACE names."""

import os

import numpy as np
import pytest

import terrace


@pytest.fixture(scope="session")
def program():
    if "TERRACE" not in os.environ:
        pytest.skip("TERRACE does not name the program")
    return terrace.Program()


@pytest.fixture(scope="session")
def with_onnx(program, folder):
    """Skips where the program was built without ONNX."""
    (folder / "empty.onnx").touch()
    with pytest.raises(terrace.TerraceError) as caught:
        program.import_network(folder / "empty.onnx", folder / "empty.h5")
    if "built without ONNX" in str(caught.value):
        pytest.skip("the program was built without ONNX")


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("terrace")


def points(seed=3, count=120):
    return np.random.default_rng(seed).normal(size=(count, 3)) * [1, 5, 0.2] + [0, 2, 0]


def images(seed=4, count=60):
    return np.random.default_rng(seed).normal(size=(count, 2, 4, 6))


KINDS = {
    "classes": {"Network": {"Width": 4, "Blocks": 4, "Lift": "Activated", "Activation": "Sigmoid"},
                "Data": {"Input Normalization": "Standard"}},
    "padded": {"Network": {"Width": 5, "Blocks": 4, "Lift": "Identity", "Activation": "SmoothReLU"}},
    "stages": {"Network": {"Stages": {"Widths": [6, 4], "Blocks": [2, 4], "Final Times": [1.0, 2.0]}}},
    "logarithms": {"Network": {"Width": 4, "Blocks": 4, "Loss": "Least Squares"},
                   "Data": {"Target Normalization": "Logarithm"}},
    "values": {"Network": {"Width": 4, "Blocks": 4, "Loss": "Least Squares"}},
    "single": {"Network": {"Type": "Convolutional", "Block": "Single", "Activation": "Tanh",
                           "Stages": {"Channels": [3, 4], "Blocks": [2, 2]}}},
    "symmetric": {"Network": {"Type": "Convolutional", "Block": "Symmetric", "Lift": "Identity",
                              "Stages": {"Channels": [3, 4], "Blocks": [2, 2]}}},
    "basic": {"Network": {"Type": "Convolutional", "Block": "Basic",
                          "Stages": {"Channels": [3, 4], "Blocks": [2, 2]}}},
    "bottleneck": {"Network": {"Type": "Convolutional", "Block": "Bottleneck", "Normalization": "Group",
                               "Normalization Groups": 2, "Stages": {"Channels": [8, 8], "Blocks": [2, 2]}}},
    "batch": {"Network": {"Type": "Convolutional", "Block": "Basic", "Normalization": "Ghost Batch",
                          "Stages": {"Channels": [3, 4], "Blocks": [2, 2]}}},
}
IMAGES = ("single", "symmetric", "basic", "bottleneck", "batch")


def data_of(kind):
    if kind in ("logarithms", "values"):
        return "values.h5"
    return "images.h5" if kind in IMAGES else "classes.h5"


@pytest.fixture(scope="session")
def data(folder):
    """Three data sets in the folder."""
    x = points()
    terrace.write_data(folder / "classes.h5", x, labels=(x[:, 0] > 0).astype(int) + (x[:, 1] > 2),
                       input_names=["a", "b", "c"], output_names=["left", "größer", "日本"])
    targets = np.exp(np.stack([np.sin(x[:, 0]), 0.1 * x[:, 1] * x[:, 0]], axis=1))
    terrace.write_data(folder / "values.h5", x, targets=targets, output_names=["flux", "heat"])
    pixels = images()
    terrace.write_data(folder / "images.h5", pixels, labels=(pixels.sum(axis=(1, 2, 3)) > 0).astype(int))
    return folder


@pytest.fixture(scope="session")
def runs(program, data):
    """A run of each kind, by its name."""
    def train(kind):
        deck = {"Network": KINDS[kind]["Network"], "Status Test": {"Work Limit": 5},
                "Data": {"File": data / data_of(kind), **KINDS[kind].get("Data", {})}}
        return program.train(deck, data / kind)

    return {kind: train(kind) for kind in KINDS}


def inputs_of(kind):
    return images(8, 5) if kind in IMAGES else points(9, 5)
