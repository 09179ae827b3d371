#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/network/NetworkParameters.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>

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

// Entry `stage` of a list of "Stages", checked; `single` where the list is empty.
template <class Number>
Number stageEntry(const Teuchos::ParameterList& stages, const char* name, std::size_t stage,
                  std::size_t count, Number single) {
  const auto& entries = stages.get<Teuchos::Array<Number>>(name);
  if (entries.empty()) return single;
  const std::string where = std::string("Network > Stages: \"") + name + "\" ";
  if (static_cast<std::size_t>(entries.size()) != count)
    throw ParameterError(where + "has " + text(entries.size()) + " entries; expected one for each of the " +
                         text(count) + " entries of \"Widths\".");
  const Number entry = entries[static_cast<typename Teuchos::Array<Number>::size_type>(stage)];
  if (!(entry > Number(0)) || entry > std::numeric_limits<Number>::max())
    throw ParameterError(where + "has the entry " + text(entry) + "; expected positive numbers.");
  return entry;
}

// Multiplications of one block for one sample.
double productsOfBlock(const Stage& stage) {
  switch (stage.kind) {
  case StageKind::Dense:
    return static_cast<double>(stage.shape.size()) * stage.shape.size();
  }
  return 0;
}

// The stages of the list "Stages", or one of Width, Blocks and Final Time.
std::vector<Stage> readStages(const Teuchos::ParameterList& network) {
  const auto& list = network.sublist("Stages");
  const auto widths = static_cast<std::size_t>(list.get<Teuchos::Array<int>>("Widths").size());
  if (widths == 0 && (!list.get<Teuchos::Array<int>>("Blocks").empty() ||
                      !list.get<Teuchos::Array<double>>("Final Times").empty()))
    throw ParameterError(
        "Network > Stages: \"Blocks\" or \"Final Times\" has entries and \"Widths\" has none; expected an "
        "entry of \"Widths\" for each stage.");
  const std::size_t count = std::max<std::size_t>(widths, 1);
  std::vector<Stage> stages(count);
  for (std::size_t s = 0; s < count; ++s) {
    stages[s].shape = Shape::dense(stageEntry(list, "Widths", s, count, network.get<int>("Width")));
    stages[s].blocks = stageEntry(list, "Blocks", s, count, network.get<int>("Blocks"));
    stages[s].finalTime = stageEntry(list, "Final Times", s, count, network.get<double>("Final Time"));
  }
  return stages;
}

} // namespace

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
  require(lift != Lift::Identity || firstShape().size() >= features(),
          "a first stage of width " + text(firstShape().size()) + " for " + text(features()) +
              " features; expected at least as many with the Identity lift.");
}

Transition Network::transition(int stage) const {
  const auto s = static_cast<std::size_t>(stage);
  return {TransitionKind::Affine, stages[s - 1].shape, stages[s].shape};
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
  if (lift != Lift::Identity) products += 2.0 * firstShape().size() * features();
  for (const Stage& stage : stages) products += 3.0 * stage.blocks * productsOfBlock(stage);
  for (std::size_t s = 1; s < stages.size(); ++s)
    products += 3.0 * stages[s - 1].shape.size() * stages[s].shape.size();
  products += 3.0 * lastShape().size() * outputs;
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

Network Network::fromParameters(const Teuchos::ParameterList& networkList, const Shape& input, int outputs) {
  Teuchos::ParameterList list(networkList);
  validateParameters(list, *validNetworkParameters(), "Network");
  Network network;
  network.input = input;
  network.outputs = outputs;
  network.stages = readStages(list);
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
  const int width = network.firstShape().size(), features = network.features();
  if (network.lift == Lift::Identity && width < features)
    throw ParameterError(
        (network.stages.size() == 1 ? "Network: \"Width\" = " : "Network > Stages: \"Widths\" begins with ") +
        std::to_string(width) + " is less than the " + std::to_string(features) +
        " features of a sample; expected at least " + std::to_string(features) +
        " with the Identity lift (or another Lift).");
  return network;
}

Teuchos::ParameterList Network::toParameters() const {
  Teuchos::ParameterList list("Network");
  if (stages.size() == 1) {
    list.set("Width", firstShape().size());
    list.set("Blocks", stages.front().blocks);
    list.set("Final Time", stages.front().finalTime);
  } else {
    Teuchos::Array<int> widths, counts;
    Teuchos::Array<double> times;
    for (const Stage& stage : stages) {
      widths.push_back(stage.shape.size());
      counts.push_back(stage.blocks);
      times.push_back(stage.finalTime);
    }
    list.sublist("Stages").set("Widths", widths);
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
