"""Writes the inputs that the fuzzers begin with: small files of every kind that is read, whole and damaged.

    corpus.py FOLDER

One folder a fuzzer. The files are made and not kept, except for findings, which are in test/fuzz/findings.
"""
import io
import json
import pathlib
import struct
import sys
import zlib

import h5py
import numpy

DECK_XML = """<?xml version="1.0"?>
<!-- a deck -->
<ParameterList name="deck">
  <ParameterList name="Network">
    <Parameter name="Width" type="int" value="8"/>
    <Parameter name="Final Time" type="double" value="5.0e0"/>
    <Parameter name="Progress" type="bool" value="true"/>
    <Parameter name="Loss" type="string" value="Cross &amp; &lt;Entropy&gt;"/>
    <Parameter name='Widths' type='Array(int)' value='{1, 2, 3}'/>
    <Parameter name="Times" type="Array(double)" value="{1.0, 2.5}"/>
    <Parameter name="Names" type="Array(string)" value="{a, b}"/>
    <ParameterList name="Initial Guess"><Parameter name="Seed" type="int" value="1"/></ParameterList>
  </ParameterList>
  <ParameterList name="General"><Parameter name="Empty" type="float" value=""/></ParameterList>
</ParameterList>
"""
DECK_YAML = """# a deck
%YAML 1.1
---
Network:
  Width: 8
  Final Time: 5.0e0
  Progress: true
  Loss: 'Cross Entropy'
  "Widths": [1, 2, 3]
  Times: [1.0, 2.5]
  Initial Guess: {Seed: 1}
Data: {File: "spiral \\u00e4.h5"}
...
"""
STUDY_XML = """<ParameterList name="study">
  <ParameterList name="Data"><Parameter name="File" type="string" value="points.h5"/></ParameterList>
  <Parameter name="Seeds" type="Array(int)" value="{1, 2}"/>
  <Parameter name="Targets" type="Array(double)" value="{0.5, 0.1}"/>
  <ParameterList name="Problems">
    <ParameterList name="wide"><ParameterList name="Network"><Parameter name="Width" type="int" value="16"/></ParameterList>
      <Parameter name="Targets" type="Array(double)" value="{0.3}"/></ParameterList>
  </ParameterList>
  <ParameterList name="Solvers">
    <ParameterList name="one"/>
    <ParameterList name="two, &lt;x&gt;"><ParameterList name="Step"><Parameter name="Type" type="string" value="Adam"/></ParameterList></ParameterList>
  </ParameterList>
</ParameterList>
"""
STUDY_YAML = """Data: {File: points.h5}
Seeds: [1, 2]
Targets: [0.5]
Solvers:
  one: {Network: {Width: 4}}
  two: {Network: {Final Time: 1.5}}
"""
NETWORK_XML = """<ParameterList name="Network"><Parameter name="Width" type="int" value="2"/><Parameter name="Blocks" type="int" value="2"/>
<Parameter name="Lift" type="string" value="Linear"/></ParameterList>"""
LAYERS = {"lift/W": (2, 2), "block_0000/W": (2, 2), "block_0000/b": (2,), "block_0001/W": (2, 2), "block_0001/b": (2,),
          "output/W": (2, 2), "output/b": (2,)}
COLUMNS = ("iteration", "cycle", "level", "coarsest_level", "value", "gradient_norm", "step_norm", "radius", "ratio", "accepted", "samples",
           "work", "seconds", "train_accuracy", "test_accuracy", "validation_loss")
EXCHANGED = pathlib.Path(__file__).resolve().parents[1] / "exchange" / "data"
ASSIGNMENTS = ("Network/Width=16", "Network/Final Time=2.5e-1", "Network/Widths={1, 2}", "Network/Times=1,2", "Network/Names={a,b}",
               "Network/Initial Guess/Seed=5\nNetwork/Progress=no", "Data/File=", "Widht=1", "/=", "Network//Width=3")
TABLES = ("a,b,class\n1,2,x\n3,4.5,\"y, \"\"z\"\"\"\n", "1;2;3\r\n4;5;6\r\n", "1 2  3\n4 5 6\n", "x\ty\n1e300\t-inf\n\n", "\ufeffa|b\n1|nan\n")


