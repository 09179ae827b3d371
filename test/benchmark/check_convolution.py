#!/usr/bin/env python3
"""A trained convolutional model of Terrace in PyTorch: value, outputs, gradient and exact Hessian product agree to
1e-10 in double precision; with Normalization = Ghost Batch also what it predicts, and the averaged statistics.
Ends with status 1 if they do not.

    cmake -B build -DTERRACE_BENCHMARKS=ON && cmake --build build
    python3 -m venv venv && venv/bin/pip install torch h5py
    venv/bin/python test/benchmark/check_convolution.py build/bin/terrace_derivatives runs/images data.h5
"""
import argparse
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

import h5py
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def deck_of(text):
    """The list Network as nested dictionaries."""

    def read(element):
        found = {}
        for child in element:
            if child.tag == "ParameterList":
                found[child.get("name")] = read(child)
            else:
                value = child.get("value")
                kind = child.get("type")
                if kind.startswith("Array"):
                    value = [float(v) for v in value.strip("{}").split(",") if v.strip()]
                elif kind in ("int", "double"):
                    value = float(value)
                found[child.get("name")] = value
        return found

    return read(xml.fromstring(text))


SAMPLES_OF_GROUP = 128
SIGMA = {"Tanh": torch.tanh, "ReLU": torch.relu, "Sigmoid": torch.sigmoid, "Identity": lambda z: z}


