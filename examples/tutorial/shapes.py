#!/usr/bin/env python3
"""Draws small grey images of shapes, a folder of PNG files for each kind: what a camera above a belt might give.

    shapes.py FOLDER IMAGES_OF_A_KIND [PIXELS]

Position, size, angle, brightness and noise are random, from a fixed seed. The standard library is enough.
"""
import math
import os
import random
import struct
import sys
import zlib


def ring(x, y):
    return abs(math.hypot(x, y) - 0.8)


def square(x, y):
    return abs(max(abs(x), abs(y)) - 0.7)


def triangle(x, y):
    return abs(max(y, 0.866 * abs(x) - 0.5 * y) - 0.45)


def cross(x, y):
    return math.hypot(min(abs(x), abs(y)), max(abs(x), abs(y), 0.9) - 0.9)


def draw(distance, pixels, draws):
    """Rows of bytes: a line of the shape `distance(x, y) = 0`, with smooth edges, on a noisy ground."""
    radius = pixels * draws.uniform(0.22, 0.36)
    centre = [pixels * draws.uniform(0.38, 0.62) for _ in range(2)]
    angle = draws.uniform(-0.6, 0.6)
    cosine, sine = math.cos(angle) / radius, math.sin(angle) / radius
    ground, ink = draws.uniform(0.1, 0.3), draws.uniform(0.35, 0.6)
    rows = []
    for i in range(pixels):
        row = []
        for j in range(pixels):
            dx, dy = j + 0.5 - centre[0], i + 0.5 - centre[1]
            away = distance(cosine * dx + sine * dy, cosine * dy - sine * dx) * radius
            value = ground + ink * min(max(1.5 - away, 0), 1) + draws.gauss(0, 0.08)
            row.append(round(255 * min(max(value, 0), 1)))
        rows.append(bytes(row))
    return rows


def write_png(name, rows):
    """A grey PNG file of 8 bits a pixel."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    with open(name, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: shapes.py FOLDER IMAGES_OF_A_KIND [PIXELS]")
    folder, images = sys.argv[1], int(sys.argv[2])
    pixels = int(sys.argv[3]) if len(sys.argv) == 4 else 20
    draws = random.Random(1)
    for kind in (cross, ring, square, triangle):
        place = os.path.join(folder, kind.__name__)
        os.makedirs(place, exist_ok=True)
        for number in range(images):
            write_png(os.path.join(place, f"{number:04}.png"), draw(kind, pixels, draws))


if __name__ == "__main__":
    main()
