#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/network/NetworkParameters.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>
#include <terrace/resnet/samples/SampleGroup.hpp>

#include <Teuchos_Array.hpp>

#include <algorithm>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>

namespace terrace::resnet {
namespace {

template <class Enum>
Enum fromName(const std::string& name, std::initializer_list<Enum> choices) {
  for (const Enum choice : choices)
    if (name == toString(choice)) return choice;
  throw ParameterError("Network: \"" + name + "\" is not a known choice.");
}

template <class Number>
std::string text(Number value) {
  std::ostringstream stream;
  stream << value;
  return stream.str();
}

std::string text(const Shape& shape) {
  return text(shape.channels) + " x " + text(shape.height) + " x " + text(shape.width);
}

// Entry `stage` of a list of "Stages", checked; `single` where the list is empty. \p leading is the list that
// tells how many stages there are.
template <class Number>
Number stageEntry(const Teuchos::ParameterList& stages, const char* name, std::size_t stage,
                  std::size_t count, const std::string& leading, Number single) {
  const auto& entries = stages.get<Teuchos::Array<Number>>(name);
  if (entries.empty()) return single;
  const std::string where = std::string("Network > Stages: \"") + name + "\" ";
  if (static_cast<std::size_t>(entries.size()) != count)
    throw ParameterError(where + "has " + text(entries.size()) + " entries; expected one for each of the " +
                         text(count) + " entries of \"" + leading + "\".");
  const Number entry = entries[static_cast<typename Teuchos::Array<Number>::size_type>(stage)];
  if (!(entry > Number(0)) || entry > std::numeric_limits<Number>::max())
    throw ParameterError(where + "has the entry " + text(entry) + "; expected positive numbers.");
  return entry;
}

// Multiplications of one block for one sample on the way forward.
double productsOfBlock(const Stage& stage) {
  const double channels = stage.shape.channels, pixels = stage.shape.pixels();
  switch (stage.kind) {
  case StageKind::Dense:
    return channels * channels;
  case StageKind::Single:
    return 9 * channels * channels * pixels;
  case StageKind::Symmetric:
  case StageKind::Basic:
    return 2 * 9 * channels * channels * pixels;
  case StageKind::Bottleneck: {
    const double inner = stage.shape.channels / bottleneckFactor;
    return (2 * channels * inner + 9 * inner * inner) * pixels;
  }
  }
  return 0;
}

// The shape of stage `s` of `count` whose first state has this shape: the image is halved from one stage to
// the next.
Shape halved(Shape image, std::size_t s, std::size_t count) {
  const Shape first = image;
  for (std::size_t k = 0; k < s; ++k) {
    if (image.height % 2 != 0 || image.width % 2 != 0)
      throw ParameterError(
          "Network > Stages: stage " + text(k + 1) + " has images of " + text(image.height) + " x " +
          text(image.width) + " pixels, which cannot be halved for stage " + text(k + 2) + "; with " +
          text(count) + " stages the samples need a height and a width divisible by " +
          text(1L << (count - 1)) + " (they have " + text(first.height) + " x " + text(first.width) + ").");
    image.height /= 2;
    image.width /= 2;
  }
  return image;
}

// The kind of all stages of the list "Network".
StageKind readKind(const Teuchos::ParameterList& network) {
  if (network.get<std::string>("Type") == "Dense") return StageKind::Dense;
  return fromName(network.get<std::string>("Block"),
                  {StageKind::Single, StageKind::Symmetric, StageKind::Basic, StageKind::Bottleneck});
}

// What is wrong with the normalisation of a stage, or with its inner channels; empty if nothing is.
std::string wrongChannels(const Stage& stage) {
  const bool bottleneck = stage.kind == StageKind::Bottleneck;
  const int channels = stage.shape.channels;
  if (bottleneck && channels % bottleneckFactor != 0)
    return text(channels) + " channels with Bottleneck blocks; expected a multiple of " +
           text(bottleneckFactor) + ".";
  if (stage.normalization == Normalization::None) return "";
  if (stage.kind != StageKind::Basic && !bottleneck)
    return std::string("a normalisation and ") + toString(stage.kind) +
           " blocks; expected Basic or Bottleneck.";
  if (stage.normalization == Normalization::GhostBatch) return "";
  const int normalized = bottleneck ? channels / bottleneckFactor : channels;
  if (stage.groups < 1 || normalized % stage.groups != 0)
    return text(normalized) + " channels of a layer in " + text(stage.groups) +
           " groups of the normalisation; expected a divisor.";
  return "";
}

void requireImages(const Shape& input) {
  if (input.pixels() > 1) return;
  throw ParameterError("Network: \"Type\" = \"Convolutional\" is for images and a sample is " +
                       text(input.size()) +
                       " numbers without a shape; expected a data set whose input_shape is height x width "
                       "or channels x height x width.");
}

void refuseEntries(const Teuchos::ParameterList& list, const std::string& name, const std::string& type,
                   const std::string& instead) {
  if (list.get<Teuchos::Array<int>>(name).empty()) return;
  throw ParameterError("Network > Stages: \"" + name +
                       "\" has entries and the \"Type\" of the network is \"" + type + "\"; expected \"" +
                       instead + "\".");
}

// The stages of the list "Stages", or one of Width, Blocks and Final Time.
std::vector<Stage> readStages(const Teuchos::ParameterList& network, const Shape& input) {
  const auto& list = network.sublist("Stages");
  const StageKind kind = readKind(network);
  const bool images = isConvolutional(kind);
  if (images) requireImages(input);
  const std::string sizes = images ? "Channels" : "Widths", others = images ? "Widths" : "Channels";
  refuseEntries(list, others, network.get<std::string>("Type"), sizes);
  const auto entries = static_cast<std::size_t>(list.get<Teuchos::Array<int>>(sizes).size());
  if (entries == 0 && (!list.get<Teuchos::Array<int>>("Blocks").empty() ||
                       !list.get<Teuchos::Array<double>>("Final Times").empty()))
    throw ParameterError("Network > Stages: \"Blocks\" or \"Final Times\" has entries and \"" + sizes +
                         "\" has none; expected an entry of \"" + sizes + "\" for each stage.");
  const std::size_t count = std::max<std::size_t>(entries, 1);
  std::vector<Stage> stages(count);
  for (std::size_t s = 0; s < count; ++s) {
    stages[s].kind = kind;
    stages[s].normalization =
        fromName(network.get<std::string>("Normalization"),
                 {Normalization::None, Normalization::Group, Normalization::GhostBatch});
    stages[s].groups = network.get<int>("Normalization Groups");
    if (images) stages[s].shape = halved(input, s, count);
    stages[s].shape.channels = stageEntry(list, sizes.c_str(), s, count, sizes, network.get<int>("Width"));
    stages[s].blocks = stageEntry(list, "Blocks", s, count, sizes, network.get<int>("Blocks"));
    const std::string wrong = wrongChannels(stages[s]);
    if (!wrong.empty())
      throw ParameterError("Network" + (count > 1 ? " > Stages: stage " + text(s + 1) : ":") + " has " +
                           wrong);
    stages[s].finalTime = stageEntry(list, "Final Times", s, count, sizes, network.get<double>("Final Time"));
  }
  return stages;
}

// "Width" or the first of the list of stages is too small for the Identity lift.
ParameterError narrowFirstStage(const Network& network) {
  const bool images = network.isConvolutional();
  const int found = network.firstShape().channels,
            wanted = images ? network.input.channels : network.features();
  const std::string where = network.stages.size() == 1 ? "Network: \"Width\" = "
                            : images                   ? "Network > Stages: \"Channels\" begins with "
                                                       : "Network > Stages: \"Widths\" begins with ";
  return ParameterError(where + text(found) + " is less than the " + text(wanted) +
                        (images ? " channels" : " features") + " of a sample; expected at least " +
                        text(wanted) + " with the Identity lift (or another Lift).");
}

bool firstStageIsTooNarrow(const Network& network) {
  if (network.lift != Lift::Identity) return false;
  return network.isConvolutional() ? network.firstShape().channels < network.input.channels
                                   : network.firstShape().size() < network.features();
}

// What does not fit in the row of stages; empty if all does.
std::string brokenRow(const Network& network) {
  const bool images = network.isConvolutional();
  Shape expected = network.input;
  for (std::size_t s = 0; s < network.stages.size(); ++s) {
    const Stage& stage = network.stages[s];
    if (isConvolutional(stage.kind) != images)
      return "dense stages beside convolutional ones; expected one or the other.";
    if (!images && stage.shape.pixels() != 1)
      return "a dense stage of the shape " + text(stage.shape) + "; expected one pixel.";
    if (images && (stage.shape.height != expected.height || stage.shape.width != expected.width))
      return "stage " + text(s + 1) + " has the shape " + text(stage.shape) + "; expected images of " +
             text(expected.height) + " x " + text(expected.width) + " pixels.";
    if (images && s + 1 < network.stages.size() && (expected.height % 2 != 0 || expected.width % 2 != 0))
      return "images of stage " + text(s + 1) + " have " + text(expected.height) + " x " +
             text(expected.width) + " pixels, which cannot be halved.";
    expected.height /= 2;
    expected.width /= 2;
  }
  return "";
}

} // namespace

const char* toString(StageKind kind) {
  switch (kind) {
  case StageKind::Dense:
    return "Dense";
  case StageKind::Single:
    return "Single";
  case StageKind::Symmetric:
    return "Symmetric";
  case StageKind::Basic:
    return "Basic";
  case StageKind::Bottleneck:
    return "Bottleneck";
  }
  return "";
}

const char* toString(Normalization normalization) {
  switch (normalization) {
  case Normalization::None:
    return "None";
  case Normalization::Group:
    return "Group";
  case Normalization::GhostBatch:
    return "Ghost Batch";
  }
  return "";
}

const char* toString(Lift lift) {
  switch (lift) {
  case Lift::Identity:
    return "Identity";
  case Lift::Linear:
    return "Linear";
  case Lift::Activated:
    return "Activated";
  }
  return "";
}

const char* toString(Activation activation) {
  switch (activation) {
  case Activation::Tanh:
    return "Tanh";
  case Activation::ReLU:
    return "ReLU";
  case Activation::SmoothReLU:
    return "SmoothReLU";
  case Activation::Sigmoid:
    return "Sigmoid";
  case Activation::Identity:
    return "Identity";
  }
  return "";
}

const char* toString(LossType loss) {
  return loss == LossType::CrossEntropy ? "Cross Entropy" : "Least Squares";
}

const char* toString(MetricType metric) {
  return metric == MetricType::L2 ? "L2" : "Euclidean";
}

Network Network::dense(int features, int outputs, int width, int blocks, double finalTime) {
  Network network;
  network.input = Shape::dense(features);
  network.outputs = outputs;
  network.stages = {{StageKind::Dense, Shape::dense(width), blocks, finalTime}};
  return network;
}

void Network::check() const {
  const auto require = [](bool holds, const std::string& complaint) {
    if (!holds) throw std::invalid_argument("Network: " + complaint);
  };
  require(!stages.empty(), "it has no stage; expected at least one.");
  require(input.size() > 0 && outputs > 0,
          text(input.size()) + " features and " + text(outputs) + " outputs; expected at least 1 of each.");
  for (const Stage& stage : stages)
    require(stage.shape.size() > 0 && stage.blocks > 0 && stage.finalTime > 0,
            "a stage has " + text(stage.blocks) + " blocks of width " + text(stage.shape.size()) +
                " on (0, " + text(stage.finalTime) + "); expected positive numbers.");
  const std::string broken = brokenRow(*this);
  require(broken.empty(), broken);
  for (const Stage& stage : stages) {
    const std::string wrong = wrongChannels(stage);
    require(wrong.empty(), "a stage has " + wrong);
  }
  require(!firstStageIsTooNarrow(*this), "a first stage of width " + text(firstShape().channels) + " for " +
                                             text(isConvolutional() ? input.channels : features()) +
                                             (isConvolutional() ? " channels" : " features") +
                                             "; expected at least as many with the Identity lift.");
}

Transition Network::transition(int stage) const {
  const auto s = static_cast<std::size_t>(stage);
  return {isConvolutional() ? TransitionKind::Pooled : TransitionKind::Affine, stages[s - 1].shape,
          stages[s].shape};
}

int Network::samplesTogether() const {
  const bool any = std::any_of(stages.begin(), stages.end(), [](const Stage& stage) {
    return stage.normalization == Normalization::GhostBatch;
  });
  return any ? samplesOfGroup : 1;
}

int Network::widest() const {
  int widest = 0;
  for (const Stage& stage : stages) widest = std::max(widest, stage.shape.size());
  return widest;
}

int Network::blocks() const {
  int sum = 0;
  for (const Stage& stage : stages) sum += stage.blocks;
  return sum;
}

long Network::parameterCount() const {
  return ParameterLayout(*this).size();
}

double Network::flopsPerSample() const {
  double products = 0; // entries of the matrices, each as often as it is multiplied by
  if (lift != Lift::Identity)
    products += 2.0 * firstShape().size() * (isConvolutional() ? 9 * input.channels : features());
  for (const Stage& stage : stages) products += 3.0 * stage.blocks * productsOfBlock(stage);
  for (std::size_t s = 1; s < stages.size(); ++s)
    products += 3.0 * stages[s - 1].shape.channels * stages[s].shape.size();
  products += 3.0 * headInputs() * outputs;
  return 2 * products;
}

Network Network::coarsened(int factor) const {
  Network coarse = *this;
  for (Stage& stage : coarse.stages) {
    if (factor < 1 || stage.blocks % factor != 0)
      throw std::invalid_argument("Network: " + std::to_string(stage.blocks) +
                                  " blocks of a stage, to be divided by " + std::to_string(factor) +
                                  "; expected a multiple of it.");
    stage.blocks /= factor;
  }
  return coarse;
}

namespace {

// Entries of a state and blocks are counted by an int; parameters are at most 32 times the square of the
// channels for each block, and the lift, 9 times channels and inputs.
void requireCountable(const Network& network) {
  constexpr double most = std::numeric_limits<int>::max(), mostParameters = 1e15;
  double blocks = 0;
  double parameters = 9.0 * network.firstShape().channels * network.input.channels * network.input.height *
                      network.input.width;
  for (const Stage& stage : network.stages) {
    const double channels = stage.shape.channels;
    blocks += stage.blocks;
    parameters += (stage.blocks + 1.0) * 32 * channels * channels;
    if (channels * stage.shape.height * stage.shape.width > most)
      throw ParameterError("Network: states of " + std::to_string(stage.shape.channels) + " channels on " +
                           std::to_string(stage.shape.height) + " x " + std::to_string(stage.shape.width) +
                           " pixels have more than " + std::to_string(std::numeric_limits<int>::max()) +
                           " entries.");
  }
  if (blocks > most || parameters > mostParameters)
    throw ParameterError("Network: has more parameters than can be counted; expected at most 1e15.");
}

} // namespace

Network Network::fromParameters(const Teuchos::ParameterList& networkList, const Shape& input, int outputs) {
  Teuchos::ParameterList list(networkList);
  validateParameters(list, *validNetworkParameters(), "Network");
  Network network;
  network.input = input;
  network.outputs = outputs;
  network.stages = readStages(list, input);
  network.activation = fromName(list.get<std::string>("Activation"),
                                {Activation::Tanh, Activation::ReLU, Activation::SmoothReLU,
                                 Activation::Sigmoid, Activation::Identity});
  network.lift = fromName(list.get<std::string>("Lift"), {Lift::Identity, Lift::Linear, Lift::Activated});
  network.loss = fromName(list.get<std::string>("Loss"), {LossType::CrossEntropy, LossType::LeastSquares});
  network.metric = fromName(list.get<std::string>("Metric"), {MetricType::L2, MetricType::Euclidean});
  const auto& regularization = list.sublist("Regularization");
  network.regularization.tikhonov = regularization.get<double>("Tikhonov");
  network.regularization.smoothness = regularization.get<double>("Smoothness");
  network.regularization.outputTikhonov = regularization.get<double>("Output Tikhonov");
  if (firstStageIsTooNarrow(network)) throw narrowFirstStage(network);
  requireCountable(network);
  return network;
}

Teuchos::ParameterList Network::toParameters() const {
  Teuchos::ParameterList list("Network");
  if (isConvolutional()) {
    list.set("Type", std::string("Convolutional"));
    list.set("Block", std::string(toString(stages.front().kind)));
    list.set("Normalization", std::string(toString(stages.front().normalization)));
    list.set("Normalization Groups", stages.front().groups);
  }
  if (stages.size() == 1) {
    list.set("Width", firstShape().channels);
    list.set("Blocks", stages.front().blocks);
    list.set("Final Time", stages.front().finalTime);
  } else {
    Teuchos::Array<int> widths, counts;
    Teuchos::Array<double> times;
    for (const Stage& stage : stages) {
      widths.push_back(stage.shape.channels);
      counts.push_back(stage.blocks);
      times.push_back(stage.finalTime);
    }
    list.sublist("Stages").set(isConvolutional() ? "Channels" : "Widths", widths);
    list.sublist("Stages").set("Blocks", counts);
    list.sublist("Stages").set("Final Times", times);
  }
  list.set("Activation", std::string(toString(activation)));
  list.set("Lift", std::string(toString(lift)));
  list.set("Loss", std::string(toString(loss)));
  list.set("Metric", std::string(toString(metric)));
  auto& weights = list.sublist("Regularization");
  weights.set("Tikhonov", regularization.tikhonov);
  weights.set("Smoothness", regularization.smoothness);
  weights.set("Output Tikhonov", regularization.outputTikhonov);
  return list;
}

} // namespace terrace::resnet
