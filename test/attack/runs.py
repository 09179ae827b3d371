"""Runs of `terrace train` for the attacks of this folder: problems, what is left of a run, whether two are the same."""
import os
import pathlib
import signal
import subprocess
import sys
import time

try:
    import h5py
    import numpy
except ModuleNotFoundError as missing:
    print(f"SKIPPED: {missing}")
    sys.exit(77)

ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_odls_base_sigkill_timeout": "0"}
# A program without mpiexec starts no daemon of Open MPI. It then needs files of its own: Trainer.start().
ALONE = {"OMPI_MCA_ess_singleton_isolated": "1", "OMPI_MCA_btl": "self"}

DENSE = {"Network/Width": 6, "Network/Blocks": 16, "Network/Final Time": 2.0, "Levels/Number of Levels": 3,
         "Levels/Sample Fractions": "{1.0, 0.5, 0.5}", "Levels/Least Samples": 1, "Status Test/Work Limit": 150}
PROBLEMS = {
    # name: data set, ranks, settings
    "dense": ("points.h5", 1, DENSE),
    "dynamic": ("points.h5", 1, {**DENSE, "Sampling/Type": "Dynamic", "Sampling/Coarse Samples": "Redrawn"}),
    "two ranks": ("points.h5", 2, DENSE),
    "convolutional": ("images.h5", 1, {"Network/Type": "Convolutional", "Network/Stages/Channels": "{3, 5}",
                                       "Network/Stages/Blocks": "{2, 2}", "Status Test/Work Limit": 30}),
}


def write_data(folder):
    """Points with two classes, images with two classes."""
    random = numpy.random.default_rng(7)
    points = random.normal(size=(300, 2))
    images = random.normal(size=(120, 2 * 8 * 8))
    for name, inputs, labels, shape in (
            ("points.h5", points, (numpy.sin(3 * points[:, 0]) > points[:, 1]).astype(int), [2]),
            ("images.h5", images, (images[:, :64].sum(axis=1) > images[:, 64:].sum(axis=1)).astype(int), [2, 8, 8])):
        with h5py.File(folder / name, "w") as file:
            for part in ("train", "test"):
                file[f"{part}/inputs"], file[f"{part}/labels"] = inputs, labels
            file.attrs.update({"task": "classification", "classes": 2, "input_shape": shape})


class Trainer:
    """Starts runs of one problem in a folder."""

    def __init__(self, program, folder, problem, mpiexec="mpiexec", settings=None):
        data, self.ranks, deck = PROBLEMS[problem]
        self.folder, self.starts = pathlib.Path(folder), 0
        (self.folder / "deck.xml").write_text('<ParameterList name="attacked"/>\n')
        if not (self.folder / data).exists():
            write_data(self.folder)
        # A checkpoint whenever a twentieth of the time allows one.
        options = {"Data/File": self.folder / data, "Output/Progress": "false", "Output/Checkpoint Every": 1e-9,
                   **deck, **(settings or {})}
        self.command = [program, "train", str(self.folder / "deck.xml"),
                        *(f"--set={name}={value}" for name, value in options.items())]
        if self.ranks > 1:
            self.command = [mpiexec, "-n", str(self.ranks), *self.command]

    def start(self, run, *arguments, environment=None):
        self.starts += 1
        alone = {**ALONE, "OMPI_MCA_orte_tmpdir_base": str(self.folder / f"mpi{self.starts}")} if self.ranks == 1 else {}
        return subprocess.Popen([*self.command, "--output", str(run), *arguments], stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True, start_new_session=True,
                                env={**ENVIRONMENT, **alone, **(environment or {})})

    def finish(self, run, *arguments, environment=None, seconds=120):
        """Exit status and messages; the status is None if the run did not end in time."""
        process = self.start(run, *arguments, environment=environment)
        try:
            errors = process.communicate(timeout=seconds)[1]
        except subprocess.TimeoutExpired:
            kill_all(process)
            return None, "does not end"
        return process.returncode, errors.strip()

    def end_after_accident(self, run):
        """Ends a run as a user does: resumes it, or starts it again if there was no checkpoint yet. Returns what was done."""
        status, errors = self.finish(run, "--resume")
        if status == 0:
            return "resumed"
        if status == 2 and "has no checkpoint.h5 to resume from; the run in it is complete" in errors:
            return "was complete"
        if status == 2 and "has no checkpoint.h5 to resume from; without --resume a new run starts" in errors:
            status, errors = self.finish(run)
            if status == 0:
                return "started again"
        raise Defect(f"status {status}: {errors}; the directory has {listing(run)}")


class Defect(Exception):
    """A promise that was not kept."""


def descendants(process):
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                pass
    found = [process]
    for number in found:
        found += [child for child, parent in parents.items() if parent == number]
    return found


def kill_all(process):
    """SIGKILL to a process and all that it has started, at once."""
    for number in descendants(process.pid):
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            pass
    process.communicate()


def kill_after(process, seconds):
    """Whether the process was still alive then."""
    try:
        process.communicate(timeout=max(seconds, 0))
        return False
    except subprocess.TimeoutExpired:
        kill_all(process)
        return True


def listing(run):
    run = pathlib.Path(run)
    names = [str(path.relative_to(run)) for path in sorted(run.rglob("*"))] if run.is_dir() else []
    return names + [path.name for path in sorted(run.parent.glob(run.name + ".*"))]


def arrays(file):
    """All arrays of an HDF5 file but the seconds."""
    found = {}
    with h5py.File(file) as opened:
        opened.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return {name: value for name, value in found.items() if name != "seconds"}


def require_same(run, expected):
    """The model and the history, to the bit; and nothing else is left."""
    for name in ("history.h5", "model.h5"):
        ours, theirs = arrays(run / name), arrays(expected / name)
        if ours.keys() != theirs.keys():
            raise Defect(f"{name}: other arrays")
        for array, values in theirs.items():
            if ours[array].tobytes() != values.tobytes():
                raise Defect(f"{name}: {array} differs")
    left = left_beside(run)
    if left:
        raise Defect(f"{left} is left")


def left_beside(run):
    """What is in a run directory, or beside it, and does not belong there."""
    return sorted(set(listing(run)) - {"deck.xml", "history.h5", "model.h5", "summary.json", "checkpoint.h5"})


def seconds_of(work):
    start = time.monotonic()
    work()
    return time.monotonic() - start
