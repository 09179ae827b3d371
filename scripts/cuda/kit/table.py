#!/usr/bin/env python3
"""Prints the tables of a folder of results that run.sh left."""
import json
import pathlib
import sys


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines() if line.startswith("{")] if path.exists() else []


def steps(path):
    if not path.exists():
        return []
    head, *rows = [line.split("\t") for line in path.read_text().splitlines()]
    return [dict(zip(head, map(float, row))) for row in rows]


def sweeps(folder):
    key = lambda row: tuple(row.get(name) for name in ("width", "blocks", "samples", "scalar", "image", "block"))
    others = {key(row): row for row in lines(folder / "pytorch.jsonl")}
    print("| scalar | network | width | blocks | samples | ms | GFLOP/s | value ms | Hessian ms | PyTorch eager ms | graph ms |"
          " compiled graph ms | best / Terrace |\n|" + "---|" * 13)
    for row in lines(folder / "sweeps.jsonl"):
        other = others.get(key(row), {})
        times = [other.get(way) for way in ("eager", "graph", "compiled")]
        known = [time for time in times if time]
        cells = [f"{1e3 * time:.3g}" if time else "-" for time in times]
        ratio = f"{min(known) / row['seconds']:.2f}" if known else "-"
        network = f"{row.get('block', '')}, {row['image']} x {row['image']}" if "image" in row else "dense"
        print(f"| {row['scalar']} | {network} | {row['width']} | {row['blocks']} | {row['samples']} | {1e3 * row['seconds']:.3g} |"
              f" {row['gflops']:.0f} | {1e3 * row['value_seconds']:.3g} | {1e3 * row['hessian_product_seconds']:.3g} |"
              f" {' | '.join(cells)} | {ratio} |")


def training(folder, name, takes_the_same_steps):
    device, host = steps(folder / f"{name}.tsv"), steps(folder / f"{name}-host.tsv")
    if not device or not host:
        return
    first = [abs(a["value"] - b["value"]) / b["value"] for a, b in zip(device[:21], host[:21])]
    same = all(a[column] == b[column] for a, b in zip(device[:21], host[:21]) for column in ("level", "accepted"))
    decisions = (f"the first {len(first) - 1} steps take {'the same' if same else 'OTHER'} decisions as on the host, values differ"
                 f" by {max(first):.1e}; " if takes_the_same_steps else "")
    last = abs(device[-1]["value"] - host[-1]["value"]) / host[-1]["value"]
    print(f"\nTraining {name}: {decisions}the last value {device[-1]['value']:.5g} (host {host[-1]['value']:.5g}, {100 * last:.2g} %)"
          f" after {device[-1]['seconds']:.2f} s (host, one core: {host[-1]['seconds']:.2f} s), {len(device)} and {len(host)} steps.")


def large_training(folder):
    rows = steps(folder / "large.tsv")
    if rows:
        print(f"Training with 1000000 samples: {len(rows)} steps, {rows[-1]['work']:.3g} work units, value {rows[-1]['value']:.4g}"
              f" in {rows[-1]['seconds']:.1f} s.")


def main():
    folder = pathlib.Path(sys.argv[1])
    print((folder / "device.txt").read_text().replace("\n", "; "), "\n")
    for row in lines(folder / "tests.jsonl"):
        counts = f"{row['passed']} passed, {row['failed']} failed" if "passed" in row else ""
        print(f"- {row['test']}: {'ok' if row['status'] == 0 else 'FAILED, status ' + str(row['status'])} {counts}")
    print()
    sweeps(folder)
    training(folder, "training", True)
    training(folder, "images", True)
    training(folder, "dynamic", False)  # stochastic steps have another metric on a device
    large_training(folder)


if __name__ == "__main__":
    main()
