"""Memory that ends, at one allocation after the other, and what becomes of a training run.

    memory_faults.py PROGRAM LIBRARY [--attacks 200] [--seed 1] [--scenes start resume force] [--kinds ONCE FROM]

LIBRARY (FaultyMemory.cpp) is preloaded: an allocation fails (ONCE), or all of 4 KB and more from one on (FROM). A run makes hundreds of
thousands of them, so the first of each ten and then random ones are attacked. The run must end in time, with status 0 and the right result,
or with status 1 and a line that says why. Then it must end as after any accident, with the bits of an undisturbed run. Prints a
table; exits with 1 at any failure.
"""
import argparse
import os
import random
import sys

from file_faults import Scene, sweep
from runs import Defect, require_same

LEAST = {"ONCE": 1, "FROM": 4096}


class MemoryScene(Scene):
    def environment(self, kind, at, count):
        return {"TERRACE_MEMORY_AT": str(at), "TERRACE_MEMORY_KIND": kind, "TERRACE_MEMORY_BYTES": str(LEAST[kind]),
                "TERRACE_MEMORY_COUNT": str(count)}

    def attack(self, kind, at):
        self.reset()
        status, errors, _ = self.faulty(kind, at)
        said = all(line.startswith("terrace: ") for line in errors.splitlines())
        if status == 0 and said:
            require_same(self.run, self.expected)
            return "not noticed"
        if status == 1 and said and errors:
            return ("out of memory, " if "memory" in errors else "another reason, ") + self.recover()
        raise Defect(f"status {status}: {errors}")


def moments(calls, attacks, seed):
    """Numbers of allocations: half in growing distances from the first, half at random."""
    chosen, distance, at = set(), 1.0, 1.0
    while len(chosen) < min(attacks // 2, calls):
        chosen.add(int(at) % calls + 1)
        distance *= max(calls, 2) ** (2 / max(attacks, 2))
        at += distance
    generator = random.Random(seed)
    while len(chosen) < min(attacks, calls):
        chosen.add(generator.randint(1, calls))
    return sorted(chosen)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("library")
    parser.add_argument("--attacks", type=int, default=200, help="of a scene and kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenes", nargs="+", default=["start", "resume", "force"])
    parser.add_argument("--kinds", nargs="+", default=list(LEAST), choices=list(LEAST))
    arguments = parser.parse_args()
    arguments.library = os.path.abspath(arguments.library)
    return 1 if sweep(arguments, MemoryScene, "memory", "allocation",
                      lambda calls: moments(calls, arguments.attacks, arguments.seed)) else 0


if __name__ == "__main__":
    sys.exit(main())
