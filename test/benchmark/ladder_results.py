#!/usr/bin/env python3
"""Measurements of doc/measurements/ladder.md: what levels in depth and samples gain, counted in work units.

    python3 test/benchmark/ladder_results.py build/bin/terrace ../shared TABLE [PROBLEM]

TABLE: depth, climbing, budgets, recursion, recursion_cost, adam, sensitivity or overhead. PROBLEM: of sensitivity, only
those whose names begin so. Needs Python's standard library only. Two runs at a time.
"""
import json
import math
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PROGRAM, SHARED, TABLE = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
ONLY = sys.argv[4] if len(sys.argv) > 4 else ""
PEAKS = SHARED / "decks/peaks.xml"
CYCLE = "Step/Multilevel Trust Region/"
ONE_LEVEL = ["Levels/Number of Levels=1", "Levels/Sample Fractions={1}"]
DYNAMIC = ["Sampling/Type=Dynamic"]
SEEDS = range(1, 6)
SPIRAL = [f"Data/File={Path(__file__).resolve().parents[2] / 'data/spiral.h5'}"]
DIGITS = [f"Data/File={(SHARED / 'data/digits.h5').resolve()}", "Network/Width=64", "Network/Blocks=16",
          "Levels/Sample Fractions={1,0.5,0.25,0.125}"]


class Run:
    """One training run: its summary, and (work, value) of the finest network on all samples."""

    def __init__(self, settings, seed, work, deck=PEAKS):
        with tempfile.TemporaryDirectory() as folder:
            command = [PROGRAM, "train", str(deck), "--output", folder + "/run"]
            for setting in [f"Network/Initial Guess/Seed={seed}", f"Data/Seed={seed}",
                            f"Status Test/Work Limit={work}", "Status Test/Iteration Limit=0",
                            "General/Output Level=0", *settings]:
                command += ["--set", setting]
            subprocess.run(command, check=True, capture_output=True)
            self.summary = json.loads(Path(folder, "run/summary.json").read_text())
            table = subprocess.run([PROGRAM, "history", folder + "/run"], check=True, capture_output=True, text=True)
        names, *rows = [line.split("\t") for line in table.stdout.splitlines()]
        rows = [dict(zip(names, row)) for row in rows]
        whole = max(int(row["samples"]) for row in rows)
        self.curve = [(float(row["work"]), float(row["value"])) for row in rows
                      if row["level"] == "0" and int(row["samples"]) == whole]

    def work_to(self, target):
        return next((work for work, value in self.curve if value <= target), math.inf)


def runs(settings, work, seeds=SEEDS):
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda seed: Run(settings, seed, work), seeds))


