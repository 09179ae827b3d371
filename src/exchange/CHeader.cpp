#include "exchange/CHeader.hpp"

#include "exchange/Layer.hpp"

#include <terrace/parameters/ParameterText.hpp>

#include <Version.hpp>
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <set>

namespace terrace::program {
namespace {

using resnet::DataScaling;

// NAME_ and REAL are replaced.
constexpr const char* affineText = R"c(
/* y = A * x + b: a matrix at each pixel (side 1) or a convolution of 3 x 3 pixels with zeros around the image
 * (side 3). a: outputs x inputs x side x side numbers, then, if has_bias, one for each output. */
static inline void NAME_affine(const REAL *a, int has_bias, int outputs, int inputs, int height, int width,
                               int side, const REAL *x, REAL *y) {
  const REAL *b = a + outputs * inputs * side * side;
  int o, i, r, c, dr, dc;
  for (o = 0; o < outputs; ++o)
    for (r = 0; r < height; ++r)
      for (c = 0; c < width; ++c) {
        REAL sum = has_bias ? b[o] : 0;
        for (i = 0; i < inputs; ++i)
          for (dr = -(side / 2); dr <= side / 2; ++dr)
            for (dc = -(side / 2); dc <= side / 2; ++dc)
              if (r + dr >= 0 && r + dr < height && c + dc >= 0 && c + dc < width)
                sum += a[((o * inputs + i) * side + dr + side / 2) * side + dc + side / 2] *
                       x[(i * height + r + dr) * width + c + dc];
        y[(o * height + r) * width + c] = sum;
      }
}
)c";

constexpr const char* activateText = R"c(
static inline void NAME_activate(int count, REAL *z) {
  int i;
  for (i = 0; i < count; ++i) z[i] = SIGMA;
}
)c";

constexpr const char* normalizeText = R"c(
/* z = g (z - mean) / sqrt(variance + FLOOR) + b over the pixels and the channels of each group of channels.
 * b: one number a channel, and after it g. */
static inline void NAME_normalize(const REAL *b, int channels, int pixels, int groups, REAL *z) {
  const int entries = channels / groups * pixels;
  int k, i;
  for (k = 0; k < groups; ++k) {
    REAL *first = z + k * entries, mean = 0, variance = 0;
    for (i = 0; i < entries; ++i) mean += first[i];
    mean /= (REAL)entries;
    for (i = 0; i < entries; ++i) variance += (first[i] - mean) * (first[i] - mean);
    variance = SQRT(variance / (REAL)entries + FLOOR);
    for (i = 0; i < entries; ++i) first[i] = (first[i] - mean) / variance;
  }
  for (i = 0; i < channels * pixels; ++i) z[i] = b[channels + i / pixels] * z[i] + b[i / pixels];
}
)c";

constexpr const char* stepText = R"c(
/* q = q + h z */
static inline void NAME_step(int count, REAL h, const REAL *z, REAL *q) {
  int i;
  for (i = 0; i < count; ++i) q[i] += h * z[i];
}
)c";

constexpr const char* blockText = R"c(
/* q = q + h sigma(W * q + b) */
static inline void NAME_block(const REAL *a, int channels, int height, int width, int side, REAL h, REAL *z,
                              REAL *q) {
  int i;
  NAME_affine(a, 1, channels, channels, height, width, side, q, z);
  NAME_activate(channels * height * width, z);
  for (i = 0; i < channels * height * width; ++i) q[i] += h * z[i];
}
)c";

constexpr const char* symmetricText = R"c(
/* q = q - h W^T * sigma(W * q + b) */
static inline void NAME_symmetric_block(const REAL *a, int channels, int height, int width, REAL h, REAL *z,
                                        REAL *q) {
  int o, i, r, c, dr, dc;
  NAME_affine(a, 1, channels, channels, height, width, 3, q, z);
  NAME_activate(channels * height * width, z);
  for (i = 0; i < channels; ++i)
    for (r = 0; r < height; ++r)
      for (c = 0; c < width; ++c) {
        REAL sum = 0;
        for (o = 0; o < channels; ++o)
          for (dr = -1; dr <= 1; ++dr)
            for (dc = -1; dc <= 1; ++dc)
              if (r - dr >= 0 && r - dr < height && c - dc >= 0 && c - dc < width)
                sum += a[((o * channels + i) * 3 + dr + 1) * 3 + dc + 1] *
                       z[(o * height + r - dr) * width + c - dc];
        q[(i * height + r) * width + c] -= h * sum;
      }
}
)c";

