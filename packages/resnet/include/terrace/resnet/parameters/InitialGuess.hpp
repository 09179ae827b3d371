#pragma once

#include <terrace/resnet/parameters/ParameterSpace.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <Teuchos_ParameterList.hpp>

namespace terrace::resnet {

/// Fills the parameters with the deck list "Network > Initial Guess" (defaults of validNetworkParameters()).
///
/// Smooth Random: the time of each stage is cut into Pieces equal parts, each with its own normal weights and
/// biases of standard deviation Scale / sqrt(inputs of the layer). A block takes the part in which its
/// midpoint lies, so that every depth starts from the same function of time (up to the resolution of its
/// blocks). Random: every block has its own numbers. In both, the output layer is normal likewise. A trained
/// lift is the padded identity plus 0.1 normal, its bias 0.1 normal; a transition is the padded identity plus
/// 0.1 / sqrt(inputs) normal, and so its bias. In a convolutional network the lift and the transitions are
/// normal as the blocks are; the inputs of a convolution are those under its stencil.
///
/// The numbers depend on the seed and the network alone: not on the number of ranks, nor, but for Random, the
/// depth. They come from std::mt19937_64 (fixed by the standard) and the polar method, as
/// std::normal_distribution is not the same everywhere.
///
/// \param[out] x  a primal vector of \p space.
/// \throws terrace::ParameterError if a parameter is invalid, or the Type is File, which the callers of
/// TrainingProblem read.
void fillInitialGuess(ParameterVector& x, const ParameterSpace& space,
                      const Teuchos::ParameterList& initialGuess);

} // namespace terrace::resnet
