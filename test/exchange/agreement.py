"""Networks of every kind leave the program and give the same outputs elsewhere.

    agreement.py PROGRAM [--decks] [--only TEXT]

Trains a network of each kind for a moment (--decks: of each deck in data/decks, those of images on random ones; --only:
those whose name has this text), exports it in each format and compares with `terrace predict`: the Python package,
onnxruntime and PyTorch where Python has them (else the column says SKIPPED), the C header by the C compiler
(cc), and the model that comes back by `terrace import`, whose predictions must be the same bits in double
precision. Then networks that PyTorch wrote (data/) arrive. Prints a table of the largest differences relative to
the largest output; exits with 1 if one is above its bound.
"""
import argparse
import ctypes
import dataclasses
import importlib.util
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy
except ModuleNotFoundError as missing:
    print(f"SKIPPED: {missing}")
    sys.exit(77)

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "python"))
import terrace  # noqa: E402

# Relative to the largest output.
BOUND = {"double": 1e-12, "single": 1e-6}
# In single precision numbers and states are rounded to 6e-8 of their size, and all that is behind them multiplies
# these errors, some networks a lot. NumPy in single precision shows how much. Errors are random, hence the factor.
LIKE_NUMPY = 10
SAMPLES = 64


def write_data(path, inputs, values, **attributes):
    """A data set of random inputs; values are labels or targets."""
    with h5py.File(path, "w") as file:
        for part in ("train", "test"):
            file[f"{part}/inputs"] = inputs
            file[f"{part}/{'labels' if values.ndim == 1 else 'targets'}"] = values
        file.attrs.update({"task": "classification" if values.ndim == 1 else "regression",
                           "input_shape": [inputs.shape[1]], **attributes})


def make_data(folder):
    """Points with classes, points with positive targets, images with classes."""
    random = numpy.random.default_rng(7)
    x = random.normal(size=(SAMPLES, 5)) * [1, 10, 0.1, 1, 1] + [0, 3, 0, 0, 4]
    write_data(folder / "points.h5", x, (x[:, 0] > 0).astype(int) + (x[:, 1] > 3),
               classes=3, class_names=["left", "ä \"quoted\"", "日本"])
    targets = numpy.exp(numpy.stack([numpy.sin(x[:, 0]) + x[:, 1] / 10, 20 * x[:, 2]], axis=1))
    write_data(folder / "field.h5", x, targets, target_names=["flux", "heat"])
    images = random.normal(size=(SAMPLES, 2 * 8 * 4))
    write_data(folder / "images.h5", images, (images.sum(axis=1) > 0).astype(int),
               classes=2, input_shape=[2, 8, 4])