class Model:
    def __init__(self, path):
        with h5py.File(path) as file:
            self.deck = deck_of(file.attrs["network"])
            self.shape = [int(n) for n in file.attrs["input_shape"]]
            self.statistics = {}  # of Ghost Batch: "stage_1/block_0000/W" has its mean and variance
            if "statistics" in file:
                file["statistics"].visititems(lambda name, item: self.statistics.__setitem__(
                    name, torch.tensor(item[()])) if isinstance(item, h5py.Dataset) else None)
            self.names, self.theta = [], []
            # The order of the parameters: lift, then the stages, then the output layer; a layer's weight, bias, gain.
            layers = file["layers"]
            groups = (["lift"] if "lift" in layers else []) + self.stage_groups(layers) + ["output"]
            for group in groups:
                for array in "WbgUckVdl":
                    if array in layers[group]:
                        self.names.append(f"{group}/{array}")
                        self.theta.append(torch.tensor(layers[group][array][()]).requires_grad_())

    @staticmethod
    def stage_groups(layers):
        groups, stage = [], 1
        while f"stage_{stage}" in layers:
            members = sorted(layers[f"stage_{stage}"])
            for name in [m for m in members if m == "transition"] + [m for m in members if m != "transition"]:
                groups.append(f"stage_{stage}/{name}")
            stage += 1
        return groups

    def outputs(self, x, predicts=False):
        """In training those of the sample groups, one after another, and their statistics are averaged."""
        self.predicts, self.averages = predicts, {}
        together = SAMPLES_OF_GROUP if self.deck["Normalization"] == "Ghost Batch" else len(x)
        return torch.cat([self.outputs_of_group(part, len(part) / len(x)) for part in x.split(together)])

    def outputs_of_group(self, x, share):
        self.share = share
        theta = dict(zip(self.names, self.theta))
        sigma = SIGMA[self.deck["Activation"]]
        q = x.reshape(len(x), *(self.shape if len(self.shape) == 3 else [1] + self.shape))
        if "lift/W" in theta:
            q = F.conv2d(q, theta["lift/W"], theta.get("lift/b"), padding=1)
            q = sigma(q) if self.deck["Lift"] == "Activated" else q
        for stage, time in enumerate(self.times(), 1):
            if stage > 1:
                q = F.conv2d(F.avg_pool2d(q, 2), theta[f"stage_{stage}/transition/W"],
                             theta[f"stage_{stage}/transition/b"])
            blocks = self.blocks(stage)
            for k in range(blocks):
                q = q + time / blocks * self.step(theta, f"stage_{stage}/block_{k:04d}/", q)
        return F.linear(q.mean((2, 3)), theta["output/W"], theta["output/b"])

    def step(self, theta, block, q):
        """What a block adds for a time step of 1."""
        sigma = SIGMA[self.deck["Activation"]]
        if self.deck["Block"] in ("Single", "Symmetric"):
            W = theta[block + "W"]
            a = sigma(F.conv2d(q, W, theta[block + "b"], padding=1))
            return a if self.deck["Block"] == "Single" else -F.conv_transpose2d(a, W, padding=1)
        for layer, (weight, bias, gain) in enumerate(("Wbg", "Uck", "Vdl")):
            if block + weight not in theta:
                break
            W, b = theta[block + weight], theta[block + bias]
            q = sigma(q) if layer > 0 else q
            if self.deck["Normalization"] == "Ghost Batch":
                q = self.ghost_batch(F.conv2d(q, W, padding=W.shape[2] // 2), block + weight, theta[block + gain], b)
            elif self.deck["Normalization"] == "Group":
                q = F.group_norm(F.conv2d(q, W, padding=W.shape[2] // 2), int(self.deck["Normalization Groups"]),
                                 theta[block + gain], b, eps=1e-5)
            else:
                q = F.conv2d(q, W, b, padding=W.shape[2] // 2)
        return q

    def ghost_batch(self, z, layer, gain, bias):
        if self.predicts:
            return F.batch_norm(z, self.statistics[layer + "_mean"], self.statistics[layer + "_variance"], gain, bias,
                                training=False, eps=1e-5)
        mean, variance = self.averages.get(layer, (0, 0))
        self.averages[layer] = (mean + self.share * z.mean((0, 2, 3)),
                                variance + self.share * z.var((0, 2, 3), unbiased=False))
        return F.batch_norm(z, None, None, gain, bias, training=True, eps=1e-5)

    def blocks(self, stage):
        return len({n.split("/")[1] for n in self.names if n.startswith(f"stage_{stage}/block")})

    def times(self):
        return self.deck["Stages"]["Final Times"] if "Stages" in self.deck else [self.deck["Final Time"]]

    def regularization(self):
        weights = self.deck["Regularization"]
        total, last = 0, {}
        for name, array in zip(self.names, self.theta):
            if "block_" not in name:
                total = total + weights["Output Tikhonov"] / 2 * array.square().sum()
                continue
            stage = int(name.split("/")[0].split("_")[1])
            h = self.times()[stage - 1] / self.blocks(stage)
            total = total + weights["Tikhonov"] / 2 * h * array.square().sum()
            kind = (stage, name[-1])
            if kind in last:
                total = total + weights["Smoothness"] / (2 * h) * (array - last[kind]).square().sum()
            last[kind] = array
        return total


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("run")
    parser.add_argument("data")
    parser.add_argument("--samples", type=int, default=300, help="of the test set; 300 are three sample groups")
    arguments = parser.parse_args()
    model = Model(arguments.run + "/model.h5")
    with h5py.File(arguments.data) as file:
        inputs = file["test/inputs"]
        x = torch.tensor(inputs[:arguments.samples].astype("float64")) * float(inputs.attrs.get("scale", 1))
        labels = torch.tensor(file["test/labels"][:arguments.samples].astype("int64"))
    with tempfile.NamedTemporaryFile(suffix=".h5") as result:
        subprocess.run([arguments.program, arguments.run + "/model.h5", arguments.data, str(arguments.samples),
                        result.name], check=True)
        with h5py.File(result.name) as file:
            value, outputs = file.attrs["value"], torch.tensor(file["outputs"][()])
            gradient = [torch.tensor(file["layers/" + name][()]) for name in model.names]
            exact = torch.tensor(file["exact"][()])
            ghost = {name: torch.tensor(file[name][()]) for name in ("predictions", "means", "variances") if name in file}
    y = model.outputs(x)
    f = F.cross_entropy(y, labels) + model.regularization()
    g = torch.autograd.grad(f, model.theta, create_graph=True)
    slope = sum((a * b.detach()).sum() for a, b in zip(g, model.theta))
    product = torch.cat([p.reshape(-1) for p in torch.autograd.grad(slope, model.theta)])
    errors = {
        "value": abs(f.item() - value) / abs(value),
        "outputs": (y - outputs).abs().max().item() / y.abs().max().item(),
        "gradient": max((a - b).abs().max().item() for a, b in zip(g, gradient)) / max(a.abs().max().item() for a in g),
        "Hessian product": (product - exact).abs().max().item() / product.abs().max().item(),
    }
    if ghost:
        for index, name in enumerate(("means", "variances")):
            averages = torch.cat([average[index] for average in model.averages.values()])
            errors[name] = (averages - ghost[name]).abs().max().item() / averages.abs().max().item()
        y = model.outputs(x, predicts=True)
        errors["predictions"] = (y - ghost["predictions"]).abs().max().item() / y.abs().max().item()
    for name, error in errors.items():
        print(f"{name}: relative difference {error:.1e}")
    sys.exit(any(error > 1e-10 for error in errors.values()))


if __name__ == "__main__":
    main()
