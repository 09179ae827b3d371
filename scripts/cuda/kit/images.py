#!/usr/bin/env python3
"""Writes images of stripes in four directions, with noise, and their labels, as IDX files: what the kit trains a convolutional
network on.

    images.py FOLDER [COUNT]       FOLDER/images-idx3-ubyte, FOLDER/labels-idx1-ubyte; 2304 images by default
"""
import math
import pathlib
import random
import struct
import sys

SIDE, CLASSES = 28, 4


def image(label, numbers):
    angle = math.pi * label / CLASSES + numbers.uniform(-0.2, 0.2)
    frequency, phase = numbers.uniform(0.6, 1.4), numbers.uniform(0, 2 * math.pi)
    along, across = frequency * math.cos(angle), frequency * math.sin(angle)
    return bytes(min(255, max(0, round(128 + 60 * math.sin(along * x + across * y + phase) + numbers.gauss(0, 100))))
                 for y in range(SIDE) for x in range(SIDE))


def main():
    folder = pathlib.Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2304
    numbers = random.Random(0)
    labels = bytes(numbers.randrange(CLASSES) for _ in range(count))
    pixels = b"".join(image(label, numbers) for label in labels)
    (folder / "images-idx3-ubyte").write_bytes(struct.pack(">IIII", 0x803, count, SIDE, SIDE) + pixels)
    (folder / "labels-idx1-ubyte").write_bytes(struct.pack(">II", 0x801, count) + labels)


if __name__ == "__main__":
    main()
