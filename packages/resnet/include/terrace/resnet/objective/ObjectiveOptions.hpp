#pragma once

#include <terrace/resnet/network/HessianKind.hpp>

#include <Teuchos_ParameterList.hpp>

namespace terrace::resnet {

/// How the output layer is found. Trained: by the solver, with the other layers. Solved: each evaluation
/// finds the minimiser of the regularised loss for the other layers.
enum class OutputLayer { Trained, Solved };
/// How an objective evaluates.
struct ObjectiveOptions {
  /// Of the loss; the regularisation's Hessian is exact in both.
  HessianKind hessian = HessianKind::Exact;
  /// Samples that a sweep works on at a time; 0: as many as suit the cache.
  int chunkSamples = 0;
  /// Positions that the objective is made for: the first so many of its samples; 0: all.
  long ownSamples = 0;
  /// Whether the output layer is a part of the iterate that the solver changes.
  OutputLayer outputLayer = OutputLayer::Trained;

  /// Reads "Hessian" and "Output Layer" of the list "Network" in \p parameters. The latter follows the
  /// solver of the lists "Step" and "Sampling", or is checked against it.
  /// \throws terrace::ParameterError if the output layer cannot be solved for.
  static ObjectiveOptions fromParameters(const Teuchos::ParameterList& parameters);
};

} // namespace terrace::resnet
