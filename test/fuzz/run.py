"""Runs the fuzzers of the preset "fuzz" and prints a table of what they did.

    cmake --preset fuzz && cmake --build --preset fuzz
    run.py build/fuzz [--seconds 60] [--fuzzers Xml Deck ...] [--corpus FOLDER]

An input may be refused. A crash, a fault that a sanitizer sees, an exception that is no refusal, more than 5 s or more than 1 GiB is a
finding; it is left as FUZZER-crash-... in the current folder, and the status is 1. The corpus (default: a new one,
made by corpus.py, with the findings of the past in test/fuzz/findings) grows in --corpus for later runs.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

import corpus

FUZZERS = ["Xml", "Deck", "Assignment", "Table", "Idx", "Npy", "Arrays", "Dataset"]
LIMITS = ["-timeout=5", "-rss_limit_mb=1024", "-print_final_stats=1"]
# One allocation, in MB. libmatio and HDF5 ask for what a header says before we see it; memory that is used counts there.
ALLOCATION = {"Arrays": 16384, "Dataset": 16384}


def fuzz(program, folder, seconds, findings):
    """Inputs, edges of the readers that were reached, and whether nothing was found."""
    command = [program, str(folder), *([str(findings)] if findings.is_dir() else []), *LIMITS, f"-max_total_time={seconds}",
               f"-malloc_limit_mb={ALLOCATION.get(folder.name, 1024)}",
               f"-artifact_prefix={folder.name}-"]
    outcome = subprocess.run(command, capture_output=True, text=True, errors="replace")
    inputs = re.search(r"stat::number_of_executed_units: *(\d+)", outcome.stderr)
    covered = re.findall(r"cov: (\d+)", outcome.stderr)
    if outcome.returncode != 0:
        print(outcome.stderr[-6000:], file=sys.stderr)
    return int(inputs[1]) if inputs else 0, covered[-1] if covered else "?", outcome.returncode == 0


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
        print("| fuzzer | inputs | edges reached | findings |\n|---|---|---|---|", flush=True)
        for name in arguments.fuzzers:
            findings = pathlib.Path(__file__).parent / "findings" / name
            inputs, covered, ok = fuzz(arguments.build / "bin" / f"fuzz_{name}", place / name, arguments.seconds, findings)
            print(f"| {name} | {inputs} | {covered} | {'none' if ok else '**one**'} |", flush=True)
            failed = failed or not ok
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
