"""Makes test/exchange/data: networks that PyTorch wrote with both of its exporters, with inputs and outputs.

    make_data.py        needs PyTorch with onnxscript, ONNX, NumPy and h5py
"""
import pathlib

import h5py
import onnx
import torch
from torch.nn import BatchNorm2d, Conv2d, GroupNorm, Linear, Module, Sequential, functional

FOLDER = pathlib.Path(__file__).parent / "data"


class Block(Module):
    """q + h tanh(W q + b)"""

    def __init__(self, width, h):
        super().__init__()
        self.layer, self.h = Linear(width, width), h

    def forward(self, q):
        return q + self.h * torch.tanh(self.layer(q))


class SymmetricBlock(Module):
    """q - h W^T * relu(W * q + b)"""

    def __init__(self, channels, h):
        super().__init__()
        self.layer, self.h = Conv2d(channels, channels, 3, padding=1), h

    def forward(self, q):
        a = torch.relu(self.layer(q))
        return q - self.h * functional.conv_transpose2d(a, self.layer.weight, padding=1)


class Images(Module):
    """Two stages of images, with a map of the pixels before and a softmax behind."""

    def __init__(self):
        super().__init__()
        self.lift = Conv2d(1, 4, 3, padding=1, bias=False)
        self.first = Sequential(SymmetricBlock(4, 0.5), SymmetricBlock(4, 0.5))
        self.transition, self.second, self.output = Conv2d(4, 6, 1), SymmetricBlock(6, 1.0), Linear(6, 3)

    def forward(self, x):
        q = self.first(self.lift((x - 0.25) / 0.5))
        q = self.second(self.transition(functional.avg_pool2d(q, 2)))
        return torch.softmax(self.output(q.mean((2, 3))), 1)


class Flattened(Module):
    """A dense network of images, without a time step."""

    def __init__(self):
        super().__init__()
        self.lift, self.block, self.output = Linear(16, 5), Linear(5, 5), Linear(5, 3)

    def forward(self, x):
        q = torch.relu(self.lift(torch.flatten(x, 1)))
        return self.output(q + torch.relu(self.block(q)))


class BasicBlock(Module):
    """q + N(U * relu(N(W * q))) with normalisations of two groups"""

    def __init__(self, channels):
        super().__init__()
        self.W, self.N = Conv2d(channels, channels, 3, padding=1, bias=False), GroupNorm(2, channels)
        self.U, self.M = Conv2d(channels, channels, 3, padding=1, bias=False), GroupNorm(2, channels)
        torch.nn.init.normal_(self.M.bias)  # N keeps its start, which the older exporter writes once

    def forward(self, q):
        return q + self.M(self.U(torch.relu(self.N(self.W(q)))))


class BottleneckBlock(Module):
    """q + N(V * relu(N(U * relu(N(W * q))))) with batch normalisations"""

    def __init__(self, channels):
        super().__init__()
        inner = channels // 4
        self.W, self.U, self.V = (Conv2d(channels, inner, 1, bias=False), Conv2d(inner, inner, 3, padding=1),
                                  Conv2d(inner, channels, 1, bias=False))
        self.N, self.M, self.L = BatchNorm2d(inner), BatchNorm2d(inner), BatchNorm2d(channels)
        for statistics in (self.N, self.M, self.L):
            statistics.running_mean.normal_()
            statistics.running_var.uniform_(0.5, 2)

    def forward(self, q):
        a = torch.relu(self.M(self.U(torch.relu(self.N(self.W(q))))))
        return q + self.L(self.V(a))


class ResNet(Module):
    """Blocks on images, evaluated."""

    def __init__(self, *blocks):
        super().__init__()
        self.lift, self.blocks, self.output = Conv2d(2, 8, 3, padding=1), Sequential(*blocks), Linear(8, 3)
        self.eval()

    def forward(self, x):
        return self.output(self.blocks(torch.relu(self.lift(x))).mean((2, 3)))


def strip(path):
    """Leaves out what the exporter says about the source, paths of this machine among it."""
    model = onnx.load(path)
    for node in [*model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output,
                 *model.graph.initializer, model.graph, model]:
        node.ClearField("doc_string")
        node.ClearField("metadata_props")
    del model.graph.value_info[:]
    onnx.save(model, path)


def main():
    torch.manual_seed(3)
    dense = Sequential(Linear(2, 6, bias=False), *(Block(6, 0.25) for _ in range(4)), Linear(6, 3))
    for name, network, shape in (("dense", dense, (2,)), ("images", Images(), (1, 8, 8)),
                                 ("flattened", Flattened(), (1, 4, 4)),
                                 ("basic", ResNet(BasicBlock(8), BasicBlock(8)), (2, 4, 6)),
                                 ("bottleneck", ResNet(BottleneckBlock(8)), (2, 4, 6))):
        network, x = network.double(), torch.randn(7, *shape).double()
        with h5py.File(FOLDER / f"{name}.h5", "w") as file:
            file["inputs"] = x.numpy().reshape(7, -1)
            file["outputs"] = network(x).detach().numpy()
        torch.onnx.export(network, (x,), FOLDER / f"{name}_script.onnx", dynamo=False, input_names=["x"],
                          dynamic_axes={"x": {0: "samples"}})
        torch.onnx.export(network, (x,), FOLDER / f"{name}_dynamo.onnx", dynamo=True, input_names=["x"],
                          external_data=False)
        for exporter in ("script", "dynamo"):
            strip(FOLDER / f"{name}_{exporter}.onnx")


if __name__ == "__main__":
    main()
