"""Kills training runs at random moments and holds what they end with against runs that nobody disturbed.

    kill_and_resume.py PROGRAM [--kills 400] [--seed 1] [--problems dense dynamic ...] [--mpiexec mpiexec]

A run is killed (SIGKILL to all its processes) one to three times: at any moment of its life, or within a few hundredths of a second of
its end. Then it is resumed, or started again where there was no checkpoint yet, as a user would. Model and
history must be the bits of an undisturbed run, and no other file may be left. Prints a table; exits with 1 at any failure.
"""
import argparse
import pathlib
import random
import shutil
import sys
import tempfile

from runs import PROBLEMS, Defect, Trainer, kill_after, require_same, seconds_of


class Attack:
    """The kills of one problem."""

    def __init__(self, arguments, folder, problem):
        self.trainer = Trainer(arguments.program, folder, problem, arguments.mpiexec)
        self.random = random.Random(f"{problem} {arguments.seed}")
        self.run, self.expected = folder / "run", folder / "undisturbed"
        self.counts = dict.fromkeys(("runs", "kills", "resumed", "started again", "was complete"), 0)
        self.failures = []
        # The first of two: files that are read have been read before.
        self.seconds = min(seconds_of(self.undisturbed) for _ in range(2))

    def undisturbed(self):
        shutil.rmtree(self.expected, ignore_errors=True)
        status, errors = self.trainer.finish(self.expected)
        if status != 0:
            raise RuntimeError(errors)

    def moment(self):
        if self.random.random() < 0.3:
            return self.random.uniform(0.85, 1.1) * self.seconds
        return self.random.uniform(0, 1) * self.seconds

    def attack(self):
        """One run that is killed and ended."""
        shutil.rmtree(self.run, ignore_errors=True)
        self.counts["runs"] += 1
        for attempt in range(self.random.randint(1, 3)):
            resumes = attempt > 0 and (self.run / "checkpoint.h5").exists()
            process = self.trainer.start(self.run, *(["--resume"] if resumes else []))
            self.counts["kills"] += kill_after(process, self.moment())
            if process.returncode == 0 or (self.run / "summary.json").exists():
                break
        self.counts[self.trainer.end_after_accident(self.run)] += 1
        require_same(self.run, self.expected)

    def go(self, kills):
        while self.counts["kills"] < kills:
            try:
                self.attack()
            except Defect as defect:
                self.failures.append(str(defect))
                print(f"FAILED after {self.counts['kills']} kills: {defect}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=400, help="in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--problems", nargs="+", default=list(PROBLEMS), choices=list(PROBLEMS))
    parser.add_argument("--mpiexec", default="mpiexec")
    arguments = parser.parse_args()
    failures = 0
    print("| problem | seconds | runs | kills | resumed | started again | was complete | failures |\n"
          "|---|---|---|---|---|---|---|---|", flush=True)
    for problem in arguments.problems:
        with tempfile.TemporaryDirectory(prefix="terrace-kill-") as folder:
            attack = Attack(arguments, pathlib.Path(folder), problem)
            attack.go(-(-arguments.kills // len(arguments.problems)))
            counts = " | ".join(map(str, attack.counts.values()))
            print(f"| {problem} | {attack.seconds:.2f} | {counts} | {len(attack.failures)} |", flush=True)
            failures += len(attack.failures)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
