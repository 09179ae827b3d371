#!/usr/bin/env python3
"""Value and gradient of four convolutional tanh blocks, PyTorch against Terrace on one core, in turns in one run.
Prints a Markdown table in GFLOP/s: 6 * 9 * C^2 * H * W * n * K operations over the seconds of a sweep. Terrace's seconds
include its lift and output layer. PyTorch is the better of its memory formats, contiguous and channels last.

    cmake -B build -DTERRACE_BENCHMARKS=ON && cmake --build build
    python3 -m venv venv && venv/bin/pip install torch
    venv/bin/python test/benchmark/compare_convolution.py build
"""
import argparse
import json
import statistics
import subprocess

from compare_pytorch import median_seconds  # first: it sets the environment that torch reads

import torch
import torch.nn.functional as F

SIZES = [(8, 32), (16, 32), (32, 16), (64, 8), (128, 8)]
BLOCKS, FINAL_TIME = 4, 4.0


def pytorch_seconds(channels, size, samples, scalar, memory_format):
    torch.manual_seed(0)
    dtype = {"double": torch.float64, "float": torch.float32}[scalar]
    weights = [(torch.randn(channels, channels, 3, 3, dtype=dtype) / (9 * channels) ** 0.5).requires_grad_()
               for _ in range(BLOCKS)]
    biases = [torch.zeros(channels, dtype=dtype, requires_grad=True) for _ in range(BLOCKS)]
    inputs = torch.rand(samples, channels, size, size, dtype=dtype).to(memory_format=memory_format)

    def sweep():
        q = inputs
        for weight, bias in zip(weights, biases):
            q = torch.add(q, torch.tanh(F.conv2d(q, weight, bias, padding=1)), alpha=FINAL_TIME / BLOCKS)
        torch.autograd.grad(q.square().mean(), weights + biases)

    return median_seconds(sweep, at_least=5)


def terrace_seconds(build, channels, size, samples, scalar):
    command = [f"{build}/bin/terrace", "benchmark", "sweep", "--width", str(channels), "--blocks", str(BLOCKS),
               "--samples", str(samples), "--image", str(size), "--scalar", scalar]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["seconds"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build")
    parser.add_argument("--samples", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    peak = json.loads(subprocess.run([f"{arguments.build}/bin/terrace_peak"], check=True,
                                     capture_output=True, text=True).stdout)
    print(f"{arguments.samples} samples, {BLOCKS} blocks, PyTorch {torch.__version__}, peak of the core "
          f"{peak['double']:.0f} / {peak['float']:.0f} GFLOP/s (double / float)\n")
    print("| channels, pixels | scalar | PyTorch | Terrace | ratio | of the peak |")
    print("|---|---|---|---|---|---|")
    formats = (torch.contiguous_format, torch.channels_last)
    for channels, size in SIZES:
        for scalar in ("double", "float"):
            work = 6 * 9 * channels ** 2 * size ** 2 * arguments.samples * BLOCKS * 1e-9
            theirs, ours, ratios = [], [], []
            for _ in range(arguments.rounds):
                theirs.append(work / min(pytorch_seconds(channels, size, arguments.samples, scalar, f)
                                         for f in formats))
                ours.append(work / terrace_seconds(arguments.build, channels, size, arguments.samples, scalar))
                ratios.append(ours[-1] / theirs[-1])
            speed = statistics.median(ours)
            print(f"| {channels}, {size} x {size} | {scalar} | {statistics.median(theirs):.1f} | {speed:.1f} | "
                  f"{statistics.median(ratios):.2f} | {100 * speed / peak[scalar]:.0f} % |", flush=True)


if __name__ == "__main__":
    main()
