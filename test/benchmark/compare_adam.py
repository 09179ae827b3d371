#!/usr/bin/env python3
"""An epoch of Adam in Terrace and in PyTorch: the same network (8 blocks of 64 neurons) on as many samples of as many
inputs, single precision, one thread each, in turns. Prints a Markdown table of seconds of processor time.

    bash examples/real_data/run.sh                                    # makes runs/fashion.h5
    venv/bin/python test/benchmark/compare_adam.py build/bin/terrace runs/fashion.h5

Terrace's epoch is the difference between runs of three and of one, so that reading does not count; the evaluation of
all samples that it makes after each epoch does. PyTorch's batches are rows of random numbers in a new order, gathered
by index; its times are of a quarter of an epoch.
"""
import argparse
import os
import resource
import statistics
import subprocess
import tempfile
import time

from compare_pytorch import ResNet  # first: it sets the environment that torch reads

import torch

WIDTH, BLOCKS, FINAL_TIME, FEATURES, CLASSES, SAMPLES = 64, 8, 2.0, 784, 10, 60000
DECK = """<ParameterList name="Adam">
  <ParameterList name="Network">
    <Parameter name="Width" type="int" value="64"/>
    <Parameter name="Blocks" type="int" value="8"/>
    <Parameter name="Final Time" type="double" value="2.0"/>
    <Parameter name="Sweep Precision" type="string" value="Single"/>
  </ParameterList>
  <ParameterList name="Data"><Parameter name="File" type="string" value="data.h5"/></ParameterList>
  <ParameterList name="Step"><Parameter name="Type" type="string" value="Adam"/></ParameterList>
</ParameterList>
"""


def seconds_of(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def terrace_epoch(program, data, batch):
    with tempfile.TemporaryDirectory() as folder:
        deck = os.path.join(folder, "adam.xml")
        with open(deck, "w") as file:
            file.write(DECK)
        runs = [seconds_of([program, "train", deck, "--output", os.path.join(folder, f"run-{epochs}"),
                            "--set", f"Data/File={data}", f"Step/Adam/Batch Size={batch}",
                            f"Status Test/Work Limit={epochs}"]) for epochs in (1, 3)]
    return (runs[1] - runs[0]) / 2


def pytorch_epoch(batch, **implementation):
    torch.manual_seed(0)
    network, loss = ResNet(WIDTH, BLOCKS, FEATURES, CLASSES, FINAL_TIME), torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, **implementation)
    inputs, labels = torch.rand(SAMPLES, FEATURES), torch.randint(0, CLASSES, (SAMPLES,))
    order = torch.randperm(SAMPLES)

    def steps(first, last):
        for begin in range(first, last - batch + 1, batch):
            rows = order[begin:begin + batch]
            optimizer.zero_grad(set_to_none=True)
            loss(network(inputs[rows]), labels[rows]).backward()
            optimizer.step()

    steps(0, SAMPLES // 20)
    start = time.process_time()
    steps(SAMPLES // 20, SAMPLES // 20 + SAMPLES // 4)
    return 4 * (time.process_time() - start)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("program", help="terrace")
    options.add_argument("data", help=f"data set of {SAMPLES} samples of {FEATURES} inputs")
    options.add_argument("--batches", type=int, nargs="*", default=[32, 128])
    options.add_argument("--rounds", type=int, default=3)
    arguments = options.parse_args()
    torch.set_num_threads(1)
    print(f"PyTorch {torch.__version__}\n\n| batch | Terrace | foreach | ratio | fused | ratio |\n|" + "---|" * 6)
    for batch in arguments.batches:
        rounds = [(terrace_epoch(arguments.program, arguments.data, batch), pytorch_epoch(batch, foreach=True),
                   pytorch_epoch(batch, fused=True)) for _ in range(arguments.rounds)]
        ours, foreach, fused = (statistics.median(column) for column in zip(*rounds))
        ratios = [statistics.median(row[k] / row[0] for row in rounds) for k in (1, 2)]
        print(f"| {batch} | {ours:.2f} | {foreach:.2f} | {ratios[0]:.2f} | {fused:.2f} | {ratios[1]:.2f} |", flush=True)


if __name__ == "__main__":
    main()
