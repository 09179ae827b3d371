#!/usr/bin/env python3
"""Value-and-gradient sweeps of PyTorch on the GPU, of the networks that `terrace benchmark sweep` times.

    pytorch_sweeps.py [--seconds 90] WIDTH,BLOCKS,SAMPLES,SCALAR... > times.jsonl

Prints a line of JSON a size: seconds of a forward and a backward pass, the median of at least 5, in eager mode ("eager"),
replayed as one CUDA graph ("graph") and, block by block through torch.compile, replayed as one graph ("compiled"). What fails
or does not fit in the time is left out.
"""
import argparse
import json
import statistics
import sys
import time

import torch

FEATURES, CLASSES, FINAL_TIME = 2, 5, 4.0


def step(q, weight, bias, h):
    return torch.add(q, torch.tanh(torch.nn.functional.linear(q, weight, bias)), alpha=h)


class ResNet(torch.nn.Module):
    def __init__(self, width, blocks, step_function):
        super().__init__()
        self.h = FINAL_TIME / blocks
        self.step = step_function
        self.lift = torch.nn.Linear(FEATURES, width, bias=False)
        self.blocks = torch.nn.ModuleList(torch.nn.Linear(width, width) for _ in range(blocks))
        self.output = torch.nn.Linear(width, CLASSES)

    def forward(self, x):
        q = self.lift(x)
        for block in self.blocks:
            q = self.step(q, block.weight, block.bias, self.h)
        return self.output(q)


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


def make_sweep(width, blocks, samples, scalar, step_function):
    torch.manual_seed(0)
    dtype = {"double": torch.float64, "float": torch.float32}[scalar]
    network = ResNet(width, blocks, step_function).to("cuda", dtype)
    inputs = torch.rand(samples, FEATURES, dtype=dtype, device="cuda") * 2 - 1
    labels = torch.randint(CLASSES, (samples,), device="cuda")
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
    compiled_step = torch.compile(step)
    for size in arguments.sizes:
        width, blocks, samples, scalar = size.split(",")
        result = {"width": int(width), "blocks": int(blocks), "samples": int(samples), "scalar": scalar}
        key = (int(width), int(blocks), int(samples), scalar)
        ways = {"eager": lambda: make_sweep(*key, step),
                "graph": lambda: graph_of(make_sweep(*key, step)),
                "compiled": lambda: graph_of(make_sweep(*key, compiled_step))}
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
