#!/usr/bin/env python3
"""Value-and-gradient sweeps of PyTorch on the GPU, of the networks that `terrace benchmark sweep` times.

    pytorch_sweeps.py [--seconds 90] WIDTH,BLOCKS,SAMPLES,SCALAR[,IMAGE,BLOCK]... > times.jsonl

Prints a line of JSON a size: seconds of a forward and a backward pass, the median of at least 5, in eager mode ("eager"),
replayed as one CUDA graph ("graph") and, block by block through torch.compile, replayed as one graph ("compiled"). With
IMAGE, the pixels of a side, the network is convolutional (cuDNN), its images channels last. What fails or does not fit in the
time is left out.
"""
import argparse
import json
import statistics
import sys
import time
import typing

import torch
from torch.nn import functional

FEATURES, CLASSES, FINAL_TIME = 2, 5, 4.0


class Size(typing.NamedTuple):
    width: int
    blocks: int
    samples: int
    scalar: str
    image: typing.Optional[int] = None  # pixels of a side; None: a dense network
    block: typing.Optional[str] = None

    @staticmethod
    def of(text):
        width, blocks, samples, scalar, *rest = text.split(",")
        return Size(int(width), int(blocks), int(samples), scalar, *([int(rest[0]), rest[1]] if rest else []))


def dense_step(q, layers, h):
    (weight, bias), = layers
    return torch.add(q, torch.tanh(functional.linear(q, weight, bias)), alpha=h)


def single_step(q, layers, h):
    (weight, bias), = layers
    return torch.add(q, torch.tanh(functional.conv2d(q, weight, bias, padding=1)), alpha=h)


def symmetric_step(q, layers, h):
    (weight, bias), = layers
    inner = torch.tanh(functional.conv2d(q, weight, bias, padding=1))
    return torch.add(q, functional.conv_transpose2d(inner, weight, padding=1), alpha=-h)


def basic_step(q, layers, h):
    (weight, bias), (second, second_bias) = layers
    inner = torch.tanh(functional.conv2d(q, weight, bias, padding=1))
    return torch.add(q, functional.conv2d(inner, second, second_bias, padding=1), alpha=h)


STEPS = {None: dense_step, "Single": single_step, "Symmetric": symmetric_step, "Basic": basic_step}


class ResNet(torch.nn.Module):
    def __init__(self, size, step_function):
        super().__init__()
        self.h = FINAL_TIME / size.blocks
        self.step = step_function
        self.is_image = size.image is not None

        def layer(inputs, bias=True):
            if self.is_image:
                return torch.nn.Conv2d(inputs, size.width, 3, padding=1, bias=bias)
            return torch.nn.Linear(inputs, size.width, bias=bias)

        self.lift = layer(1 if self.is_image else FEATURES, bias=False)
        layers = 2 if size.block == "Basic" else 1
        self.blocks = torch.nn.ModuleList(
            torch.nn.ModuleList(layer(size.width) for _ in range(layers)) for _ in range(size.blocks))
        self.output = torch.nn.Linear(size.width, CLASSES)

    def forward(self, x):
        q = self.lift(x)
        for block in self.blocks:
            q = self.step(q, [(layer.weight, layer.bias) for layer in block], self.h)
        return self.output(q.mean((2, 3)) if self.is_image else q)


def median_seconds(call, at_least=5, enough=0.15, most=200):
    call()
    torch.cuda.synchronize()
    times = []
    while len(times) < at_least or (sum(times) < enough and len(times) < most):
        start = time.perf_counter()
        call()
        torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def make_sweep(size, step_function):
    torch.manual_seed(0)
    dtype = {"double": torch.float64, "float": torch.float32}[size.scalar]
    network = ResNet(size, step_function).to("cuda", dtype)
    shape = (size.samples, FEATURES) if size.image is None else (size.samples, 1, size.image, size.image)
    inputs = torch.rand(shape, dtype=dtype, device="cuda") * 2 - 1
    if size.image is not None:
        network, inputs = (x.to(memory_format=torch.channels_last) for x in (network, inputs))
    labels = torch.randint(CLASSES, (size.samples,), device="cuda")
    loss = torch.nn.CrossEntropyLoss()

    def sweep():
        network.zero_grad(set_to_none=False)
        value = loss(network(inputs), labels)
        value.backward()
        return value

    return sweep


def graph_of(sweep):
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            sweep()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        sweep()
    return graph.replay


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("sizes", nargs="+")
    options.add_argument("--seconds", type=float, default=90, help="of all sizes together (default 90)")
    arguments = options.parse_args()
    end = time.monotonic() + arguments.seconds
    for size in map(Size.of, arguments.sizes):
        result = {name: value for name, value in size._asdict().items() if value is not None}
        step = STEPS[size.block]
        torch.compiler.reset()  # it compiles a function a few times only, then runs it as it is
        ways = {"eager": lambda: make_sweep(size, step),
                "graph": lambda: graph_of(make_sweep(size, step)),
                "compiled": lambda: graph_of(make_sweep(size, torch.compile(step)))}
        for way, make in ways.items():
            if time.monotonic() > end:
                break
            try:
                result[way] = median_seconds(make())
            except Exception as error:  # what PyTorch cannot do is no failure of the comparison
                print(f"{size} {way}: {str(error).splitlines()[0]}", file=sys.stderr)
            torch.cuda.empty_cache()
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