def npy(array, version=(1, 0), order="C"):
    stream = io.BytesIO()
    numpy.lib.format.write_array(stream, numpy.asarray(array, order=order), version=version)
    return stream.getvalue()


def npz(**arrays):
    stream = io.BytesIO()
    numpy.savez(stream, **arrays)
    compressed = io.BytesIO()
    numpy.savez_compressed(compressed, **arrays)
    return stream.getvalue(), compressed.getvalue()


def element(kind, data):
    """A data element of a MATLAB file of version 5."""
    return struct.pack("<II", kind, len(data)) + data + b"\0" * (-len(data) % 8)


def mat(arrays, compress=False):
    classes = {"float64": (6, 9), "float32": (7, 7), "int8": (8, 1), "uint8": (9, 2), "int32": (12, 5)}
    text = b"MATLAB 5.0 MAT-file".ljust(116) + b"\0" * 8 + struct.pack("<H", 0x0100) + b"IM"
    for name, array in arrays.items():
        kind, stored = classes[str(array.dtype)]
        body = (element(6, struct.pack("<II", kind, 0)) + element(5, struct.pack(f"<{array.ndim}i", *array.shape)) +
                element(1, name.encode()) + element(stored, array.tobytes(order="F")))
        whole = element(14, body)
        text += struct.pack("<II", 15, len(zlib.compress(whole))) + zlib.compress(whole) if compress else whole
    return text


def hdf5(write):
    stream = io.BytesIO()
    with h5py.File(stream, "w", libver="earliest") as file:
        write(file)
    return stream.getvalue()


def classification(file):
    for part in ("train", "test"):
        file[f"{part}/inputs"] = numpy.linspace(0, 1, 8).reshape(4, 2)
        file[f"{part}/labels"] = numpy.array([0, 1, 1, 0])
    file.attrs.update({"task": "classification", "classes": 2, "input_shape": [2], "class_names": ["a", "b"], "description": "text"})


def regression(file):
    file.create_dataset("train/inputs", data=numpy.linspace(0, 1, 8).reshape(4, 2), chunks=(2, 2), compression="gzip")
    file["train/targets"] = numpy.ones((4, 1), "f4")
    file["train/jacobians"] = numpy.ones((4, 1, 2))
    file.attrs.update({"task": "regression", "input_shape": [2], "target_names": ["y"], "input_names": ["u", "v"]})


def images(file):
    file["train/inputs"] = numpy.arange(16, dtype="u1").reshape(4, 4)
    file["train/inputs"].attrs["scale"] = 1 / 255
    file["train/labels"] = numpy.array([0, 1, 1, 0], "i1")
    file.attrs.update({"task": "classification", "classes": 2, "input_shape": [2, 2]})


def loop(file):
    file["group/x"] = numpy.ones((2, 2))
    file["group/loop"] = h5py.SoftLink("/")
    file["group/self"] = file["group"]


def model(file):
    file.attrs.update({"format": 2, "network": NETWORK_XML, "task": "classification", "features": 2, "outputs": 2, "classes": 2, "input_shape": [2],
                       "version": "0.1.0", "deck": "<ParameterList/>", "data_file": "points.h5", "data_checksum": "fnv1a64:0", "seed": 1,
                       "training_samples": 4, "distance_usual": 1.0, "distance_largest": 2.0})
    for side in ("input", "output"):
        file[f"scaling/{side}_shift"], file[f"scaling/{side}_scale"] = numpy.zeros(2), numpy.ones(2)
    file["distance/center"], file["distance/factor"] = numpy.zeros(2), numpy.eye(2)
    for name, shape in LAYERS.items():
        file[f"layers/{name}"] = numpy.full(shape, 0.5)


def history(file, group=""):
    file.attrs["training_samples"] = 4
    for column in COLUMNS:
        file[f"{group}{column}"] = numpy.arange(3) if column in COLUMNS[:4] else numpy.linspace(0, 1, 3)


