#include "exchange/TorchModule.hpp"

#include "exchange/Layer.hpp"

#include <terrace/parameters/ParameterText.hpp>

#include <Version.hpp>

namespace terrace::program {
namespace {

constexpr const char* headText = R"py("""A residual network as a PyTorch module, written by Terrace VERSION.

    network = Network.load("ARCHIVE")
    y = network(x)                # OUTPUTS
    z = network.raw_outputs(x)    # RAW
    network.save("tuned.npz")     # back: terrace import tuned.npz tuned.h5

A sample is a row of x, in the units of the data.
"""
import numpy
import torch
from torch.nn import functional

)py";

constexpr const char* classText = R"py(

def activate(z):
    """The activation function of all layers."""
    return SIGMA


class Network(torch.nn.Module):
    """The network with its maps of data columns."""

    def __init__(self, arrays):
        """arrays: what the NumPy archive holds, by name."""
        super().__init__()
        self.names = [name for name in arrays if name.startswith("layers/")]
        for name in self.names:
            tensor = torch.from_numpy(numpy.array(arrays[name]))
            self.register_parameter(name.replace("/", "_"), torch.nn.Parameter(tensor))
        self.others = {name: arrays[name] for name in arrays if name not in (*self.names, *SCALINGS)}
        for name in SCALINGS:
            self.register_buffer(name.replace("/", "_"), torch.from_numpy(numpy.array(arrays[name])))

    @classmethod
    def load(cls, path):
        """Reads a NumPy archive."""
        with numpy.load(path) as archive:
            return cls({name: archive[name] for name in archive.files})

    def save(self, path):
        """Writes a NumPy archive, which `terrace import` and the deck's Initial Guess take."""
        tensors = self.state_dict()
        arrays = {name: tensors[name.replace("/", "_")].cpu().numpy() for name in [*self.names, *SCALINGS]}
        numpy.savez(path, **arrays, **self.others)

    def parameter(self, layer, name):
        """An array of a layer, such as its weight W; None if it has none of this name."""
        return getattr(self, f"layers_{layer}_{name}".replace("/", "_"), None)

