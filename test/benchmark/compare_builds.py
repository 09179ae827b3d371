#!/usr/bin/env python3
"""Compares two builds of Terrace on this machine: the bits that their sweeps compute, and their speed, in turns.

    git worktree add ../before <commit>
    cmake -S ../before -B ../before/build -DTERRACE_BENCHMARKS=ON && cmake --build ../before/build
    cmake -B build -DTERRACE_BENCHMARKS=ON && cmake --build build
    python3 test/benchmark/compare_builds.py ../before/build/bin build/bin

Bits: the lines of terrace_fingerprint that differ. Speed: `terrace benchmark sweep` of both, one after the other, some
rounds; a row has the ratio second / first of the seconds, the median over the rounds (below 1: the second is faster).
Exits with 1 if bits differ, a median of sweeps is above --allow, or one of values or products above --allow-others.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

SIZES = [(4, 64, 5000), (8, 64, 5000), (16, 64, 5000), (32, 32, 5000), (50, 32, 5000),
         (64, 32, 4096), (128, 32, 4096), (256, 8, 4096), (512, 8, 4096)]
KINDS = ["seconds", "value_seconds", "hessian_product_seconds", "next_hessian_product_seconds"]


def fingerprint(programs):
    """The hash of each network, precision and kind of result."""
    lines = subprocess.check_output([os.path.join(programs, "terrace_fingerprint")], text=True).splitlines()
    return dict(line.rsplit(": ", 1) for line in lines)


def compare_bits(first, second):
    """The number of hashes that differ, which are printed. Networks that one of the builds has alone are counted."""
    before, after = fingerprint(first), fingerprint(second)
    both = [name for name in before if name in after]
    differing = [name for name in both if before[name] != after[name]]
    for name in differing:
        print(f"differs: {name}: {before[name]} and {after[name]}")
    alone = len(before) + len(after) - 2 * len(both)
    print(f"bits: {len(both) - len(differing)} of {len(both)} fingerprints are equal, {alone} have one build alone\n",
          flush=True)
    return len(differing)


def seconds(programs, width, blocks, samples, scalar):
    command = [os.path.join(programs, "terrace"), "benchmark", "sweep", "--width", str(width), "--blocks", str(blocks),
               "--samples", str(samples), "--scalar", scalar]
    return json.loads(subprocess.check_output(command))


def compare_speed(arguments):
    """The largest median ratio of a sweep, and of anything else."""
    print("| scalar | width | sweep | least .. most | value | Hessian product | next product | ms a sweep |\n|" + "---|" * 8)
    worst, worst_other = 0, 0
    for scalar in arguments.scalars:
        for width, blocks, samples in SIZES:
            if arguments.widths and width not in arguments.widths:
                continue
            rounds = []
            for turn in range(arguments.rounds):
                order = [arguments.first, arguments.second]
                figures = {programs: seconds(programs, width, blocks, samples, scalar)
                           for programs in (order if turn % 2 == 0 else reversed(order))}
                rounds.append((figures[arguments.first], figures[arguments.second]))
            ratios = {kind: [b[kind] / a[kind] for a, b in rounds] for kind in KINDS}
            medians = [statistics.median(ratios[kind]) for kind in KINDS]
            sweeps = ratios["seconds"]
            milliseconds = 1e3 * statistics.median(b["seconds"] for _, b in rounds)
            print(f"| {scalar} | {width} | {medians[0]:.3f} | {min(sweeps):.3f} .. {max(sweeps):.3f} | {medians[1]:.3f} |"
                  f" {medians[2]:.3f} | {medians[3]:.3f} | {milliseconds:.3g} |", flush=True)
            worst, worst_other = max(worst, medians[0]), max(worst_other, *medians[1:])
    return worst, worst_other


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("first", help="folder of the programs of one build (terrace, terrace_fingerprint)")
    options.add_argument("second", help="folder of those of the other")
    options.add_argument("--rounds", type=int, default=5, help="times that both sweep, in turns (default 5)")
    options.add_argument("--widths", type=int, nargs="*", help="only these widths")
    options.add_argument("--scalars", nargs="*", default=["double", "float"])
    options.add_argument("--allow", type=float, default=1.02, help="ratio of sweeps that passes (default 1.02)")
    options.add_argument("--allow-others", type=float, default=1.05,
                         help="ratio of values and Hessian products that passes (default 1.05)")
    options.add_argument("--only-bits", action="store_true", help="no speed")
    arguments = options.parse_args()
    differing = compare_bits(arguments.first, arguments.second)
    worst, worst_other = (0, 0) if arguments.only_bits else compare_speed(arguments)
    return 1 if differing or worst > arguments.allow or worst_other > arguments.allow_others else 0


if __name__ == "__main__":
    sys.exit(main())
