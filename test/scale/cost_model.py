#!/usr/bin/env python3
"""Time of a step and of a cycle on 1 to 10000 ranks: doc/measurements/scale.md.

    cost_model.py COUNTS TIMES OUTPUT [--latency SECONDS] [--bandwidth BYTES] [--picture]

COUNTS: lines of terrace_communication, of any numbers of ranks. TIMES: lines of terrace_step_times. Writes OUTPUT/scale.tsv
(a line for each network, level and number of ranks) and prints the tables of the page; --picture draws
doc/pictures/scale.svg from it with gnuplot.

A step of a level with G groups of 128 samples and n parameters takes on p ranks

    group * ceil(G / p)                             sweeps: a group stays together
  + replicated + small                              what each rank does for itself
  + vectors / min(p, vector groups)                 secant and vectors: at most 256 slices
  + calls * latency * log2(p)                       one latency a call and doubling of the ranks
  + bytes / bandwidth                               of them

The calls are those that were counted. Their bytes follow from n, and are compared with those that were counted.
Bytes: an all-reduce moves its numbers twice, the others once (Thakur, Rabenseifner & Gropp, Int. J. High Perform.
Comput. Appl. 19, 2005, section 4).
"""

import argparse
import math
import os
import subprocess

STEP = "a step of the finest level"
PAIRS = 40  # "Maximum Storage" of the secant
SAMPLES_OF_GROUP = 128
NETWORKS = {  # samples; blocks of the levels are halved, that of "images" divided by 3
    "small": {"samples": 1000000, "levels": 4, "coarsening": 2, "title": "dense, 32 x 8"},
    "wide": {"samples": 60000, "levels": 4, "coarsening": 2, "title": "dense, 16 x 128"},
    "images": {"samples": 50000, "levels": 2, "coarsening": 3, "title": "ResNet-20"},
}
COARSE_STEPS = 20


def read_counts(path):
    """{ranks: {kind: (calls, bytes)}} of a step."""
    counts = {}
    with open(path) as file:
        for line in file:
            ranks, what, kind, calls, size = line.rstrip("\n").split("\t")
            if what == STEP:
                counts.setdefault(int(ranks), {})[kind] = (float(calls), float(size))
    return counts


def read_times(path):
    """{network: {...}}"""
    times = {}
    with open(path) as file:
        for line in file:
            network, *numbers = line.rstrip("\n").split("\t")
            times[network] = dict(zip(("n", "group", "replicated", "vectors", "small"), map(float, numbers)))
    return times


def vector_groups(n):
    """Entries are summed in groups of 64, or in 256 groups."""
    size = 64 * max(1, math.ceil(n / (64 * 256)))
    return math.ceil(n / size)


def bytes_of_step(n):
    """What one rank gives, by kind; an all-gather's are those of all ranks."""
    groups = vector_groups(n)
    norm, totals, pairs = 8 * groups, 5 * 16, 8 * groups * 3 * (2 * PAIRS + 1)
    return {"all-reduce": norm + totals + pairs, "all-gather": 8 * n, "reduce-scatter": 16 * n}


class Machine:
    def __init__(self, latency, bandwidth):
        self.latency, self.bandwidth = latency, bandwidth

    def messages(self, n, p, calls):
        """Seconds of a step's calls on p ranks."""
        if p == 1:
            return 0.0
        size = bytes_of_step(n)
        moved = 2 * size["all-reduce"] + size["all-gather"] + size["reduce-scatter"]
        return calls * self.latency * math.log2(p) + (p - 1) / p * moved / self.bandwidth


def step_parts(times, groups, share, p, machine, calls):
    """Seconds of a step: sweeps, what each rank does for itself, vectors, messages. share: of the blocks."""
    n = times["n"] * share
    return (times["group"] * share * math.ceil(groups / p),
            times["replicated"] * share + times["small"],
            times["vectors"] * share / min(p, vector_groups(n)),
            machine.messages(n, p, calls))


def levels_of(network, fraction):
    """(groups, share of the blocks) of each level."""
    factor = network["coarsening"]
    result = []
    for level in range(network["levels"]):
        samples = max(network["samples"] * fraction**level, 150)
        result.append((math.ceil(samples / SAMPLES_OF_GROUP), factor**-level))
    return result


def cycle_seconds(times, levels, p, machine, calls):
    """A V-cycle: two steps on each level, 20 on the coarsest, whose model costs two all-reduces more a step."""
    total = 0.0
    for level, (groups, share) in enumerate(levels):
        steps = COARSE_STEPS if level + 1 == len(levels) else 2
        total += steps * sum(step_parts(times, groups, share, p, machine, calls + (2 if level else 0)))
    return total


def half_efficiency(seconds, most=1000000):
    """The most ranks at which half of their time is not lost; seconds: a function of the ranks."""
    alone, p = seconds(1), 1
    while 2 * p <= most and alone / (2 * p * seconds(2 * p)) >= 0.5:
        p *= 2
    return p if p == most else bisect(lambda q: alone / (q * seconds(q)) >= 0.5, p, 2 * p)


