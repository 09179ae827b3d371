"""clang-tidy with the checks of .clang-tidy over units of a build; every finding is an error.

    tidy.py BUILD [PATTERN ...] [--jobs N]

BUILD has a compile_commands.json (cmake --preset release). A pattern is a part of a unit's path, such as src/ or
packages/dataset/; default: UNITS, those that do not instantiate ROL or kernels and take seconds each. `tidy.py BUILD .` takes them all.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNITS = ["packages/parameters/", "packages/dataset/", "packages/model/", "src/arrays/", "src/compare/", "src/deck/", "src/exchange/",
         "src/images/", "src/io/", "src/manual/", "src/models/", "src/report/", "src/run/", "src/commands/"]


def units(build, patterns):
    commands = json.loads((build / "compile_commands.json").read_text())
    files = sorted({command["file"] for command in commands if command["file"].startswith(str(ROOT))})
    inside = [file for file in files if not file.startswith(str(build))]
    return [file for file in inside if any(pattern in str(pathlib.Path(file).relative_to(ROOT)) or pattern == "." for pattern in patterns)]


def tidy(build, file):
    """The findings in a unit and in our headers that it includes."""
    outcome = subprocess.run(["clang-tidy", "-p", str(build), "--quiet", "--warnings-as-errors=*", file], capture_output=True,
                             text=True, cwd=ROOT)
    return file, outcome.returncode, outcome.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("patterns", nargs="*", default=UNITS)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    build, failed, seen = arguments.build.resolve(), 0, set()
    chosen = units(build, arguments.patterns)
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for file, status, text in pool.map(lambda file: tidy(build, file), chosen):
            failed += status != 0
            if status != 0 and text not in seen: # a finding in a header comes with each unit
                print(text, flush=True)
            seen.add(text)
    print(f"{len(chosen)} units, {failed} with findings")
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
