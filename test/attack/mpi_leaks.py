"""What a program of several ranks leaves to MPI at its end: communicators, requests, data types, windows, files.

    mpi_leaks.py PROGRAM LIBRARY [--mpiexec mpiexec] [--ranks 2]

LIBRARY (MpiLeaks.cpp) is preloaded and counts by MPI's profiling interface. Commands of each kind run. Prints a table of what they
make; exits with 1 where something is left that ALLOWED does not name.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

from runs import ENVIRONMENT, PROBLEMS, write_data

SHORT = {"Status Test/Work Limit": 0, "Status Test/Iteration Limit": 3, "General/Output Level": 0, "Output/Progress": "false"}
KINDS = ["communicators", "groups", "datatypes", "operations", "windows", "files", "infos", "requests"]
# Part of the place on the stack, and why it may be left.
ALLOWED = {"7Teuchos7MpiComm": "Teuchos keeps the operation of a scan in a static variable, one a process"}


def settings(problem, folder, **more):
    data, _, deck = PROBLEMS[problem]
    return [f"--set={name}={value}" for name, value in {"Data/File": folder / data, **deck, **SHORT, **more}.items()]


def commands(folder):
    deck, run = folder / "deck.xml", folder / "run"
    yield "train, dense", ["train", deck, "--force", "--output", run, *settings("dense", folder)]
    yield "train, long", ["train", deck, "--force", "--output", run, *settings("dense", folder, **{"Status Test/Iteration Limit": 40})]
    yield "train, dynamic", ["train", deck, "--force", "--output", run, *settings("dynamic", folder)]
    yield "train, Adam", ["train", deck, "--force", "--output", run, *settings("dense", folder, **{"Step/Type": "Adam"})]
    yield "train, ROL's", ["train", deck, "--force", "--output", run, *settings("dense", folder, **{"Step/Type": "Trust Region"})]
    yield "train, convolutional", ["train", deck, "--force", "--output", folder / "images", *settings("convolutional", folder)]
    yield "evaluate", ["evaluate", run, folder / "points.h5"]
    yield "predict", ["predict", run, folder / "points.h5", folder / "predictions.h5"]
    yield "history", ["history", run]
    yield "an error", ["train", deck, "--output", folder / "other", *settings("dense", folder, **{"Network/Width": -1})]


def left(text):
    """Of all ranks: kind, how many were made, the places of those that are left."""
    found, kind = {name: [0, []] for name in KINDS}, None
    for line in text.splitlines():
        if line.startswith("  "):
            if not any(part in line for part in ALLOWED):
                found[kind][1].append(line.strip())
        else:
            kind, made, _ = line.split()
            found[kind][0] += int(made)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("library")
    parser.add_argument("--mpiexec", default="mpiexec")
    parser.add_argument("--ranks", type=int, default=2)
    arguments = parser.parse_args()
    failed = False
    print(f"| command, {arguments.ranks} ranks | " + " | ".join(KINDS) + " | left |\n|---|" + "---|" * (len(KINDS) + 1), flush=True)
    with tempfile.TemporaryDirectory(prefix="terrace-leaks-") as name:
        folder = pathlib.Path(name)
        write_data(folder)
        (folder / "deck.xml").write_text('<ParameterList name="attacked"/>\n')
        for title, command in commands(folder):
            counts = folder / "counts"
            counts.unlink(missing_ok=True)
            outcome = subprocess.run(
                [arguments.mpiexec, "-n", str(arguments.ranks), "-x", f"LD_PRELOAD={os.path.abspath(arguments.library)}",
                 "-x", f"TERRACE_MPI_LEAKS={counts}", arguments.program, *map(str, command)], capture_output=True, text=True,
                env=ENVIRONMENT, timeout=300)
            found = left(counts.read_text()) if counts.exists() else {}
            if not found or outcome.returncode != (2 if title == "an error" else 0):
                failed = True
                print(f"FAILED: {title}: status {outcome.returncode}: {outcome.stderr[-500:]}")
                continue
            places = [f"{kind}: {place}" for kind, (_, kept) in found.items() for place in kept]
            print(f"| {title} | " + " | ".join(str(made) for made, _ in found.values()) + f" | {len(places)} |", flush=True)
            for place in sorted(set(places)):
                print(f"FAILED: {title}: left {places.count(place)} times: {place}", flush=True)
            failed = failed or bool(places)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