def bisect(holds, low, high):
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def rank_numbers():
    numbers = {1, 10000}
    for exponent in range(0, 4):
        for mantissa in range(10, 100):
            numbers.add(mantissa * 10**exponent // 10)
    return sorted(numbers)


def compare_bytes(counts, n):
    print("Bytes of a step: counted (most of a rank) and modelled\n")
    print("| ranks | all-reduce | model | all-gather | model | reduce-scatter | model |")
    print("|---|---|---|---|---|---|---|")
    model = bytes_of_step(n)
    for ranks, kinds in sorted(counts.items()):
        gathered = model["all-gather"] / ranks + 8
        print("| %d | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f |" %
              (ranks, kinds["all-reduce"][1], model["all-reduce"], kinds["all-gather"][1], gathered,
               kinds["reduce-scatter"][1], model["reduce-scatter"]))
        for kind in ("all-reduce", "reduce-scatter"):
            if abs(kinds[kind][1] - model[kind]) > 0.02 * model[kind]:
                raise SystemExit("%s on %d ranks: the model misses the bytes by more than 2 %%." % (kind, ranks))


def write_curves(path, times, machine, calls):
    with open(path, "w") as out:
        out.write("network\tfraction\tranks\tstep\tsweeps\town\tvectors\tmessages\tcycle\n")
        for name, network in NETWORKS.items():
            for fraction in (1.0, 0.5):
                levels = levels_of(network, fraction)
                for p in rank_numbers():
                    parts = step_parts(times[name], *levels[0], p, machine, calls)
                    cycle = cycle_seconds(times[name], levels, p, machine, calls)
                    out.write("%s\t%g\t%d\t%.4g\t%.4g\t%.4g\t%.4g\t%.4g\t%.4g\n" %
                              ((name, fraction, p, sum(parts)) + parts + (cycle,)))


def print_steps(times, machine, calls):
    print("\nA step of the finest level, milliseconds: sweeps + own + vectors + messages\n")
    numbers = (1, 16, 128, 1024, 8192)
    print("| network | " + " | ".join("%d" % p for p in numbers) + " |")
    print("|---" * (len(numbers) + 1) + "|")
    for name, network in NETWORKS.items():
        groups, share = levels_of(network, 1.0)[0]
        cells = []
        for p in numbers:
            parts = step_parts(times[name], groups, share, p, machine, calls)
            cells.append("%.3g = %s" % (1e3 * sum(parts), " + ".join("%.2g" % (1e3 * part) for part in parts)))
        print("| %s | " % network["title"] + " | ".join(cells) + " |")


def print_levels(times, machine, calls):
    print("\nWhere levels stop to scale\n")
    print("| network | samples of a level | level | groups: ranks beyond are idle | ranks at half efficiency |")
    print("|---|---|---|---|---|")
    for name, network in NETWORKS.items():
        for fraction in (0.5, 1.0):
            for level, (groups, share) in enumerate(levels_of(network, fraction)):
                more = 2 if level else 0
                seconds = lambda p: sum(step_parts(times[name], groups, share, p, machine, calls + more))
                print("| %s | %s | %d | %d | %d |" %
                      (network["title"], "all" if fraction == 1 else "halved", level, groups, half_efficiency(seconds)))


def print_cycles(times, machine, calls):
    print("\nA V-cycle: ranks at half efficiency, the least time and the ranks that reach it within 10 %\n")
    print("| network | samples of a level | half efficiency | 1 rank, s | least, s | ranks |")
    print("|---|---|---|---|---|---|")
    for name, network in NETWORKS.items():
        for fraction in (0.5, 1.0):
            levels = levels_of(network, fraction)
            seconds = lambda p: cycle_seconds(times[name], levels, p, machine, calls)
            least = min(seconds(p) for p in rank_numbers())
            enough = min(p for p in rank_numbers() if seconds(p) <= 1.1 * least)
            print("| %s | %s | %d | %.3g | %.3g | %d |" % (network["title"], "all" if fraction == 1 else "halved",
                                                        half_efficiency(seconds), seconds(1), least, enough))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("counts")
    parser.add_argument("times")
    parser.add_argument("output")
    parser.add_argument("--latency", type=float, default=3.4e-6, help="seconds of a call and doubling of the ranks")
    parser.add_argument("--bandwidth", type=float, default=9.6e9, help="bytes a second")
    parser.add_argument("--picture", action="store_true")
    options = parser.parse_args()

    counts = read_counts(options.counts)
    times = read_times(options.times)
    machine = Machine(options.latency, options.bandwidth)
    calls = sum(calls for calls, _ in counts[max(counts)].values())
    os.makedirs(options.output, exist_ok=True)
    curves = os.path.join(options.output, "scale.tsv")
    compare_bytes(counts, times["small"]["n"])
    write_curves(curves, times, machine, calls)
    print_steps(times, machine, calls)
    print_levels(times, machine, calls)
    print_cycles(times, machine, calls)
    if options.picture:
        pictures = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "doc", "pictures")
        subprocess.run(["gnuplot", "-c", os.path.join(pictures, "scale.gp"), curves], check=True)


if __name__ == "__main__":
    main()