def cases():
    """Name, data set, assignments to the deck."""
    wide = {"Network/Width": 6, "Network/Blocks": 4}
    for activation in ("Tanh", "ReLU", "SmoothReLU", "Sigmoid", "Identity"):
        yield f"{activation}, linear lift", "points.h5", {**wide, "Network/Activation": activation,
                                                          "Data/Input Normalization": "Standard"}
    for activation in ("SmoothReLU", "Identity"):
        yield f"{activation}, activated lift", "points.h5", {**wide, "Network/Activation": activation,
                                                             "Network/Lift": "Activated",
                                                             "Data/Input Normalization": "Unit Range"}
    yield "identity lift, padded", "points.h5", {**wide, "Network/Lift": "Identity"}
    yield "identity lift, no padding", "points.h5", {**wide, "Network/Lift": "Identity", "Network/Width": 5}
    yield "least squares of classes", "points.h5", {**wide, "Network/Loss": "Least Squares"}
    yield "64 blocks", "points.h5", {"Network/Width": 10, "Network/Blocks": 64,
                                     "Data/Input Normalization": "Standard"}
    yield "three stages", "points.h5", {"Network/Stages/Widths": "{8, 6, 4}",
                                        "Network/Stages/Blocks": "{4, 2, 4}",
                                        "Network/Stages/Final Times": "{3.0, 1.0, 2.0}"}
    regression = {**wide, "Network/Loss": "Least Squares"}
    yield "regression", "field.h5", regression
    yield "regression of logarithms", "field.h5", {**regression, "Data/Target Normalization": "Logarithm"}
    yield "single sweeps", "field.h5", {**regression, "Network/Sweep Precision": "Single"}
    for block in ("Single", "Symmetric"):
        for lift in ("Linear", "Activated", "Identity"):
            yield f"images, {block}, {lift}", "images.h5", {
                "Network/Type": "Convolutional", "Network/Block": block, "Network/Lift": lift,
                "Network/Activation": "SmoothReLU" if lift == "Activated" else "Tanh",
                "Network/Stages/Channels": "{3, 5, 4}", "Network/Stages/Blocks": "{2, 2, 2}",
                "Data/Input Normalization": "Standard"}
    for block in ("Basic", "Bottleneck"):
        for groups in (0, 1, 2):
            yield f"images, {block}, {groups} groups" if groups else f"images, {block}", "images.h5", {
                "Network/Type": "Convolutional", "Network/Block": block,
                "Network/Normalization": "Group" if groups else "None", "Network/Normalization Groups": max(groups, 1),
                "Network/Activation": ("Tanh", "ReLU", "SmoothReLU")[groups],
                "Network/Lift": ("Linear", "Activated", "Identity")[groups],
                "Network/Stages/Channels": "{8, 8, 16}", "Network/Stages/Blocks": "{2, 2, 2}",
                "Data/Input Normalization": "Standard"}
        yield f"images, {block}, batch", "images.h5", {
            "Network/Type": "Convolutional", "Network/Block": block, "Network/Normalization": "Ghost Batch",
            "Network/Activation": "ReLU", "Network/Stages/Channels": "{8, 8, 16}",
            "Network/Stages/Blocks": "{2, 2, 2}", "Data/Input Normalization": "Channel"}


DECKS = pathlib.Path(__file__).parents[2] / "data" / "decks"


def deck_cases(program, folder):
    """The same of the decks that ship, with the data that they name; images are random."""
    def make(generator, file, *options):
        subprocess.run([program, "data", "make", generator, folder / file, *options], check=True, capture_output=True)

    make("spiral", "spiral.h5")
    few = ("--train", "64", "--test", "64", "--cells", "8")
    make("diffusion-convection-reaction", "dcr.h5", *few)
    make("neutron-diffusion", "neutrons.h5", *few, "--jacobians")
    random = numpy.random.default_rng(8)
    for file, shape in (("images.h5", [1, 28, 28]), ("cifar-10.h5", [3, 32, 32])):
        images = random.normal(size=(8, numpy.prod(shape)))
        write_data(folder / file, images, numpy.arange(8), classes=8, input_shape=shape)
    for deck in sorted(DECKS.glob("*.xml")):
        file = pathlib.Path(re.search(r'"File"\s+type="string"\s+value="(.*?)"', deck.read_text()).group(1)).name
        yield deck.name, file, {"Data/Training Samples": 0,
                               "Status Test/Work Limit": 2 if file == "cifar-10.h5" else 20}, deck