constexpr const char* meansText = R"c(
/* Means over windows of rows x columns pixels. */
static inline void NAME_means(int channels, int height, int width, int rows, int columns, const REAL *x,
                              REAL *y) {
  int k, i, j, r, c;
  for (k = 0; k < channels; ++k)
    for (i = 0; i < height / rows; ++i)
      for (j = 0; j < width / columns; ++j) {
        REAL sum = 0;
        for (r = 0; r < rows; ++r)
          for (c = 0; c < columns; ++c) sum += x[(k * height + i * rows + r) * width + j * columns + c];
        y[(k * (height / rows) + i) * (width / columns) + j] = sum / (REAL)(rows * columns);
      }
}
)c";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

// The header in its order: constants, the functions that are needed, the function.
class HeaderText {
public:
  HeaderText(const PortableModel& model, std::string name, Precision precision)
      : model_(model), network_(model.description.makeNetwork()), name_(std::move(name)),
        precision_(precision), layers_(layersOf(network_, model.parameters)) {}

  std::string text() {
    writeBody();
    return introduction() + constants() + functions() + function() + "\n#endif\n";
  }

private:
  std::string real() const { return precision_ == Precision::Double ? "double" : "float"; }

  std::string number(double value) const {
    if (precision_ == Precision::Double) {
      std::string text = shortestText(value);
      return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
    }
    char text[32];
    std::snprintf(text, sizeof(text), "%.9g", static_cast<double>(static_cast<float>(value)));
    const std::string plain = text;
    return (plain.find_first_of(".e") == std::string::npos ? plain + ".0" : plain) + "f";
  }

