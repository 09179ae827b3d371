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
        self.description = str(arrays["description"])
        self.names = [name for name in arrays if name.startswith("layers/")]
        for name in self.names:
            tensor = torch.from_numpy(numpy.array(arrays[name]))
            self.register_parameter(name.replace("/", "_"), torch.nn.Parameter(tensor))
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
        if OUTPUT_LOGARITHM:
            arrays["output_logarithm"] = numpy.int64(1)
        numpy.savez(path, description=self.description, **arrays)

    def parameter(self, layer, name):
        """The weight W or bias b of a layer; None if it has none."""
        return getattr(self, f"layers_{layer}_{name}".replace("/", "_"), None)

    def affine(self, layer, q):
        """W * q + b"""
        weight, bias = self.parameter(layer, "W"), self.parameter(layer, "b")
        if q.dim() == 2:
            return functional.linear(q, weight, bias)
        return functional.conv2d(q, weight, bias, padding=weight.shape[-1] // 2)

    def step(self, kind, q, layer=None, h=None):
        """One of the LAYERS."""
        if kind == "pad":
            zeros = q.new_zeros((q.shape[0], h, *q.shape[2:]))
            return torch.cat([q, zeros], dim=1)
        if kind == "affine":
            return self.affine(layer, q)
        if kind == "activation":
            return activate(q)
        if kind == "block":
            return q + h * activate(self.affine(layer, q))
        if kind == "symmetric block":
            a = activate(self.affine(layer, q))
            return q - h * functional.conv_transpose2d(a, self.parameter(layer, "W"), padding=1)
        if kind == "pooling":
            return functional.avg_pool2d(q, 2)
        return q.mean(dim=(2, 3))

    def raw_outputs(self, x):
        """What the network gives: RAW."""
        q = x.reshape(x.shape[0], -1)INPUTMAP
        q = q.reshape(x.shape[0], *INPUT_SHAPE)
        for kind, *arguments in LAYERS:
            q = self.step(kind, q, *arguments)
        return q

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

const char* kindOf(LayerKind kind) {
  switch (kind) {
  case LayerKind::Padding:
    return "pad";
  case LayerKind::Affine:
    return "affine";
  case LayerKind::Activation:
    return "activation";
  case LayerKind::Block:
    return "block";
  case LayerKind::SymmetricBlock:
    return "symmetric block";
  case LayerKind::Pooling:
    return "pooling";
  case LayerKind::Means:
    return "means";
  }
  return "";
}

// The list LAYERS: kind, name, and the time step (of a padding, the number of channels).
std::string layersText(const std::vector<Layer>& layers) {
  std::string text = "LAYERS = [\n";
  for (const Layer& layer : layers) {
    text += std::string("    (\"") + kindOf(layer.kind) + "\",";
    if (layer.kind == LayerKind::Padding)
      text += " None, " + std::to_string(layer.to.channels - layer.from.channels);
    if (layer.hasParameters()) text += " \"" + layer.name + "\"";
    if (layer.isBlock()) text += ", " + shortestText(layer.step);
    text += "),\n";
  }
  return text + "]\n";
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
          "\"scaling/output_scale\"]\n";
  text += std::string("OUTPUT_LOGARITHM = ") + (about.targets.logarithm ? "True" : "False") + "\n\n";
  text += "# Kind, name of the parameters, time step.\n";
  text += layersText(layersOf(network, model.parameters)) + classText;
  text = replaced(text, "INPUTMAP",
                  std::string(about.inputs.logarithm ? ".log()" : "") +
                      "\n        q = (q - self.scaling_input_shift) / self.scaling_input_scale");
  text = replaced(replaced(text, "SIGMA", sigmaOf(network.activation)), "RESULT", result);
  text = replaced(replaced(text, "RAW", raw), "OUTPUTS", outputs);
  return replaced(replaced(text, "ARCHIVE", archive), "VERSION", version);
}

} // namespace terrace::program
