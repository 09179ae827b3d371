"""A file system that fails, call by call, and what becomes of a training run.

    file_faults.py PROGRAM LIBRARY [--kinds KILL FULL EIO READ SHORT HALF CUT] [--scenes start ...] [--stride 1]

LIBRARY (FaultyFiles.cpp) is preloaded. In turn each call by which a short run changes a file (READ: reads one) fails, or the process is
killed before it (KILL), the disk is full from there on (FULL), the call alone fails (EIO), it writes half of its bytes (SHORT) or reads
half of them (HALF, which is no error), or the file loses its second half before a read (CUT). The run must end in time, with
status 0 and the right result, or with status 1 and a line that says why (2 where an input cannot be read). Then the disk works again, and the run must end by --resume or a new start, or by --force where an old run is
replaced, with the bits of an undisturbed run. Prints a table; exits with 1 at any failure.
"""
import argparse
import collections
import os
import pathlib
import shutil
import sys
import tempfile

from runs import Defect, Trainer, left_beside, listing, require_same

SHORT = {"Status Test/Work Limit": 0, "Status Test/Iteration Limit": 4, "General/Output Level": 0}
KINDS = {"KILL": ("KILL", "change"), "FULL": ("FULL", "change"), "EIO": ("EIO", "change"), "READ": ("EIO", "read"),
         "SHORT": ("SHORT", "change"), "HALF": ("SHORT", "read"), "CUT": ("CUT", "read")} # fault, calls
NO_CHECKPOINTS = "--set=Output/Checkpoint Every=0"
SCENES = {"start": [], "empty": [NO_CHECKPOINTS], "resume": ["--resume"], "force": ["--force"],
          "force, no checkpoints": ["--force", NO_CHECKPOINTS]}


class Scene:
    """A directory as it is before the run: not there, empty, with a checkpoint, or with another run."""

    def __init__(self, arguments, folder, name):
        self.name, self.library, self.options = name, arguments.library, SCENES[name]
        self.folder, self.run, self.expected = folder, folder / "run", folder / "expected"
        self.before = folder / "before"
        self.trainer = Trainer(arguments.program, folder, "dense", settings=SHORT)
        self.require(self.trainer.finish(self.expected))
        if name == "resume":
            self.require(self.trainer.finish(self.before, "--set=Status Test/Iteration Limit=2"))
        if name == "empty":
            self.before.mkdir()
        if "--force" in self.options:
            self.require(self.trainer.finish(self.before, "--set=Network/Initial Guess/Seed=5", NO_CHECKPOINTS))

    @staticmethod
    def require(outcome):
        if outcome[0] != 0:
            raise RuntimeError(outcome[1])

    def reset(self):
        for left in self.folder.glob("run*"):
            shutil.rmtree(left)
        if self.before.exists():
            shutil.copytree(self.before, self.run)

    def environment(self, kind, at, count):
        """What tells the library its fault, and the file for the number of calls."""
        return {"TERRACE_FAULT_FOLDER": str(self.folder / "run"), "TERRACE_FAULT_AT": str(at), "TERRACE_FAULT_KIND": KINDS[kind][0],
                "TERRACE_FAULT_CALLS": KINDS[kind][1], "TERRACE_FAULT_COUNT": str(count)}

    def faulty(self, kind, at):
        """Runs with a fault at a call. Returns status, messages and the number of calls."""
        count = self.folder / "count"
        count.unlink(missing_ok=True)
        status, errors = self.trainer.finish(
            self.run, *self.options, environment={"LD_PRELOAD": self.library, **self.environment(kind, at, count)})
        calls = [int(line) for line in count.read_text().split()] if count.exists() else []
        return status, errors, max(calls, default=0)

    def calls(self, kind):
        self.reset()
        status, errors, calls = self.faulty(kind, 0)
        self.require((status, errors))
        require_same(self.run, self.expected)
        return calls

    def attack(self, kind, at):
        self.reset()
        status, errors, _ = self.faulty(kind, at)
        if kind == "KILL":
            if status != -9:
                raise Defect(f"status {status}: {errors}")
            return "killed, " + self.recover()
        said = all(line.startswith("terrace: ") for line in errors.splitlines())
        if kind == "HALF" and status != 0:
            raise Defect(f"the rest was not asked for again: status {status}: {errors}")
        if status == 0 and said and kind in ("EIO", "READ", "CUT") and left_beside(self.run):
            return "an empty folder stayed, " + self.recover() # it could not be removed; the next run does
        if status == 0 and said:
            require_same(self.run, self.expected)
            return "went on" if errors else "not noticed"
        if kind == "CUT" and status in (1, 2) and said and errors:
            self.reset() # what is lost outside is not the run's to bring back
            return f"status {status}, " + self.recover()
        if status == 1 and said and errors or kind == "READ" and status == 2 and said and errors:
            return f"status {status}, " + self.recover()
        raise Defect(f"status {status}: {errors}")

    def recover(self):
        if "--force" in self.options:
            self.require_some_run()
            status, errors = self.trainer.finish(self.run, "--force")
            if status != 0:
                raise Defect(f"--force: status {status}: {errors}; the directory has {listing(self.run)}")
            done = "replaced"
        else:
            done = self.trainer.end_after_accident(self.run)
        if self.name == "resume" and done == "started again":
            raise Defect("the checkpoint was lost")
        require_same(self.run, self.expected)
        return done

    def require_some_run(self):
        """The old run is whole, or the new one has a checkpoint or all its files, here or in a folder that the next run puts in place."""
        places = [self.run, *self.run.glob(".partial-*")]
        if not any((place / name).exists() for place in places for name in ("summary.json", "checkpoint.h5")):
            raise Defect(f"both runs are lost; the directory has {listing(self.run)}")


def sweep(arguments, scene_class, fault, call, chosen):
    """Attacks the calls chosen(calls) of each scene and kind, and prints the table. Returns the number of failures.

    fault, call: what the table and the failures name them.
    """
    failures = 0
    print(f"| scene | {fault} | {call}s | attacks | what became of the run | failures |\n|---|---|---|---|---|---|", flush=True)
    for name in arguments.scenes:
        with tempfile.TemporaryDirectory(prefix="terrace-faults-") as folder:
            scene = scene_class(arguments, pathlib.Path(folder), name)
            for kind in arguments.kinds:
                calls, outcomes, failed = scene.calls(kind), collections.Counter(), 0
                for at in chosen(calls):
                    try:
                        outcomes[scene.attack(kind, at)] += 1
                    except Defect as defect:
                        failed += 1
                        print(f"FAILED: {name}, {kind} at {call} {at} of {calls}: {defect}", flush=True)
                text = ", ".join(f"{n} {what}" for what, n in outcomes.most_common())
                print(f"| {name} | {kind} | {calls} | {sum(outcomes.values()) + failed} | {text} | {failed} |", flush=True)
                failures += failed
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("library")
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--scenes", nargs="+", default=list(SCENES), choices=list(SCENES))
    parser.add_argument("--stride", type=int, default=1, help="every n-th call")
    arguments = parser.parse_args()
    arguments.library = os.path.abspath(arguments.library)
    return 1 if sweep(arguments, Scene, "fault", "call", lambda calls: range(1, calls + 1, arguments.stride)) else 0


if __name__ == "__main__":
    sys.exit(main())