  std::string array(const std::string& name, const std::vector<double>& values) const {
    std::string text = "static const " + real() + " " + name_ + "_" + name + "[] = {";
    std::string line;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::string next = number(values[i]) + (i + 1 < values.size() ? ", " : "");
      if (line.empty() || line.size() + next.size() > 104) {
        text += line + "\n  ";
        line.clear();
      }
      line += next;
    }
    return text + line + "};\n";
  }

  std::string introduction() const {
    const auto& about = model_.description;
    std::string guard = name_ + "_H";
    std::transform(guard.begin(), guard.end(), guard.begin(),
                   [](unsigned char c) { return std::toupper(c); });
    const std::string what = about.task == dataset::Task::Regression ? "values in the units of the data"
                             : model_.givesProbabilities()           ? "probabilities of the classes"
                                                                     : "one number a class";
    std::string text =
        "/* " + name_ + ": a residual network as a function, written by Terrace " + version +
        ".\n *\n *   void " + name_ + "(const " + real() + " x[" + std::to_string(about.features) + "], " +
        real() + " y[" + std::to_string(about.outputs) +
        "]);\n *\n * One sample x in the units of the data; y: " + what +
        ".\n * C99 or C++11. It keeps nothing between calls and may be called by several "
        "threads;\n * its states take " +
        std::to_string((states() * largest() * (precision_ == Precision::Double ? 8 : 4) + 1023) / 1024) +
        " kB of the stack.\n";
    text += names("inputs", about.inputNames) + names("outputs", about.outputNames);
    return text + " */\n#ifndef " + guard + "\n#define " + guard + "\n\n#include <math.h>\n\n";
  }

  static std::string names(const std::string& of, const std::vector<std::string>& all) {
    if (all.empty() || all.size() > 100) return "";
    std::string text = " * " + of + ":";
    for (const auto& name : all) text += " " + replaced(replaced(name, "*/", "* /"), "\n", " ") + ";";
    text.back() = '\n';
    return text;
  }

  std::string constants() const {
    const auto& about = model_.description;
    std::string text = "enum { " + name_ + "_inputs = " + std::to_string(about.features) + ", " + name_ +
                       "_outputs = " + std::to_string(about.outputs) + " };\n\n";
    text += array("parameters", model_.parameters);
    const auto add = [&](const std::string& side, const DataScaling& scaling) {
      if (scaling.isIdentity()) return;
      text += array(side + "_shift", scaling.shift) + array(side + "_scale", scaling.scale);
    };
    add("input", about.inputs);
    add("output", about.targets);
    return text;
  }

  std::string sigma() const {
    const bool isDouble = precision_ == Precision::Double;
    const auto call = [&](const std::string& function, const std::string& argument) {
      return function + (isDouble ? "(" : "f(") + argument + ")";
    };
    const std::string one = number(1), c = number(0.1);
    switch (network_.activation) {
    case resnet::Activation::Tanh:
      return call("tanh", "z[i]");
    case resnet::Activation::ReLU:
      return "z[i] < 0 ? 0 : z[i]";
    case resnet::Activation::Sigmoid:
      return one + " / (" + one + " + " + call("exp", "-z[i]") + ")";
    case resnet::Activation::Identity:
      return "z[i]";
    case resnet::Activation::SmoothReLU:
      return "z[i] < -" + c + " ? 0 : z[i] > " + c + " ? z[i] : (z[i] + " + c + ") * (z[i] + " + c + ") / " +
             number(0.4);
    }
    return "z[i]";
  }

  std::string functions() const {
    std::string text;
    for (const char* function :
         {affineText, activateText, normalizeText, blockText, symmetricText, stepText, meansText})
      if (used_.count(function) > 0) text += function;
    text = replaced(text, "SIGMA", sigma());
    text = replaced(text, "SQRT", precision_ == Precision::Double ? "sqrt" : "sqrtf");
    text = replaced(text, "FLOOR", number(resnet::varianceFloor));
    return replaced(replaced(text, "NAME", name_), "REAL", real());
  }

  // A block of several layers keeps its state while they are applied.
  bool keepsState() const { return used_.count(stepText) > 0; }
  std::size_t states() const { return keepsState() ? 3 : 2; }

  std::size_t largest() const {
    int size = model_.description.features;
    for (const Layer& layer : layers_) size = std::max({size, layer.from.size(), layer.to.size()});
    return static_cast<std::size_t>(size);
  }

  void line(const std::string& text) { body_ += "  " + text + "\n"; }
  std::string functionCall(const char* function, const std::string& name, const std::string& arguments) {
    used_.insert(function);
    return call(name, arguments);
  }

  // A call of one of the functions; calls change the state from one array to the other.
  std::string call(const std::string& function, const std::string& arguments) {
    return name_ + "_" + function + "(" + arguments + ");";
  }
  std::string parameters() const { return name_ + "_parameters + " + std::to_string(offset_); }
  static std::string extents(const resnet::Shape& shape) {
    return std::to_string(shape.height) + ", " + std::to_string(shape.width);
  }
  void exchangeStates() { line("swap = q; q = z; z = swap;"); }

  void writeBody() {
    for (std::size_t l = 0; l < layers_.size();) l += writeLayer(l);
  }

  // Gives the number of layers that it wrote: equal blocks are a loop.
  std::size_t writeLayer(std::size_t l) {
    const Layer& layer = layers_[l];
    switch (layer.kind) {
    case LayerKind::Padding:
      line("for (i = " + std::to_string(layer.from.size()) + "; i < " + std::to_string(layer.to.size()) +
           "; ++i) q[i] = 0;");
      return 1;
    case LayerKind::Affine:
      line(affineCall(layer, parameters(), "q", "z"));
      exchangeStates();
      offset_ += layer.parameters().size();
      return 1;
    case LayerKind::Activation:
      line(activateCall(layer, "q"));
      return 1;
    case LayerKind::Normalization:
      line(normalizeCall(layer, parameters(), "q"));
      offset_ += layer.parameters().size();
      return 1;
    case LayerKind::Pooling:
    case LayerKind::Means:
      used_.insert(meansText);
      line(call("means", std::to_string(layer.from.channels) + ", " + extents(layer.from) + ", " +
                             (layer.kind == LayerKind::Pooling ? "2, 2" : extents(layer.from)) + ", q, z"));
      exchangeStates();
      return 1;
    case LayerKind::Block:
    case LayerKind::SymmetricBlock:
    case LayerKind::CompositeBlock:
      break;
    }
    return writeBlocks(l);
  }

  std::string affineCall(const Layer& layer, const std::string& parameters, const char* from,
                         const char* to) {
    return functionCall(affineText, "affine",
                        parameters + ", " + (layer.bias.empty() ? "0, " : "1, ") +
                            std::to_string(layer.to.channels) + ", " + std::to_string(layer.from.channels) +
                            ", " + extents(layer.from) + ", " + std::to_string(layer.side) + ", " + from +
                            ", " + to);
  }
  std::string activateCall(const Layer& layer, const char* state) {
    return functionCall(activateText, "activate", std::to_string(layer.to.size()) + ", " + state);
  }
  std::string normalizeCall(const Layer& layer, const std::string& parameters, const char* state) {
    return functionCall(normalizeText, "normalize",
                        parameters + ", " + std::to_string(layer.to.channels) + ", " +
                            std::to_string(layer.to.pixels()) + ", " + std::to_string(layer.groups) + ", " +
                            state);
  }

  std::size_t writeBlocks(std::size_t l) {
    const Layer& first = layers_[l];
    const auto equal = [&](const Layer& layer) {
      return layer.kind == first.kind && layer.to == first.to && layer.step == first.step;
    };
    std::size_t count = 1;
    while (l + count < layers_.size() && equal(layers_[l + count])) ++count;
    const std::size_t size = first.parameters().size();
    const std::string place = parameters() + " + i * " + std::to_string(size);
    line("for (i = 0; i < " + std::to_string(count) + "; ++i)" +
         (first.kind == LayerKind::CompositeBlock ? " {" : ""));
    if (first.kind == LayerKind::CompositeBlock) {
      writeInside(first, place);
      line("}");
    } else {
      line("  " + blockCall(first, place));
    }
    offset_ += count * size;
    return count;
  }

  std::string blockCall(const Layer& block, const std::string& place) {
    const bool symmetric = block.kind == LayerKind::SymmetricBlock;
    used_.insert(affineText);
    used_.insert(activateText);
    return functionCall(symmetric ? symmetricText : blockText, symmetric ? "symmetric_block" : "block",
                        place + ", " + std::to_string(block.to.channels) + ", " + extents(block.to) + ", " +
                            (symmetric ? "" : std::to_string(block.side) + ", ") + number(block.step) +
                            ", z, q");
  }

  // The state stays in q; the layers take z and t in turns.
  void writeInside(const Layer& block, const std::string& place) {
    const char *from = "q", *to = "z", *last = "q";
    std::size_t offset = 0;
    for (const Layer& layer : block.inside) {
      const std::string at = place + " + " + std::to_string(offset);
      if (layer.kind == LayerKind::Affine) {
        line("  " + affineCall(layer, at, from, to));
        last = to;
        to = std::strcmp(to, "z") == 0 ? "t" : "z";
        from = last;
      } else {
        line("  " + (layer.kind == LayerKind::Activation ? activateCall(layer, last)
                                                         : normalizeCall(layer, at, last)));
      }
      offset += layer.parameters().size();
    }
    line("  " +
         functionCall(stepText, "step",
                      std::to_string(block.to.size()) + ", " + number(block.step) + ", " + last + ", q"));
  }

  std::string scaledInputs() const {
    const DataScaling& scaling = model_.description.inputs;
    const std::string log = precision_ == Precision::Double ? "log" : "logf";
    const std::string x = scaling.logarithm ? log + "(x[i])" : "x[i]";
    if (scaling.isIdentity()) return x;
    return "(" + x + " - " + name_ + "_input_shift[i]) / " + name_ + "_input_scale[i]";
  }

  // From the state to y.
  std::string outputs() const {
    const DataScaling& scaling = model_.description.targets;
    const std::string exp = precision_ == Precision::Double ? "exp" : "expf";
    const std::string count = name_ + "_outputs";
    std::string y = scaling.isIdentity()
                        ? "q[i]"
                        : "q[i] * " + name_ + "_output_scale[i] + " + name_ + "_output_shift[i]";
    if (scaling.logarithm) y = exp + "(" + y + ")";
    if (!model_.givesProbabilities()) return "  for (i = 0; i < " + count + "; ++i) y[i] = " + y + ";\n";
    return "  for (i = 1; i < " + count + "; ++i)\n    if (q[i] > most) most = q[i];\n" +
           "  for (i = 0; i < " + count + "; ++i) sum += y[i] = " + exp + "(q[i] - most);\n" +
           "  for (i = 0; i < " + count + "; ++i) y[i] /= sum;\n";
  }

  std::string function() const {
    const std::string size = std::to_string(largest());
    std::string text = "\nstatic inline void " + name_ + "(const " + real() + " x[], " + real() +
                       " y[]) {\n  " + real() + " first[" + size + "], second[" + size + "]" +
                       (keepsState() ? ", t[" + size + "]" : "") + ";\n  " + real() +
                       " *q = first, *z = second, *swap;\n  int i;\n";
    text += "  for (i = 0; i < " + name_ + "_inputs; ++i) q[i] = " + scaledInputs() + ";\n" + body_;
    if (model_.givesProbabilities())
      text = replaced(text, "  int i;\n", "  " + real() + " most, sum = 0;\n  int i;\n") + "  most = q[0];\n";
    return text + outputs() + "}\n";
  }

  const PortableModel& model_;
  resnet::Network network_;
  std::string name_;
  Precision precision_;
  std::vector<Layer> layers_;
  std::set<const char*> used_;
  std::string body_;
  std::size_t offset_ = 0;
};

} // namespace

std::string cHeader(const PortableModel& model, const std::string& name, Precision precision) {
  return HeaderText(model, name, precision).text();
}

std::string cName(const std::string& file) {
  std::string name = std::filesystem::path(file).stem().string();
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 || (static_cast<unsigned char>(c) & 0x80U) != 0)
      c = '_';
  const bool startsWithDigit = !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) != 0;
  return (startsWithDigit ? "_" : "") + (name.empty() ? "network" : name);
}

} // namespace terrace::program