def checkpoint(file):
    model(file)
    history(file, "history/")
    file["history"].attrs["training_samples"] = 4
    file.attrs.update({"checkpoint_format": 1, "seconds": 0.5, "resumptions": 0})
    file["solver/rows"], file["solver/level_0/radius"] = numpy.ones(1), numpy.ones(1)


def networks():
    """Model files, archives and ONNX files."""
    yield hdf5(model)
    description = json.dumps({"task": "classification", "input_shape": [2], "network": NETWORK_XML, "class_names": ["a", "b"]})
    yield from npz(description=numpy.array(description), **{f"layers/{name}": numpy.full(shape, 0.5) for name, shape in LAYERS.items()})
    for file in sorted(EXCHANGED.glob("*.onnx")):
        yield file.read_bytes()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(color, depth, row, extra=b"", interlaced=0):
    """Two rows of pixels."""
    header = struct.pack(">IIBBBBB", 2, 2, depth, color, 0, 0, interlaced)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress((b"\0" + row) * 2)) + chunk(b"IEND", b""))


def pictures():
    palette = chunk(b"PLTE", bytes(range(12)))
    return (png(0, 8, b"\1\2"), png(0, 1, b"\x80"), png(0, 16, b"\1\2\3\4"), png(2, 8, bytes(6)), png(6, 8, bytes(range(8))),
            png(3, 8, b"\1\2", palette), png(3, 2, b"\x60", palette + chunk(b"tRNS", b"\1\2")), png(4, 8, bytes(4)), png(0, 8, b"\1\2", b"", 1))


def idx(kind, array):
    return struct.pack(">BBBB", 0, 0, kind, array.ndim) + struct.pack(f">{array.ndim}i", *array.shape) + array.tobytes()


def labels_of(count):
    return numpy.arange(count, dtype="u1").reshape(1, count)


def seeds():
    """Fuzzer, input."""
    small, deep = numpy.arange(6, dtype="f8").reshape(3, 2), numpy.arange(12, dtype="i4").reshape(3, 2, 2)
    arrays = [npy(small), npy(small, (2, 0), "F"), npy(deep), npy(deep.astype(">i2")), npy(small.astype("f2")), npy(numpy.array("text")),
              npy(numpy.array([True, False])), npy(numpy.array(1.0))]
    labels, pixels = idx(8, numpy.array([0, 1, 1], "u1")), idx(8, numpy.arange(12, dtype="u1").reshape(3, 2, 2))
    data = [hdf5(write) for write in (classification, regression, images, loop)]
    for text in (DECK_XML, DECK_YAML, DECK_XML[:200], '<ParameterList name="a"><Parameter name="b"/></ParameterList>'):
        yield "Xml", text.encode()
        yield "Deck", text.encode()
    for text in ASSIGNMENTS:
        yield "Assignment", text.encode()
    for number, text in enumerate(TABLES):
        for choice in (0, number, number + 5, number + 10):
            yield "Table", bytes([choice]) + text.encode()
    yield "Idx", struct.pack("<H", len(labels)) + labels + pixels
    yield "Idx", struct.pack("<H", len(labels)) + labels + zlib.compress(pixels, wbits=31)
    for array in arrays:
        yield "Npy", array
    for array in (*arrays, *npz(x=small, y=deep), *data):
        yield "Arrays", array
    for array in (mat({"x": small, "y": deep.astype("int32")}), mat({"x": small}, True), mat({"x": small.astype("f4"), "z": labels_of(3)})):
        yield "Matlab", array
    for array in data:
        yield "Dataset", array
    for network in networks():
        yield "Model", network
    for file in (hdf5(checkpoint), hdf5(history), hdf5(model)):
        yield "Checkpoint", file
    for text in (STUDY_XML, STUDY_YAML, DECK_XML):
        yield "Study", text.encode()
    for picture in pictures():
        yield "Png", picture


def main(folder):
    for number, (fuzzer, content) in enumerate(seeds()):
        place = pathlib.Path(folder) / fuzzer
        place.mkdir(parents=True, exist_ok=True)
        (place / f"seed{number:03}").write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1])