class Exchange:
    """One network in all formats."""

    def __init__(self, program, folder, number):
        self.program, self.folder = program, folder
        self.run_folder = folder / f"run{number}"
        self.base = folder / f"net{number}"

    def terrace(self, *arguments):
        outcome = subprocess.run([self.program, *map(str, arguments)], capture_output=True, text=True)
        if outcome.returncode != 0:
            raise RuntimeError(f"terrace {' '.join(map(str, arguments))}: {outcome.stderr}")
        return outcome.stdout

    def train(self, data, assignments, deck=None):
        if deck is None:
            deck = self.folder / "deck.xml"
            deck.write_text('<ParameterList name="Inputs">\n</ParameterList>\n')
        options = {"Data/File": data, "Status Test/Work Limit": 6, "Output/Progress": "false", **assignments}
        arguments = [f"--set={name}={value}" for name, value in options.items()]
        self.terrace("train", deck, *arguments, "--output", self.run_folder)
        self.data = data
        with h5py.File(data) as file:
            self.inputs = file["test/inputs"][()]
            self.shape = file.attrs["input_shape"]
        self.expected = self.predict(self.run_folder)

    def predict(self, model):
        outputs = self.base.with_suffix(".out.h5")
        self.terrace("predict", model, self.data, outputs)
        with h5py.File(outputs) as file:
            return {name: file[name][()] for name in file}

    def difference(self, outputs):
        expected = self.expected["outputs"]
        return float(numpy.abs(outputs - expected).max() / numpy.abs(expected).max())

    def export(self, suffix, precision):
        file = pathlib.Path(f"{self.base}_{precision}{suffix}")
        if file.exists():
            return file
        self.terrace("export", self.run_folder, file, "--precision", precision)
        return file

    def onnxruntime(self, precision):
        import onnxruntime
        session = onnxruntime.InferenceSession(str(self.export(".onnx", precision)),
                                               providers=["CPUExecutionProvider"])
        x = session.get_inputs()[0]
        dtype = numpy.float64 if precision == "double" else numpy.float32
        inputs = self.inputs.reshape(-1, *(x.shape[1:])).astype(dtype)
        results = dict(zip([o.name for o in session.get_outputs()], session.run(None, {"inputs": inputs})))
        if "labels" in self.expected and precision == "double":
            assert (results["labels"] == self.expected["labels"]).all(), "other labels"
        return self.difference(results["outputs"])

    def numpy(self, precision):
        """The Python package's layers, in this precision."""
        if precision == "double":
            return self.difference(terrace.Model.read(self.run_folder)(self.inputs))
        model = terrace.Model.read(self.export(".npz", precision))
        model.layers = [in_single(layer) for layer in model.layers]
        states = model._states(self.inputs.astype(numpy.float32).astype(float))
        q = states[0].astype(numpy.float32)
        for layer in model.layers:
            q = layer.value(q)
        assert q.dtype == numpy.float32
        return self.difference(model._outputs(q))

    def torch(self, precision):
        import torch
        archive = self.export(".npz", precision)
        spec = importlib.util.spec_from_file_location("network", archive.with_suffix(".py"))
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        network = module.Network.load(archive)
        dtype = torch.float64 if precision == "double" else torch.float32
        with torch.no_grad():
            outputs = network(torch.from_numpy(self.inputs).to(dtype)).numpy()
        saved = archive.with_name(archive.stem + "_saved.npz")
        network.save(saved)
        if precision == "double":
            assert self.returns(saved) == 0, "the module's archive comes back changed"
        return self.difference(outputs)

    def header(self, precision):
        header = self.export(".h", precision)
        name = header.stem
        source, library = header.with_suffix(".c"), header.with_suffix(".so")
        real = "double" if precision == "double" else "float"
        source.write_text(f'#include "{header.name}"\n'
                          f"void call(const {real} *x, {real} *y) {{ {name}(x, y); }}\n")
        subprocess.run(["cc", "-std=c99", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-shared", "-fPIC",
                        source, "-o", library, "-lm"], check=True)
        dtype = numpy.float64 if precision == "double" else numpy.float32
        call = ctypes.CDLL(str(library)).call
        outputs = numpy.zeros(self.expected["outputs"].shape, dtype)
        for x, y in zip(numpy.ascontiguousarray(self.inputs.astype(dtype)), outputs):
            call(ctypes.c_void_p(x.ctypes.data), ctypes.c_void_p(y.ctypes.data))
        return self.difference(outputs)

    def returns(self, file):
        """The difference after `terrace import` of a file."""
        back = self.base.with_suffix(".back.h5")
        self.terrace("import", file, back)
        found = self.predict(back)
        if "class_names" in self.expected:
            assert list(found["class_names"]) == list(self.expected["class_names"])
        return self.difference(found["outputs"])


