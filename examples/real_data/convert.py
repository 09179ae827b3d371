#!/usr/bin/env python3
"""convert.py FILE: Fashion-MNIST, as Debian's package dataset-fashion-mnist has it, as a data set of terrace.

60000 training and 10000 test images of 28 x 28 pixels in [0, 1], 10 classes. The images are in the order of the
package, which is random.
"""
import gzip
import sys

import h5py
import numpy as np

FOLDER = "/usr/share/datasets/fashion-mnist/"
CLASSES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]


def read_idx(name):
    """An array of unsigned bytes in the IDX format: 0, 0, 8, rank, then the extents, big-endian."""
    with gzip.open(FOLDER + name) as file:
        content = file.read()
    rank = content[3]
    shape = np.frombuffer(content, ">u4", rank, 4).astype(int)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: convert.py FILE")
    with h5py.File(sys.argv[1], "w") as file:
        file.attrs["task"] = "classification"
        file.attrs["input_shape"] = [28, 28]
        file.attrs["classes"] = len(CLASSES)
        file.attrs["class_names"] = CLASSES
        file.attrs["description"] = "Fashion-MNIST (Xiao, Rasul & Vollgraf, arXiv 1708.07747)"
        for group, prefix in (("train", "train"), ("test", "t10k")):
            images = read_idx(prefix + "-images-idx3-ubyte.gz")
            file[group + "/inputs"] = images.reshape(len(images), -1).astype(np.float32) / 255
            file[group + "/labels"] = read_idx(prefix + "-labels-idx1-ubyte.gz").astype(np.int32)


if __name__ == "__main__":
    main()
