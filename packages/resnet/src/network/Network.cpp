#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/network/NetworkParameters.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <array>
#include <utility>

namespace terrace::resnet {
namespace {

template <class Enum>
Enum fromName(const std::string& name, std::initializer_list<Enum> choices) {
  for (const Enum choice : choices)
    if (name == toString(choice)) return choice;
  throw ParameterError("Network: \"" + name + "\" is not a known choice.");
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

long Network::parameterCount() const {
  return ParameterLayout(*this).size();
}

double Network::flopsPerSample() const {
  const double d = width;
  const double block = 3 * d * d;
  const double trainedLift = lift == Lift::Identity ? 0.0 : 2 * d * features;
  const double output = 3 * d * outputs;
  return 2 * (blocks * block + trainedLift + output);
}

Network Network::withBlocks(int newBlocks) const {
  Network other = *this;
  other.blocks = newBlocks;
  return other;
}

Network Network::fromParameters(const Teuchos::ParameterList& networkList, int features, int outputs) {
  Teuchos::ParameterList list(networkList);
  validateParameters(list, *validNetworkParameters(), "Network");
  Network network;
  network.features = features;
  network.outputs = outputs;
  network.width = list.get<int>("Width");
  network.blocks = list.get<int>("Blocks");
  network.finalTime = list.get<double>("Final Time");
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
  if (network.lift == Lift::Identity && network.width < features)
    throw ParameterError("Network: \"Width\" = " + std::to_string(network.width) + " is less than the " +
                         std::to_string(features) + " features of a sample; expected Width >= " +
                         std::to_string(features) + " with the Identity lift (or another Lift).");
  return network;
}

Teuchos::ParameterList Network::toParameters() const {
  Teuchos::ParameterList list("Network");
  list.set("Width", width);
  list.set("Blocks", blocks);
  list.set("Final Time", finalTime);
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