def in_single(part):
    """A layer, or what is in one, with its arrays in single precision."""
    if isinstance(part, numpy.ndarray):
        return part.astype(numpy.float32)
    if isinstance(part, list):
        return [in_single(inner) for inner in part]
    if dataclasses.is_dataclass(part):
        return dataclasses.replace(part, **{name: in_single(value) for name, value in vars(part).items()})
    return part


def skipped(call, module):
    return call if importlib.util.find_spec(module) else lambda precision: None


def has_onnx(program, folder):
    """Whether the program was built with ONNX; what it says about an empty file tells."""
    (folder / "empty.onnx").touch()
    outcome = subprocess.run([program, "import", folder / "empty.onnx", folder / "empty.h5"], capture_output=True, text=True)
    return "built without ONNX" not in outcome.stderr


def check(exchange, with_onnx):
    """Differences by column of the table, and whether all are within their bounds."""
    row, good = {}, True
    nothing = lambda precision: None
    for precision in ("double", "single"):
        allowed = max(BOUND[precision], LIKE_NUMPY * exchange.numpy(precision) if precision == "single" else 0)
        for column, call in (("NumPy", exchange.numpy), ("onnxruntime", skipped(exchange.onnxruntime, "onnxruntime") if with_onnx else nothing),
                             ("PyTorch", skipped(exchange.torch, "torch")),
                             ("C", exchange.header),
                             ("ONNX back", (lambda p: exchange.returns(exchange.export(".onnx", p))) if with_onnx else nothing),
                             ("NPZ back", lambda p: exchange.returns(exchange.export(".npz", p)))):
            if precision == "single" and column.endswith("back"):
                continue
            difference = call(precision)
            row[f"{column}, {precision}"] = difference
            bound = 0 if column.endswith("back") else allowed
            good = good and (difference is None or difference <= bound)
    return row, good


def check_arrivals(program, folder):
    """Imports what PyTorch wrote and gives the names of what differs."""
    print("\n| file of PyTorch | difference |\n|---|---|")
    failed = []
    for file in sorted((pathlib.Path(__file__).parent / "data").glob("*.onnx")):
        exchange = Exchange(program, folder, file.stem)
        exchange.data = file.with_name(file.stem.split("_")[0] + ".h5")
        with h5py.File(exchange.data) as expected:
            exchange.expected = {"outputs": expected["outputs"][()]}
        difference = exchange.returns(file)
        # The newer exporter keeps the constants of Python in single precision.
        good = difference <= (1e-7 if "dynamo" in file.stem else BOUND["double"])
        print(f"| {file.name} | {difference:.1e} |" + ("" if good else " FAILED"))
        failed += [] if good else [file.name]
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--decks", action="store_true")
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    failed = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_data(folder)
        with_onnx = has_onnx(arguments.program, folder)
        rows = deck_cases(arguments.program, folder) if arguments.decks else cases()
        rows = [row for row in rows if arguments.only in row[0]]
        for number, (case, data, *deck) in enumerate(rows):
            exchange = Exchange(arguments.program, folder, number)
            exchange.train(folder / data, *deck)
            row, good = check(exchange, with_onnx)
            if number == 0:
                print("| network | " + " | ".join(row) + " |\n" + "|---" * (len(row) + 1) + "|")
            print(f"| {case} | " + " | ".join("SKIPPED" if d is None else f"{d:.1e}" for d in row.values())
                  + (" |" if good else " | FAILED"), flush=True)
            if not good:
                failed.append(case)
        if with_onnx and not arguments.decks:
            failed += check_arrivals(arguments.program, folder)
    if failed:
        sys.exit(f"above the bound: {', '.join(failed)}")


if __name__ == "__main__":
    main()