def median_and_worst(numbers, digits):
    return f"{statistics.median(numbers):.{digits}f} ({max(numbers):.{digits}f})"


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def small_problem(blocks):
    """500 samples, T = 5; levels of half the blocks down to 4, all with all samples."""
    levels = int(math.log2(blocks // 4)) + 1
    return ["Data/Training Samples=500", "Network/Final Time=5.0", f"Network/Blocks={blocks}",
            f"Levels/Number of Levels={levels}", "Levels/Sample Fractions={" + ",".join(["1"] * levels) + "}",
            "Status Test/Target Value=0.029"]


def depth():
    rol = ["Step/Type=Line Search", "Step/Line Search/Descent Method/Type=Quasi-Newton Method",
           "General/Secant/Type=Limited-Memory BFGS", "General/Secant/Maximum Storage=20", "Network/Metric=Euclidean"]
    for blocks in (8, 32, 64, 128, 256, 512):
        for name, settings in (("ladder", []), ("one level", ONE_LEVEL), ("ROL L-BFGS, Euclidean", ONE_LEVEL + rol)):
            if settings and settings[-1].startswith("Network") and blocks > 256:
                continue
            found = runs(small_problem(blocks) + settings, 400)
            row(blocks, name, *(median_and_worst([run.work_to(target) for run in found], 1) for target in (0.05, 0.03)))


def climbing():
    for blocks in (8, 32, 64, 128, 256, 512):
        for prolongation in ("Piecewise Linear", "Trajectory"):
            found = runs(small_problem(blocks) + [f"Levels/Prolongation={prolongation}"], 150, range(16, 26))
            row(blocks, prolongation,
                *(median_and_worst([run.work_to(target) for run in found], 1) for target in (0.05, 0.03)))


def budget_row(name, settings, budgets=(5, 10, 25, 50, 100)):
    cells = []
    for budget in budgets:
        found = runs(settings, budget)
        accuracy = statistics.median(run.summary["test_accuracy"] for run in found)
        cells.append(median_and_worst([run.summary["value"] for run in found], 4) + f" {accuracy:.3f}")
    row(name, *cells)


def budgets():
    budget_row("ladder", [])
    budget_row("ladder, dynamic", DYNAMIC)
    budget_row("ladder, dynamic, 10 steps a check", DYNAMIC + ["Sampling/Dynamic/Steps per Check=10"])
    budget_row("one level", ONE_LEVEL)
    budget_row("one level, dynamic", ONE_LEVEL + DYNAMIC)
    budget_row("three levels, fractions 1, 0.3, 0.1",
               ["Levels/Number of Levels=3", "Levels/Sample Fractions={1,0.3,0.1}"])
    for name, settings in (("ladder", []), ("ladder, dynamic", DYNAMIC), ("one level", ONE_LEVEL),
                           ("one level, dynamic", ONE_LEVEL + DYNAMIC)):
        budget_row("digits, " + name, DIGITS + settings)


def recursion():
    for problem, settings in (("peaks", []), ("digits", DIGITS)):
        for rule in ("Never", "Adaptive", "Always"):
            budget_row(f"{problem}, {rule}", settings + [CYCLE + f"Recursion={rule}"], (25, 50, 100, 500))
    budget_row("Always, redrawn", [CYCLE + "Recursion=Always", "Sampling/Coarse Samples=Redrawn"], (25, 50, 100))
    recursion_cost()


def recursion_cost():
    """Work of Adaptive over that of Never to the same value, seed by seed; last of all the largest ratio at any
    value."""
    targets = (0.2, 0.1, 0.05, 0.03)
    for problem, settings in (("peaks.xml", []), ("500 samples, 64 blocks", small_problem(64)), ("spiral", SPIRAL),
                              ("digits", DIGITS)):
        adaptive, never = (runs(settings + [CYCLE + f"Recursion={rule}"], 100) for rule in ("Adaptive", "Never"))
        ratios = [[a.work_to(target) / n.work_to(target) for a, n in zip(adaptive, never)
                   if math.isfinite(a.work_to(target)) and math.isfinite(n.work_to(target))] for target in targets]
        anywhere = [max((a.work_to(value) / work for work, value in n.curve if math.isfinite(a.work_to(value))))
                    for a, n in zip(adaptive, never)]
        row(problem, *(median_and_worst(ratio, 2) if ratio else "-" for ratio in ratios),
            median_and_worst(anywhere, 2))


def adam():
    for batch in (32, 128):
        for schedule in ("Constant", "Cosine"):
            for rate in (1e-3, 3e-3, 1e-2, 3e-2):
                budget_row(f"{batch}, {schedule}, {rate}",
                           ["Step/Type=Adam", f"Step/Adam/Batch Size={batch}", f"Step/Adam/Schedule={schedule}",
                            f"Step/Adam/Learning Rate={rate}", "General/Secant/Type=Limited-Memory BFGS"])


def sensitivity():
    """Work that the best of some settings needs for the value that the defaults reach in 50 units."""
    problems = {f"width {width}": [f"Network/Width={width}"] for width in (4, 16, 32)}
    problems.update({f"T = {time}": [f"Network/Final Time={time}.0"] for time in (1, 2, 8)})
    problems.update({activation: [f"Network/Activation={activation}"] for activation in ("SmoothReLU", "ReLU")})
    problems["random start"] = ["Network/Initial Guess/Type=Random"]
    problems["spiral"] = []
    tuned = {"memory 20": ["General/Secant/Maximum Storage=20"], "memory 80": ["General/Secant/Maximum Storage=80"],
             "climb early": [CYCLE + "Stagnation Tolerance=0.05"], "climb late": [CYCLE + "Stagnation Tolerance=0.003"],
             "3 levels": ["Levels/Number of Levels=3", "Levels/Sample Fractions={1,0.2,0.1}"],
             "more samples": ["Levels/Sample Fractions={1,0.4,0.2,0.1}"]}
    seeds = range(1, 4)
    for name, settings in problems.items():
        if not name.startswith(ONLY):
            continue
        if name == "spiral":
            settings = SPIRAL
        target = statistics.median(run.summary["value"] for run in runs(settings, 50, seeds))
        work = {tuning: statistics.median(run.work_to(target) for run in runs(settings + changes, 50, seeds))
                for tuning, changes in {"defaults": [], **tuned}.items()}
        best = min(work, key=work.get)
        row(name, f"{target:.4f}", f"{work['defaults']:.1f}", best, f"{work[best]:.1f}")


def overhead():
    """Seconds of a run beside its sweeps, K = 256, width 8, 5000 samples."""
    network = ["Network/Blocks=256", "Output/Metrics Every=0"]
    sweep = json.loads(subprocess.run([PROGRAM, "benchmark", "sweep", "--width", "8", "--blocks", "256", "--samples",
                                       "5000"], check=True, capture_output=True, text=True).stdout)["seconds"]
    for name, settings in (("one level", ONE_LEVEL), ("ladder", [])):
        run = Run(network + settings, 1, 30)
        share = 1 - sweep * run.summary["work_units"] / run.summary["wall_seconds"]
        row(name, f"{run.summary['wall_seconds']:.2f} s", f"{sweep:.4f} s a sweep", f"{100 * share:.0f} %")


{"depth": depth, "climbing": climbing, "budgets": budgets, "recursion": recursion, "recursion_cost": recursion_cost, "adam": adam,
 "sensitivity": sensitivity, "overhead": overhead}[TABLE]()
