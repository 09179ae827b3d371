"""A run of very many iterations: memory, open files and the time of an iteration must not grow.

    long_run.py PROGRAM [--iterations 100000] [--solver Adam]

Trains a tiny network with checkpoints on, and looks at the process meanwhile. Prints what it had after a tenth and at the end, and
the time of a row in the first and the last tenth of the history; exits with 1 if a row takes 1.5 times
the time, there are more files, or memory has grown by more than the rows of the history need.
"""
import argparse
import pathlib
import sys
import tempfile
import time

import h5py
import numpy

from runs import Trainer, seconds_of

TINY = {"Network/Width": 2, "Network/Blocks": 2, "Levels/Number of Levels": 1, "Levels/Sample Fractions": "{1.0}",
        "Data/Training Samples": 32, "Status Test/Work Limit": 0, "Status Test/Gradient Tolerance": 0, "Status Test/Step Tolerance": 0,
        "General/Output Level": 0, "Output/Metrics Every": 0, "Output/Checkpoint Every": 1}
ROW_BYTES = 1000  # generous: a row of the history in memory, and its copy in a checkpoint that is written


def look(process):
    """Seconds, memory in MB, open files."""
    place = pathlib.Path(f"/proc/{process.pid}")
    status = dict(line.split(":", 1) for line in (place / "status").read_text().splitlines())
    return time.monotonic(), int(status["VmRSS"].split()[0]) / 1024, len(list((place / "fd").iterdir()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--iterations", type=int, default=100000)
    parser.add_argument("--solver", default="Adam", help="one that does not come to an end")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="terrace-long-") as folder:
        settings = {**TINY, "Status Test/Iteration Limit": arguments.iterations, "Step/Type": arguments.solver}
        trainer = Trainer(arguments.program, folder, "dense", settings=settings)
        run = pathlib.Path(folder) / "run"
        process, looks = trainer.start(run), []
        while process.poll() is None:
            try:
                looks.append(look(process))
            except (OSError, KeyError):
                break
            time.sleep(0.2)
        if process.wait() != 0:
            print(process.stderr.read())
            return 1
        with h5py.File(run / "history.h5") as file:
            seconds = numpy.sort(file["seconds"][()])
        size = (run / "history.h5").stat().st_size
        read = seconds_of(lambda: trainer.finish(run, "--resume"))
    rows, tenth = len(seconds), len(seconds) // 10
    first, last = (seconds[tenth] - seconds[0]) / tenth, (seconds[-1] - seconds[-1 - tenth]) / tenth
    early, late = looks[max(len(looks) // 10, 5)], looks[-2]
    print(f"{rows} rows in {looks[-1][0] - looks[0][0]:.1f} s; microseconds a row: first tenth {1e6 * first:.0f}, last tenth {1e6 * last:.0f}; "
          f"memory in MB: {early[1]:.0f} after a tenth, {late[1]:.0f} at the end; open files: {early[2]}, {late[2]}; "
          f"history.h5: {size / rows:.0f} bytes a row; a resumption takes {read:.1f} s")
    grows = late[1] - early[1] > 10 + rows * ROW_BYTES / 2**20 or late[2] > early[2] + 2 or last > 1.5 * first
    if grows:
        print("FAILED: something grows")
    return 1 if grows else 0


if __name__ == "__main__":
    sys.exit(main())
