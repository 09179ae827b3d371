"""Lines and branches of each package that the tests of a build have reached, by gcov.

    cmake --preset coverage && cmake --build --preset coverage && ctest --preset coverage
    coverage.py BUILD [--files]

Prints a table of the packages and folders of the program, and the files of which less than half of the lines ran; with --files all of them.
A line or branch of a header counts once, whatever units include it.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def reports(build):
    """What gcov says about each unit."""
    for counters in sorted(build.rglob("*.gcda")):
        outcome = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities", counters], capture_output=True, cwd=build, check=True)
        for line in outcome.stdout.splitlines():
            yield json.loads(line)


def home(path):
    """packages/dataset, src/io: the folder that a file is counted in."""
    return "/".join(path.parts[:2]) if len(path.parts) > 2 else path.parts[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--files", action="store_true")
    arguments = parser.parse_args()
    lines, branches = collections.defaultdict(dict), collections.defaultdict(dict)
    for report in reports(arguments.build.resolve()):
        for file in report["files"]:
            path = (pathlib.Path(report["current_working_directory"]) / file["file"]).resolve()
            if not path.is_relative_to(ROOT) or not path.relative_to(ROOT).parts[0] in ("packages", "src"):
                continue
            path = path.relative_to(ROOT)
            for line in file["lines"]:
                number = line["line_number"]
                lines[path][number] = lines[path].get(number, 0) + line["count"]
                for index, branch in enumerate(line["branches"]):
                    if not branch["throw"]: # what only an exception takes
                        place = number, index
                        branches[path][place] = branches[path].get(place, 0) + branch["count"]
    if not lines:
        print("FAILED: no counters; build the preset coverage and run its tests first")
        return 1
    print("| package | lines | of | branches | of |\n|---|---|---|---|---|")

    def row(title, paths):
        counts = []
        for table in (lines, branches):
            every = [count for path in paths for count in table[path].values()]
            counts += [f"{100 * sum(count > 0 for count in every) / max(len(every), 1):.1f} %", str(len(every))]
        return f"| {title} | " + " | ".join(counts) + " |"

    for place in sorted({home(path) for path in lines}):
        print(row(place, [path for path in lines if home(path) == place]))
    print(row("all", list(lines)))
    for path in sorted(lines):
        share = sum(count > 0 for count in lines[path].values()) / max(len(lines[path]), 1)
        if arguments.files or share < 0.5:
            print(row(path, [path]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
