#pragma once

#include <terrace/multilevel/run/SolverContext.hpp>
#include <terrace/resnet/surrogate/Surrogate.hpp>

#include <Teuchos_ParameterList.hpp>
#include <Tpetra_MultiVector_fwd.hpp>

#include <iosfwd>
#include <string>

namespace terrace::resnet {

/// A surrogate and the result of its training.
struct TrainedSurrogate {
  Surrogate surrogate;             ///< The function; the best on held-out samples if there are any.
  double value = 0;                ///< Regularised loss of scaled targets over the training samples.
  double trainError = 0;           ///< Relative L2 error in the units of the targets.
  double trainDerivativeError = 0; ///< Of the derivatives (Metrics::derivativeError); NaN without.
  int iterations = 0;              ///< Of the solver.
  double workUnits = 0;            ///< A unit is a value-and-gradient sweep of the network.
  long trainingSamples = 0;        ///< Without those held out.
  std::string status;              ///< Why it ended.
};

/// The lists of trainSurrogate() with their defaults and meanings.
Teuchos::RCP<const Teuchos::ParameterList> validTrainingParameters();

/// Trains a network on samples and gives it to every rank as a function; collective.
///
/// The parameters are the lists Network, Data (scaling, validation share, seed of the order of the
/// samples), Levels, General, Step, Sampling and Status Test of a deck. What is missing has a deck's default;
/// the default of the loss is Least Squares. The same surrogate comes out on any number of ranks.
///
/// \param[in,out] parameters  checked; defaults are filled in.
/// \param[in] inputs   samples x features, a sample a row. The rows are distributed by any one-to-one map of
/// the
///                     global indices 0 .. samples - 1.
/// \param[in] targets  samples x outputs, with the same map.
/// \param[in] out      receives the solver's table by "General > Output Level", on rank 0.
/// \param[in] context  what a program adds to the run; its validation is replaced if samples are held out.
/// \param[in] initialGuess  where Network/Initial Guess/Type is File, the surrogate that training starts
/// from,
///                     on all ranks; its numbers of blocks may differ (changeDepth()), and its maps of
///                     columns are those that are Automatic.
/// \param[in] jacobians  the derivatives of the targets by the inputs, for a loss that compares them too
///                     (Network/Derivative Weight): samples x (outputs * features) with the same map, column
///                     c * features + j the derivative of target c by input j; null: there are none.
/// \throws terrace::ParameterError for wrong parameters, std::invalid_argument for wrong samples,
///         std::runtime_error if the solver fails.
TrainedSurrogate trainSurrogate(Teuchos::ParameterList& parameters, const Surrogate::MultiVector& inputs,
                                const Surrogate::MultiVector& targets, std::ostream& out,
                                SolverContext<double> context = {}, const Surrogate* initialGuess = nullptr,
                                const Surrogate::MultiVector* jacobians = nullptr);

} // namespace terrace::resnet
