#!/usr/bin/env python3
"""Sweeps of PyTorch on the CPU against those of Terrace: the same network, sizes and data, in turns in the same run.
Prints a Markdown table; ratios are Terrace's speed over PyTorch's, the median of the rounds. Times are processor times,
medians of at least 7 in a round: other jobs on the machine disturb them less than wall times, and both programs have one
thread.

    cmake -B build -DTERRACE_BENCHMARKS=ON && cmake --build build
    python3 -m venv venv && venv/bin/pip install torch
    venv/bin/python test/benchmark/compare_pytorch.py build/bin

Both use one thread. PyTorch runs a forward pass, a backward pass and no optimiser, in eager mode and, with
--compile, through torch.compile. Its BLAS is told to use AVX-512 where it would not find out by itself.
"""
import argparse
import json
import os
import statistics
import subprocess
import time

os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
with open("/proc/cpuinfo") as cpu:
    if "avx512f" in cpu.read():
        os.environ.setdefault("OPENBLAS_CORETYPE", "SkylakeX")
        os.environ.setdefault("MKL_ENABLE_INSTRUCTIONS", "AVX512")

import torch  # noqa: E402  (the environment must be set before)

SIZES = [(4, 64, 5000), (8, 64, 5000), (16, 64, 5000), (32, 32, 5000), (50, 32, 5000),
         (64, 32, 4096), (128, 32, 4096), (256, 8, 4096), (512, 8, 4096)]
FEATURES, CLASSES, FINAL_TIME = 2, 5, 4.0


class ResNet(torch.nn.Module):
    def __init__(self, width, blocks, features=FEATURES, classes=CLASSES, final_time=FINAL_TIME):
        super().__init__()
        self.h = final_time / blocks
        self.lift = torch.nn.Linear(features, width, bias=False)
        self.blocks = torch.nn.ModuleList(torch.nn.Linear(width, width) for _ in range(blocks))
        self.output = torch.nn.Linear(width, classes)

    def forward(self, x):
        q = self.lift(x)
        for block in self.blocks:
            q = torch.add(q, torch.tanh(block(q)), alpha=self.h)
        return self.output(q)


def median_seconds(call, at_least=7, enough=0.5):
    call()
    times = []
    while len(times) < at_least or sum(times) < enough:
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return statistics.median(times)


def pytorch_rate(width, blocks, samples, scalar, compiled):
    torch.manual_seed(0)
    dtype = {"double": torch.float64, "float": torch.float32}[scalar]
    network = ResNet(width, blocks).to(dtype)
    inputs = torch.rand(samples, FEATURES, dtype=dtype) * 2 - 1
    labels = torch.randint(CLASSES, (samples,))
    loss = torch.nn.CrossEntropyLoss()
    model = torch.compile(network) if compiled else network

    def sweep():
        network.zero_grad(set_to_none=True)
        loss(model(inputs), labels).backward()

    return blocks * samples / median_seconds(sweep)


def terrace_seconds(programs, kind, width, blocks, samples, scalar, unit=1e-3):
    name = f"^{kind}/width:{width}/blocks:{blocks}/samples:{samples}/float:{int(scalar == 'float')}$"
    command = [f"{programs}/terrace_benchmarks", f"--benchmark_filter={name}", "--benchmark_repetitions=7",
               "--benchmark_min_time=0.05", "--benchmark_format=json"]
    result = json.loads(subprocess.check_output(command, stderr=subprocess.DEVNULL))
    median = next(run for run in result["benchmarks"] if run.get("aggregate_name") == "median")
    return median["cpu_time"] * unit


def pytorch_apply_seconds(width, blocks, samples, scalar, compiled):
    torch.manual_seed(0)
    dtype = {"double": torch.float64, "float": torch.float32}[scalar]
    network = ResNet(width, blocks).to(dtype).eval()
    inputs = torch.rand(samples, FEATURES, dtype=dtype) * 2 - 1
    model = torch.compile(network) if compiled else network
    with torch.inference_mode():
        return median_seconds(lambda: model(inputs), at_least=50)


def compare_apply(arguments):
    """A surrogate's apply against a forward pass without gradients: the table of doc/measurements/regression.md."""
    width, blocks = 16, 32
    print(f"PyTorch {torch.__version__}; microseconds a batch, width {width}, {blocks} blocks\n")
    print("| scalar | samples | Terrace | eager | ratio | compiled | ratio |\n|" + "---|" * 7)
    for scalar in arguments.scalars:
        for samples in (1, 1000):
            size = (width, blocks, samples, scalar)
            ours = terrace_seconds(arguments.programs, "surrogateApply", *size, unit=1e-6)
            eager = pytorch_apply_seconds(*size, False)
            compiled = pytorch_apply_seconds(*size, True) if arguments.compile else None
            last = f"{compiled * 1e6:.3g} | {compiled / ours:.1f}" if compiled else "- | -"
            print(f"| {scalar} | {samples} | {ours * 1e6:.3g} | {eager * 1e6:.3g} | {eager / ours:.1f} | {last} |",
                  flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("programs", help="folder of the programs terrace_benchmarks and terrace_peak")
    options.add_argument("--compile", action="store_true", help="torch.compile too (slow to start)")
    options.add_argument("--apply", action="store_true", help="instead of sweeps: a surrogate's apply and a forward pass")
    options.add_argument("--widths", type=int, nargs="*", help="only these widths")
    options.add_argument("--scalars", nargs="*", default=["double", "float"])
    options.add_argument("--rounds", type=int, default=3, help="times that both sweep, in turns (default 3)")
    arguments = options.parse_args()
    torch.set_num_threads(1)
    if arguments.apply:
        return compare_apply(arguments)
    peak = json.loads(subprocess.check_output([f"{arguments.programs}/terrace_peak"]))
    print(f"PyTorch {torch.__version__}; million sample-layers/s; peak {peak['double']} / {peak['float']} GFLOP/s\n")
    print("| scalar | width | blocks | samples | Terrace | GFLOP/s | of peak | value / sweep | Hessian / sweep |"
          " next / sweep | eager | ratio | compiled | ratio |\n|" + "---|" * 14)
    for scalar in arguments.scalars:
        for width, blocks, samples in SIZES:
            if arguments.widths and width not in arguments.widths:
                continue
            size = (width, blocks, samples, scalar)
            rounds = [(terrace_seconds(arguments.programs, "valueAndGradient", *size), pytorch_rate(*size, False))
                      for _ in range(arguments.rounds)]
            sweep = statistics.median(seconds for seconds, _ in rounds)
            eager = statistics.median(eager for _, eager in rounds)
            rate = blocks * samples / sweep
            ratio = statistics.median(blocks * samples / seconds / eager for seconds, eager in rounds)
            value, hessian, following = (terrace_seconds(arguments.programs, kind, *size)
                                         for kind in ("valueAlone", "hessianProduct", "nextHessianProduct"))
            gflops = 6 * width * (width * blocks + CLASSES) * samples / sweep * 1e-9
            compiled = pytorch_rate(*size, True) if arguments.compile else None
            last = f"{compiled / 1e6:.3g} | {rate / compiled:.2f}" if compiled else "- | -"
            print(f"| {scalar} | {width} | {blocks} | {samples} | {rate / 1e6:.3g} | {gflops:.1f} | "
                  f"{100 * gflops / peak[scalar]:.0f} % | {value / sweep:.2f} | {hessian / sweep:.2f} | "
                  f"{following / sweep:.2f} | {eager / 1e6:.3g} | {ratio:.2f} | {last} |", flush=True)


if __name__ == "__main__":
    main()
