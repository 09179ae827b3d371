"""Lines of the readers that a corpus reaches, by clang's counters.

    cmake --preset fuzz-coverage && cmake --build --preset fuzz-coverage
    coverage.py BUILD CORPUS [--fuzzers Npy ...]

CORPUS has a folder a fuzzer, as run.py --corpus leaves it; each is read once, and what all fuzzers together reach is counted. Prints a
table of our files, the least reached first. What the same files have for writing counts too and is not reached by readers.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from run import ENVIRONMENT, FUZZERS

ROOT = pathlib.Path(__file__).resolve().parents[2]
LLVM = os.environ.get("TERRACE_LLVM_VERSION", "14") # of the clang that built them


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("--fuzzers", nargs="+", default=FUZZERS, choices=FUZZERS)
    arguments = parser.parse_args()
    programs = [arguments.build.resolve() / "bin" / f"fuzz_{name}" for name in arguments.fuzzers]
    with tempfile.TemporaryDirectory(prefix="terrace-coverage-") as folder:
        counters = []
        for program, name in zip(programs, arguments.fuzzers):
            counters.append(f"{folder}/{name}")
            outcome = subprocess.run([program, "-runs=0", "-timeout=60", "-rss_limit_mb=0", arguments.corpus / name], capture_output=True, text=True,
                                     errors="replace", env={**ENVIRONMENT, "LLVM_PROFILE_FILE": counters[-1]})
            if outcome.returncode != 0:
                print(f"FAILED: {name}: {outcome.stderr[-1000:]}")
                return 1
        subprocess.run([f"llvm-profdata-{LLVM}", "merge", "-sparse", *counters, "-o", f"{folder}/all"], check=True)
        objects = [word for program in programs[1:] for word in ("-object", program)]
        exported = subprocess.run([f"llvm-cov-{LLVM}", "export", "-summary-only", f"-instr-profile={folder}/all", programs[0], *objects],
                                  check=True, capture_output=True, text=True)
    rows = []
    for file in json.loads(exported.stdout)["data"][0]["files"]:
        path = pathlib.Path(os.path.normpath(file["filename"]))
        if path.is_relative_to(ROOT) and not path.is_relative_to(ROOT / "test"):
            lines = file["summary"]["lines"]
            rows.append((lines["covered"] / max(lines["count"], 1), lines["covered"], lines["count"], path.relative_to(ROOT)))
    print("| file | lines reached | of |\n|---|---|---|")
    for share, covered, count, path in sorted(rows):
        print(f"| {path} | {100 * share:.0f} % | {count} |")
    covered, count = sum(row[1] for row in rows), sum(row[2] for row in rows)
    print(f"All: {covered} of {count} lines, {100 * covered / max(count, 1):.1f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
