#pragma once

#include <terrace/resnet/samples/SampleSet.hpp>

#include <Teuchos_ParameterList.hpp>

namespace terrace::resnet {

/// The parameter "Validation Share" of the deck list "Data".
void declareValidationShare(Teuchos::ParameterList& data);

/// How many of \p all training samples "Validation Share" holds out: the last ones of the run's order.
/// \throws terrace::ParameterError if that leaves none to hold out or none to train with.
long heldOutCount(const Teuchos::ParameterList& data, long all);

/// The last \p count samples as a set of their own; collective.
SampleSet lastSamples(const SampleSet& samples, long count);

} // namespace terrace::resnet
