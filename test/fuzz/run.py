"""Runs the fuzzers of the preset "fuzz" and prints a table of what they did.

    cmake --preset fuzz && cmake --build --preset fuzz
    run.py build/fuzz [--seconds 60] [--fuzzers Xml Deck ...] [--corpus FOLDER]

An input may be refused. A crash, a fault that a sanitizer sees, an exception that is no refusal, more than 5 s or more than 1 GiB is a
finding; it is left as FUZZER-crash-... in the current folder, and the status is 1. Findings inside HDF5 and libmatio are
counted, and the fuzzer begins again. The corpus (default: a new one,
made by corpus.py, with the findings of the past in test/fuzz/findings) grows in --corpus for later runs.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import corpus

LIBRARIES = ["libhdf5", "libmatio", "libprotobuf", "libzip", "libpng"]
FUZZERS = ["Xml", "Deck", "Assignment", "Table", "Idx", "Npy", "Arrays", "Matlab", "Dataset", "Model", "Checkpoint", "Study", "Png"]
LIMITS = ["-timeout=5", "-rss_limit_mb=1024", "-print_final_stats=1"]
# One allocation, in MB. libmatio and HDF5 ask for what a header says before we see it; memory that is used counts there.
ENVIRONMENT = {**os.environ, "LSAN_OPTIONS": f"suppressions={pathlib.Path(__file__).parent / 'leaks.supp'}:print_suppressions=0",
               "ASAN_OPTIONS": "allocator_may_return_null=1"}
ALLOCATION = {"Arrays": 16384, "Matlab": 16384, "Dataset": 16384, "Model": 16384, "Checkpoint": 16384}


def is_of_library(name, report):
    """Whether the innermost of our and their frames in a report is theirs. Memory that is used up has no frames: libmatio's
    allocations, whose shadow the sanitizer keeps, are what uses it."""
    if name == "Matlab" and "out-of-memory (used" in report:
        return True
    for line in report.splitlines():
        if re.match(r" *#\d+ ", line):
            if re.search("|".join(LIBRARIES), line):
                return True
            if "terrace::" in line and "terrace::fuzz" not in line:
                return False
    return False


def fuzz(program, folder, seconds, findings):
    """Inputs, edges that were reached, findings in libraries, findings of ours. Begins again after a finding in a library."""
    end, inputs, covered, theirs = time.monotonic() + seconds, 0, 0, 0
    while (left := int(end - time.monotonic())) > 0:
        command = [program, str(folder), *([str(findings)] if findings.is_dir() else []), *LIMITS, f"-max_total_time={left}",
                   f"-malloc_limit_mb={ALLOCATION.get(folder.name, 1024)}", f"-artifact_prefix={folder.name}-", f"-seed={theirs + 1}"]
        outcome = subprocess.run(command, capture_output=True, text=True, errors="replace", env=ENVIRONMENT)
        inputs += sum(map(int, re.findall(r"stat::number_of_executed_units: *(\d+)", outcome.stderr)))
        covered = max([covered, *map(int, re.findall(r"cov: (\d+)", outcome.stderr))])
        if outcome.returncode == 0:
            continue
        if not is_of_library(folder.name, outcome.stderr):
            print(outcome.stderr[-6000:], file=sys.stderr)
            return inputs, covered, theirs, 1
        theirs += 1
        for artifact in pathlib.Path().glob(f"{folder.name}-*-*"):
            artifact.unlink()
    return inputs, covered, theirs, 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=60, help="a fuzzer")
    parser.add_argument("--fuzzers", nargs="+", default=FUZZERS, choices=FUZZERS)
    parser.add_argument("--corpus", type=pathlib.Path)
    arguments = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory(prefix="terrace-fuzz-") as folder:
        place = arguments.corpus or pathlib.Path(folder)
        corpus.main(place)
        print("| fuzzer | inputs | edges reached | findings in libraries | findings |\n|---|---|---|---|---|", flush=True)
        for name in arguments.fuzzers:
            findings = pathlib.Path(__file__).parent / "findings" / name
            inputs, covered, theirs, ours = fuzz(arguments.build / "bin" / f"fuzz_{name}", place / name, arguments.seconds, findings)
            print(f"| {name} | {inputs} | {covered} | {theirs} | {ours} |", flush=True)
            failed = failed or ours > 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
