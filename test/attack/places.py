"""Places where a run cannot be, or is not alone: what the program says, and that nothing is lost.

    places.py PROGRAM [--starts 8] [--rounds 10] [--mpiexec mpiexec] [--clock LIBRARY]

Several runs start in one directory at the same moment; a directory is read-only; a file may not become large (ulimit -f); one
of two ranks is killed; a file of a run is cut short; clocks jump (LIBRARY is JumpingClock.cpp's). Each attack prints a line; exits with 1 at any failure.
"""
import argparse
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from runs import ENVIRONMENT, Defect, Trainer, descendants, h5py, kill_all, listing, numpy, require_same

SHORT = {"Status Test/Work Limit": 0, "Status Test/Iteration Limit": 4, "General/Output Level": 0}
NOBODY = 65534
ATTACKS = ["together", "read_only", "limited", "lost_rank", "cut_short", "clocks"]


def require(condition, text):
    if not condition:
        raise Defect(text)


def is_alive(process):
    """Not gone, and no zombie that nobody has waited for."""
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def end_within(processes, seconds):
    end = time.monotonic() + seconds
    while any(map(is_alive, processes)) and time.monotonic() < end:
        time.sleep(0.05)
    return not any(map(is_alive, processes))


class Places:
    def __init__(self, arguments, folder):
        self.arguments, self.folder, self.run = arguments, folder, folder / "run"
        self.trainer = Trainer(arguments.program, folder, "dense", settings=SHORT)
        self.expected = folder / "expected"
        require(self.trainer.finish(self.expected)[0] == 0, "the undisturbed run failed")

    def reset(self):
        for left in self.folder.glob("run*"):
            shutil.rmtree(left)

    def started_together(self, *options):
        """Of the runs that start in one directory at once, one ends; the others say that the place is taken. Without --force
        one at most may succeed; nothing is mixed."""
        processes = [self.trainer.start(self.run, *options) for _ in range(self.arguments.starts)]
        outcomes = [(process.communicate(timeout=120)[1].strip(), process.returncode) for process in processes]
        for errors, status in outcomes:
            known = "is in use by process" in errors or "exists and is not empty" in errors
            require(status == 0 or (status in (1, 2) and known), f"status {status}: {errors}")
        require(any(status == 0 for _, status in outcomes), "no run succeeded")
        if not options:
            require(sum(status == 0 for _, status in outcomes) == 1, "more than one run succeeded")
        require_same(self.run, self.expected)

    def together(self):
        for _ in range(self.arguments.rounds):
            self.reset()
            self.started_together()
            self.started_together("--force")
        return f"{2 * self.arguments.rounds} rounds of {self.arguments.starts} runs"

    def read_only(self):
        """A folder that this user may not write. Root may write everywhere, so root asks as nobody."""
        self.reset()
        place = self.folder / "run_only"
        place.mkdir()
        os.chmod(self.folder, 0o755)
        os.chmod(place, 0o555)
        for path in self.folder.iterdir():
            if path.is_file():
                os.chmod(path, 0o644)
        command = [*self.trainer.command, "--output", str(place / "run")]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", *command]
        outcome = subprocess.run(command, capture_output=True, text=True, env={**ENVIRONMENT, "TMPDIR": "/tmp", "HOME": "/"}, timeout=60)
        require(outcome.returncode == 2 and "cannot be made (Permission denied)" in outcome.stderr,
                f"status {outcome.returncode}: {outcome.stderr}")
        require(not list(place.iterdir()), "something was left")
        return "refused before the work"

    def limited(self):
        """ulimit -f, in bytes: files of this size and above cannot be written."""
        for limit in (0, 100, 5000, 20000):
            self.reset()
            outcome = subprocess.run(
                [*self.trainer.command, "--output", str(self.run)], capture_output=True, text=True, env=ENVIRONMENT, timeout=60,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
            said = outcome.stderr.strip()
            if outcome.returncode == 0:
                continue
            require(outcome.returncode == 1 and "File too large" in said, f"limit {limit}: status {outcome.returncode}: {said}")
            self.trainer.end_after_accident(self.run)
            require_same(self.run, self.expected)
        return "said, and ended later"

    def lost_rank(self):
        """One of two ranks is killed: the other does not wait for it, and the run resumes."""
        with tempfile.TemporaryDirectory(prefix="terrace-ranks-") as folder:
            trainer = Trainer(self.arguments.program, folder, "two ranks", self.arguments.mpiexec)
            run, expected = pathlib.Path(folder) / "run", pathlib.Path(folder) / "expected"
            require(trainer.finish(expected)[0] == 0, "the undisturbed run failed")
            for rank in range(4):
                shutil.rmtree(run, ignore_errors=True)
                process = trainer.start(run)
                ranks = []
                while len(ranks) < 2 and process.poll() is None:
                    ranks = [n for n in descendants(process.pid)[1:] if b"terrace" in pathlib.Path(f"/proc/{n}/cmdline").read_bytes()]
                time.sleep(0.3 + 0.1 * rank)
                if process.poll() is None and is_alive(ranks[rank % 2]):
                    os.kill(ranks[rank % 2], signal.SIGKILL)
                    try:
                        process.communicate(timeout=30)
                    except subprocess.TimeoutExpired as late:
                        kill_all(process)
                        raise Defect("the other rank still runs after 30 s") from late
                    require(process.returncode != 0, "status 0 without a rank")
                    require(end_within(ranks, 5), "a rank is left")
                trainer.end_after_accident(run)
                require_same(run, expected)
        return "4 ranks"

    def cut_short(self):
        """Each file of a run, cut at several places: refused with one line."""
        cuts = 0
        for name, command in (("checkpoint.h5", "train"), ("model.h5", "evaluate"), ("history.h5", "history"),
                              ("summary.json", "report")):
            whole = (self.expected / name).read_bytes()
            for share in (0, 1e-3, 0.1, 0.5, 0.9, 1 - 2 / len(whole)):
                self.reset()
                shutil.copytree(self.expected, self.run)
                (self.run / name).write_bytes(whole[:int(share * len(whole))])
                if command == "train":
                    status, errors = self.trainer.finish(self.run, "--resume")
                else:
                    outcome = subprocess.run(
                        [self.arguments.program, command, str(self.run), *([str(self.folder / "points.h5")] if command == "evaluate" else []),
                         *(["-o", str(self.folder / "run.html")] if command == "report" else [])],
                        capture_output=True, text=True, env=ENVIRONMENT, timeout=60)
                    status, errors = outcome.returncode, outcome.stderr.strip()
                require(status == 2 and errors.startswith("terrace: ") and "\n" not in errors,
                        f"{name} cut at {share}: status {status}: {errors}")
                cuts += 1
        return f"{cuts} files"

    def clocks(self):
        """Bits do not depend on clocks; seconds of the history do not go back, and are those that have passed."""
        if self.arguments.clock is None:
            return "skipped: no --clock"
        for kind in ("BACK", "AHEAD", "RANDOM", "ASLEEP"):
            self.reset()
            start = time.monotonic()
            status, errors = self.trainer.finish(self.run, environment={
                "LD_PRELOAD": os.path.abspath(self.arguments.clock), "TERRACE_CLOCK": kind})
            passed = time.monotonic() - start + (3600 if kind == "ASLEEP" else 0)
            # Open MPI says so where it finds the processor's clock at odds with this one.
            others = [line for line in errors.splitlines() if line and "RTC timebase" not in line]
            require(status == 0 and not others, f"{kind}: status {status}: {errors}")
            require_same(self.run, self.expected)
            with h5py.File(self.run / "history.h5") as file:
                seconds = file["seconds"][()]
            require((numpy.diff(seconds) >= 0).all() and 0 <= seconds[0] and seconds[-1] <= passed, f"{kind}: seconds {seconds}")
        return "4 kinds of jumps"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--starts", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--mpiexec", default="mpiexec")
    parser.add_argument("--clock")
    parser.add_argument("--attacks", nargs="+", default=ATTACKS, choices=ATTACKS)
    arguments = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory(prefix="terrace-places-") as folder:
        places = Places(arguments, pathlib.Path(folder))
        for attack in arguments.attacks:
            try:
                print(f"{attack}: {getattr(places, attack)()}", flush=True)
            except Defect as defect:
                failed = True
                print(f"FAILED: {attack}: {defect}; the directory has {listing(places.run)}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
