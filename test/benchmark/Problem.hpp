#pragma once

// A network and random samples for the benchmarks.

#include <terrace/multilevel/hierarchy/WorkCounter.hpp>
#include <terrace/resnet/network/NetworkParameters.hpp>
#include <terrace/resnet/objective/ResNetObjective.hpp>
#include <terrace/resnet/parameters/InitialGuess.hpp>

#include <Tpetra_Core.hpp>

#include <random>
#include <vector>

namespace terrace::benchmarks {

inline resnet::Network makeNetwork(int width, int blocks) {
  return resnet::Network::dense(2, 5, width, blocks);
}

inline resnet::SampleSet makeSamples(const resnet::Network& network, int count, resnet::SweepScalar scalar) {
  std::mt19937_64 generator(1);
  std::uniform_real_distribution<double> coordinate(-1, 1);
  std::uniform_int_distribution<int> label(0, network.outputs - 1);
  std::vector<double> inputs(static_cast<std::size_t>(count * network.features()));
  std::vector<int> labels(static_cast<std::size_t>(count));
  for (double& x : inputs) x = coordinate(generator);
  for (int& c : labels) c = label(generator);
  return resnet::SampleSet::classification(Tpetra::getDefaultComm(), count, network.features(), inputs,
                                           network.outputs, labels, scalar);
}

inline ROL::Ptr<resnet::ParameterVector> makePoint(const resnet::ParameterSpace& space, int seed = 1) {
  Teuchos::ParameterList guess(resnet::validNetworkParameters()->sublist("Initial Guess"));
  guess.set("Seed", seed);
  guess.set("Type", std::string("Random"));
  auto x = space.createVector();
  resnet::fillInitialGuess(*x, space, guess);
  return x;
}

} // namespace terrace::benchmarks
