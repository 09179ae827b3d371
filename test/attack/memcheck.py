"""Runs each command once, small, under valgrind's memcheck: no invalid access, no value that was never set, nothing lost for good.

    memcheck.py PROGRAM [--commands train predict ...]

PROGRAM is built for any processor (preset "portable"): valgrind knows no AVX-512. Suppressed are faults of other people's libraries, in
memcheck.supp, with the reason. Prints a line a command; exits with 1 where memcheck found something.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

from runs import ALONE, DENSE, ENVIRONMENT, PROBLEMS, write_data

VALGRIND = ["valgrind", "--error-exitcode=99", "--leak-check=full", "--errors-for-leak-kinds=definite", "--num-callers=40",
            "--keep-debuginfo=yes", "--quiet", f"--suppressions={pathlib.Path(__file__).parent / 'memcheck.supp'}"]
STUDY = """<ParameterList name="study">
<ParameterList name="Data"><Parameter name="File" type="string" value="points.h5"/></ParameterList>
<Parameter name="Targets" type="Array(double)" value="{0.6}"/>
<ParameterList name="Status Test"><Parameter name="Iteration Limit" type="int" value="1"/></ParameterList>
<ParameterList name="Solvers"><ParameterList name="ours"/></ParameterList></ParameterList>
"""


def settings(problem, **more):
    limits = {"Status Test/Work Limit": 0, "Status Test/Iteration Limit": 2, "Network/Blocks": 4, "Output/Progress": "false"}
    deck = {**(DENSE if problem == "dense" else PROBLEMS[problem][2]), **limits, **more}
    if problem == "convolutional":
        del deck["Network/Blocks"]
    return [f"--set=Data/File={PROBLEMS[problem][0]}", *(f"--set={name}={value}" for name, value in deck.items())]


def commands():
    """In an order in which each has what it reads."""
    yield "data make", ["data", "make", "spiral", "spiral.h5"]
    yield "data info", ["data", "info", "points.h5"]
    yield "data convert", ["data", "convert", "table.csv", "table.h5", "--label", "class"]
    yield "parameters", ["parameters"]
    yield "help", ["train", "--help"]
    yield "train", ["train", "deck.xml", "--output", "run", *settings("dense")]
    yield "resume", ["train", "deck.xml", "--output", "run", "--resume", *settings("dense", **{"Status Test/Iteration Limit": 3})]
    yield "train Adam", ["train", "deck.xml", "--output", "adam", *settings("dense", **{"Step/Type": "Adam"})]
    yield "train dynamic", ["train", "deck.xml", "--output", "dynamic", *settings("dynamic")]
    yield "train convolutional", ["train", "deck.xml", "--output", "images", *settings("convolutional")]
    yield "evaluate", ["evaluate", "run", "points.h5"]
    yield "predict", ["predict", "run", "points.h5", "predictions.csv"]
    yield "history", ["history", "run"]
    for name in ("model.onnx", "model.npz", "model.h"):
        yield f"export {name}", ["export", "run", name]
    yield "import", ["import", "model.onnx", "imported.h5"]
    yield "compare", ["compare", "study.xml", "--output", "study"]
    yield "report", ["report", "run", "-o", "report.html"]
    yield "a wrong deck", ["train", "wrong.xml"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--commands", nargs="+", help="default: all")
    arguments = parser.parse_args()
    failures = 0
    with tempfile.TemporaryDirectory(prefix="terrace-memcheck-") as name:
        folder = pathlib.Path(name)
        write_data(folder)
        (folder / "deck.xml").write_text('<ParameterList name="checked"/>\n')
        (folder / "wrong.xml").write_text('<ParameterList name="checked"><Parameter name="Widht" type="int" value="1"/>\n')
        (folder / "table.csv").write_text("a,b,class\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n")
        (folder / "study.xml").write_text(STUDY)
        for title, command in commands():
            if arguments.commands and title not in arguments.commands:
                continue
            outcome = subprocess.run([*VALGRIND, os.path.abspath(arguments.program), *command], capture_output=True, text=True, cwd=folder,
                                     env={**ENVIRONMENT, **ALONE, "OMPI_MCA_orte_tmpdir_base": str(folder / "mpi")}, timeout=3600)
            expected = 2 if title == "a wrong deck" else 0
            clean = outcome.returncode == expected and "== " not in outcome.stderr
            failures += not clean
            print(f"{title}: " + ("clean" if clean else f"FAILED, status {outcome.returncode}\n{outcome.stderr[:6000]}"), flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
