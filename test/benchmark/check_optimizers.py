#!/usr/bin/env python3
"""Compares full-batch Adam and SGD runs of the program with PyTorch's optimizers from the same start.

    python3 test/benchmark/check_optimizers.py build/bin/terrace       (needs torch and h5py)

Prints the largest relative difference of the values after each of 40 steps, with a cosine schedule.
"""
import pathlib
import subprocess
import sys
import tempfile

import h5py
import torch

STEPS, RATE, FINAL_RATE = 40, 0.02, 0.001
BLOCKS, TIME = 16, 5.0  # the time, width and regularisation (1e-4 each) of quickstart.xml
ROOT = pathlib.Path(__file__).resolve().parents[2]

OPTIMIZERS = {
    "Adam": ("Adam", [], lambda p: torch.optim.Adam(p, lr=RATE)),
    "SGD": ("Stochastic Gradient", [], lambda p: torch.optim.SGD(p, lr=RATE, momentum=0.9)),
    "SGD, Nesterov": ("Stochastic Gradient", ["Nesterov=true"],
                      lambda p: torch.optim.SGD(p, lr=RATE, momentum=0.9, nesterov=True)),
}


def train(terrace, directory, solver, limit, parameters):
    settings = [f"Step/Type={solver}", f"Step/{solver}/Batch Size=0", f"Status Test/Work Limit={limit}",
                "Levels/Number of Levels=1", f"Network/Blocks={BLOCKS}"]
    settings += [f"Step/{solver}/{parameter}" for parameter in parameters]
    subprocess.run([terrace, "train", ROOT / "data/decks/quickstart.xml", "--output", directory, "--set", *settings],
                   check=True, stdout=subprocess.DEVNULL)


def initial_parameters(terrace, directory):
    """The parameters before training: of a run whose one step is too small to change them."""
    train(terrace, directory, "Stochastic Gradient", 1e-12, ["Learning Rate=1e-300"])
    parameters = {}

    def collect(name, item):
        if isinstance(item, h5py.Dataset):
            parameters[name] = torch.tensor(item[:], dtype=torch.float64)

    with h5py.File(directory / "model.h5") as model:
        model["layers"].visititems(collect)
    return parameters


def value(p, inputs, labels):
    h = TIME / BLOCKS
    blocks = [(p[f"block_{k:04d}/W"], p[f"block_{k:04d}/b"]) for k in range(BLOCKS)]
    q = inputs @ p["lift/W"].T
    for weights, biases in blocks:
        q = q + h * torch.tanh(q @ weights.T + biases)
    loss = torch.nn.functional.cross_entropy(q @ p["output/W"].T + p["output/b"], labels)
    theta = [torch.cat([weights.flatten(), biases]) for weights, biases in blocks]
    size = h * sum((t**2).sum() for t in theta)
    roughness = h * sum((((a - b) / h) ** 2).sum() for a, b in zip(theta[1:], theta))
    ends = sum((p[name] ** 2).sum() for name in ("lift/W", "output/W", "output/b"))
    return loss + 0.5e-4 * (size + roughness + ends)


def reference(start, make, inputs, labels):
    parameters = {name: tensor.clone().requires_grad_() for name, tensor in start.items()}
    optimizer = make(list(parameters.values()))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=STEPS, eta_min=FINAL_RATE)
    values = [value(parameters, inputs, labels).item()]
    for _ in range(STEPS):
        optimizer.zero_grad()
        value(parameters, inputs, labels).backward()
        optimizer.step()
        schedule.step()
        values.append(value(parameters, inputs, labels).item())
    return values


def main():
    terrace = sys.argv[1]
    with h5py.File(ROOT / "data/spiral.h5") as data:
        inputs = torch.tensor(data["train/inputs"][:], dtype=torch.float64)
        labels = torch.tensor(data["train/labels"][:]).long()
    with tempfile.TemporaryDirectory() as folder:
        runs = pathlib.Path(folder)
        start = initial_parameters(terrace, runs / "start")
        for number, (name, (solver, extra, make)) in enumerate(OPTIMIZERS.items()):
            run = runs / str(number)
            train(terrace, run, solver, STEPS, [f"Learning Rate={RATE}", "Schedule=Cosine",
                                                f"Final Learning Rate={FINAL_RATE}", *extra])
            with h5py.File(run / "history.h5") as history:
                found = history["value"][:]
            expected = reference(start, make, inputs, labels)
            difference = max(abs(a - b) / abs(b) for a, b in zip(found, expected, strict=True))
            print(f"{name}: {difference:.1e}")


main()