    def affine(self, q, layer, weight="W", bias="b"):
        """W * q + b"""
        weight, bias = self.parameter(layer, weight), self.parameter(layer, bias)
        if q.dim() == 2:
            return functional.linear(q, weight, bias)
        return functional.conv2d(q, weight, bias, padding=weight.shape[-1] // 2)

    def block(self, q, layer, h):
        """q + h sigma(W * q + b)"""
        return q + h * activate(self.affine(q, layer))

    def symmetric_block(self, q, layer, h):
        """q - h W^T * sigma(W * q + b)"""
        a = activate(self.affine(q, layer))
        return q - h * functional.conv_transpose2d(a, self.parameter(layer, "W"), padding=1)

    def composite_block(self, q, h, *inside):
        """q + h f(q), f the layers inside"""
        return q + h * self.steps(q, inside)

    def normalization(self, q, layer, gain, bias, groups):
        """g (q - mean) / deviation + b, over the pixels and the channels of a group in each sample"""
        return functional.group_norm(q, groups, self.parameter(layer, gain), self.parameter(layer, bias), FLOOR)

    def activation(self, q):
        """sigma(q)"""
        return activate(q)

    def padding(self, q, count):
        """Channels of zeros are appended."""
        return torch.cat([q, q.new_zeros((q.shape[0], count, *q.shape[2:]))], dim=1)

    def pooling(self, q):
        """Means over 2 x 2 pixels."""
        return functional.avg_pool2d(q, 2)

    def means(self, q):
        """The mean of each channel."""
        return q.mean(dim=(2, 3))

    def steps(self, q, layers):
        """One layer after another."""
        for kind, *arguments in layers:
            q = getattr(self, kind)(q, *arguments)
        return q

    def raw_outputs(self, x):
        """What the network gives: RAW."""
        q = x.reshape(x.shape[0], -1)INPUTMAP
        q = q.reshape(x.shape[0], *INPUT_SHAPE)
        return self.steps(q, LAYERS)

    def forward(self, x):
        """OUTPUTS"""
        y = self.raw_outputs(x)
        return RESULT
)py";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

std::string sigmaOf(resnet::Activation activation) {
  switch (activation) {
  case resnet::Activation::Tanh:
    return "torch.tanh(z)";
  case resnet::Activation::ReLU:
    return "torch.relu(z)";
  case resnet::Activation::Sigmoid:
    return "torch.sigmoid(z)";
  case resnet::Activation::Identity:
    return "z";
  case resnet::Activation::SmoothReLU:
    return "(z.clamp(-0.1, 0.1) + 0.1) ** 2 / 0.4 + torch.relu(z - 0.1)";
  }
  return "z";
}

std::string layerText(const Layer& layer);

// A list of layers: the method that applies each, and its arguments.
std::string layersText(const std::vector<Layer>& layers, const std::string& indent) {
  std::string text;
  for (const Layer& layer : layers) text += indent + "(" + layerText(layer) + "),\n";
  return text;
}

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

std::string layerText(const Layer& layer) {
  const std::string name = ", " + quoted(layer.name), step = ", " + shortestText(layer.step);
  const std::string weight = ", " + quoted(layer.weightName);
  switch (layer.kind) {
  case LayerKind::Padding:
    return "\"padding\", " + std::to_string(layer.to.channels - layer.from.channels);
  case LayerKind::Affine:
    return "\"affine\"" + name + weight + ", " + (layer.bias.empty() ? "None" : quoted(layer.biasName));
  case LayerKind::Activation:
    return "\"activation\",";
  case LayerKind::Normalization:
    return "\"normalization\"" + name + weight + ", " + quoted(layer.biasName) + ", " +
           std::to_string(layer.groups);
  case LayerKind::Block:
    return "\"block\"" + name + step;
  case LayerKind::SymmetricBlock:
    return "\"symmetric_block\"" + name + step;
  case LayerKind::CompositeBlock:
    return "\"composite_block\"" + step + ",\n" + layersText(layer.inside, "        ");
  case LayerKind::Pooling:
    return "\"pooling\",";
  case LayerKind::Means:
    return "\"means\",";
  }
  return "";
}

} // namespace

std::string torchModule(const PortableModel& model, const std::string& archive) {
  const auto& about = model.description;
  const auto network = about.makeNetwork();
  const auto& input = network.input;
  const bool probabilities = model.givesProbabilities();
  const bool regression = about.task == dataset::Task::Regression;
  const std::string raw = probabilities ? "logits, whose softmax are the probabilities"
                          : regression  ? "outputs as they were scaled for the training"
                                        : "one number a class";
  const std::string outputs = probabilities ? "probabilities of the classes"
                              : regression  ? "values in the units of the data"
                                            : "one number a class";
  std::string result = "y * self.scaling_output_scale + self.scaling_output_shift";
  if (about.targets.logarithm) result = "torch.exp(" + result + ")";
  if (probabilities) result = "torch.softmax(y, dim=1)";

  std::string text = headText;
  text += "INPUT_SHAPE = ";
  text += network.isConvolutional()
              ? "(" + std::to_string(input.channels) + ", " + std::to_string(input.height) + ", " +
                    std::to_string(input.width) + ")\n"
              : "(" + std::to_string(network.features()) + ",)\n";
  text += "SCALINGS = [\"scaling/input_shift\", \"scaling/input_scale\", \"scaling/output_shift\", "
          "\"scaling/output_scale\"]\n\n";
  text += "# Each is a method of Network and its arguments: the name of its parameters, a time step, ...\n";
  text += "LAYERS = [\n" + layersText(layersOf(network, model.parameters), "    ") + "]\n" + classText;
  text = replaced(text, "FLOOR", shortestText(resnet::varianceFloor));
  text = replaced(text, "INPUTMAP",
                  std::string(about.inputs.logarithm ? ".log()" : "") +
                      "\n        q = (q - self.scaling_input_shift) / self.scaling_input_scale");
  text = replaced(replaced(text, "SIGMA", sigmaOf(network.activation)), "RESULT", result);
  text = replaced(replaced(text, "RAW", raw), "OUTPUTS", outputs);
  return replaced(replaced(text, "ARCHIVE", archive), "VERSION", version);
}

} // namespace terrace::program
