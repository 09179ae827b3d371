#!/usr/bin/env python3
"""Peak memory of each rank that reads a large data set: doc/measurements/scale.md.

    peak_memory.py WORK READER... [--samples N] [--features N] [--ranks 1 2 4]

makes a data set in the folder WORK, lets each READER (terrace_read_share, of one build or of several) read it,
prints what it says, and deletes the data set. Needs h5py, as of Debian's python3-h5py.
"""

import argparse
import os
import subprocess
import sys

CLASSES = 10


def make(path, samples, features):
    """Random images whose class shows in their mean, written block by block. The noise of all blocks is the same."""
    import h5py
    import numpy

    generator = numpy.random.default_rng(1)
    block = 10000
    noise = generator.random((block, features))
    with h5py.File(path, "w") as file:
        file.attrs["task"] = "classification"
        file.attrs["input_shape"] = numpy.array([features], dtype="int64")
        file.attrs["classes"] = CLASSES
        inputs = file.create_dataset("train/inputs", (samples, features), dtype="float64")
        labels = file.create_dataset("train/labels", (samples,), dtype="int32")
        for first in range(0, samples, block):
            count = min(block, samples - first)
            classes = generator.integers(0, CLASSES, count)
            inputs[first:first + count] = noise[:count] + 0.1 * classes[:, None]
            labels[first:first + count] = classes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work")
    parser.add_argument("readers", nargs="+")
    parser.add_argument("--samples", type=int, default=240000)
    parser.add_argument("--features", type=int, default=784)
    parser.add_argument("--ranks", type=int, nargs="+", default=[1, 2, 4])
    options = parser.parse_args()

    os.makedirs(options.work, exist_ok=True)
    data = os.path.join(options.work, "large.h5")
    try:
        make(data, options.samples, options.features)
        for reader in options.readers:
            for ranks in options.ranks:
                print("%s, %d ranks" % (reader, ranks), flush=True)
                subprocess.run(["mpiexec", "-n", str(ranks), reader, data], check=True)
    finally:
        if os.path.exists(data):
            os.remove(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
