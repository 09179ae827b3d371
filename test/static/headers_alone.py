"""Each public header compiles alone, included twice: it includes what it needs.

    headers_alone.py BUILD [PATTERN ...] [--jobs N] [--compiler g++]

BUILD has a compile_commands.json (cmake --preset release); a header gets the options of a unit of its package. A pattern
is a part of the header's path; default: all of packages/*/include.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Headers alone have no unit; these packages' units have what they need.
SUBSTITUTES = {"conformance": "test/conformance/"}


def options(build):
    """Include folders, definitions and options of one unit a package."""
    found = {}
    for command in json.loads((build / "compile_commands.json").read_text()):
        words = shlex.split(command["command"])
        keep = [word for i, word in enumerate(words) if word.startswith(("-I", "-D", "-std", "-isystem", "-W", "-f")) or
                words[i - 1] == "-isystem"]
        file = pathlib.Path(command["file"])
        if file.is_relative_to(ROOT):
            found.setdefault(str(file.relative_to(ROOT)), keep)
    return found


def compile_alone(compiler, header, flags):
    source = f'#include <{header}>\n#include <{header}>\n'
    outcome = subprocess.run([compiler, "-x", "c++", "-fsyntax-only", *flags, "-"], input=source, capture_output=True, text=True,
                             cwd=ROOT)
    return header, outcome.returncode, outcome.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("patterns", nargs="*", default=[""])
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--compiler", default="g++")
    arguments = parser.parse_args()
    known, work = options(arguments.build), []
    for path in sorted(ROOT.glob("packages/*/include/terrace/**/*.hpp")):
        package = path.relative_to(ROOT / "packages").parts[0]
        place = SUBSTITUTES.get(package, f"packages/{package}/")
        flags = next((flags for file, flags in known.items() if file.startswith(place)), None)
        if flags is not None and any(pattern in str(path) for pattern in arguments.patterns):
            own = ["-I", str(ROOT / "packages" / package / "include")]
            work.append((str(path.relative_to(ROOT / "packages" / package / "include")), flags + own))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for header, status, errors in pool.map(lambda item: compile_alone(arguments.compiler, *item), work):
            failed += status != 0
            if status != 0:
                print(f"FAILED: {header}\n{errors[:3000]}", flush=True)
    print(f"{len(work)} headers, {failed} that do not compile alone")
    return 1 if failed or not work else 0


if __name__ == "__main__":
    sys.exit(main())
