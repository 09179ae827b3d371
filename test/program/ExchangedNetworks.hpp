#pragma once

#include "exchange/PortableModel.hpp"

#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace terrace::test {

/// A model of a network with numbers that are all different.
inline program::PortableModel modelOf(const resnet::Network& network, dataset::Task task,
                                      const std::vector<int>& inputShape) {
  program::PortableModel model;
  auto& about = model.description;
  about.network = network.toParameters();
  about.task = task;
  about.inputShape = inputShape;
  about.features = network.features();
  about.outputs = network.outputs;
  about.inputs = resnet::DataScaling::identity(about.features);
  about.targets = resnet::DataScaling::identity(about.outputs);
  about.deck = "<ParameterList/>";
  about.dataFile = "data.h5";
  about.dataChecksum = "0123";
  about.seed = 7;
  about.trainingSamples = 100;
  const long count = network.parameterCount();
  for (long i = 0; i < count; ++i) model.parameters.push_back(0.3 * std::sin(1.7 * static_cast<double>(i)));
  return model;
}

/// A network of images of two stages.
inline resnet::Network imageNetwork(resnet::StageKind kind, int channels, int more) {
  resnet::Network network;
  network.input = {2, 4, 6};
  network.outputs = 3;
  network.stages.push_back({kind, {channels, 4, 6}, 2, 0.9});
  network.stages.push_back({kind, {more, 2, 3}, 1, 0.3});
  return network;
}

/// Networks with every lift and activation: dense ones of one stage and of three, convolutional ones with
/// every kind of block and normalisation.
inline std::vector<program::PortableModel> exchangedNetworks() {
  using namespace resnet;
  std::vector<program::PortableModel> models;
  for (const Activation activation : {Activation::Tanh, Activation::ReLU, Activation::SmoothReLU,
                                      Activation::Sigmoid, Activation::Identity})
    for (const Lift lift : {Lift::Linear, Lift::Activated, Lift::Identity}) {
      Network network = Network::dense(3, 2, 5, 4, 1.0 / 3);
      network.activation = activation;
      network.lift = lift;
      models.push_back(modelOf(network, dataset::Task::Classification, {3}));
      network.loss = LossType::LeastSquares;
      network.stages.push_back({StageKind::Dense, Shape::dense(4), 1, 0.1});
      network.stages.push_back({StageKind::Dense, Shape::dense(6), 3, 0.7});
      models.push_back(modelOf(network, dataset::Task::Regression, {3}));
      const auto add = [&](Network images) {
        images.activation = activation;
        images.lift = lift;
        models.push_back(modelOf(images, dataset::Task::Classification, {2, 4, 6}));
      };
      for (const StageKind kind : {StageKind::Single, StageKind::Symmetric}) add(imageNetwork(kind, 3, 2));
      for (const StageKind kind : {StageKind::Basic, StageKind::Bottleneck}) {
        Network images = imageNetwork(kind, 8, 16);
        add(images);
        for (const int groups : {1, 2}) {
          for (Stage& stage : images.stages) {
            stage.normalization = Normalization::Group;
            stage.groups = groups;
          }
          add(images);
        }
      }
    }
  return models;
}

} // namespace terrace::test
