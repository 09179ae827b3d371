#pragma once

// Samples with derivatives along directions of their inputs.

#include "Problems.hpp"

#include <terrace/resnet/samples/SampleDerivatives.hpp>

namespace terrace::resnet::reference {

/// Of a derivative's squared error.
constexpr double derivativeWeight = 0.7;

/// Derivatives of a rank's samples of \p data, random.
inline SampleDerivatives makeDerivatives(const Network& network, const Data& data, int directions,
                                         bool unit) {
  SampleDerivatives derivatives;
  derivatives.directions = directions;
  derivatives.alongUnitVectors = unit;
  const int m = network.outputs, n = network.features();
  derivatives.values = localRows(normals(index(data.count * directions * m), 21), directions * m);
  if (!unit) derivatives.along = localRows(normals(index(data.count * directions * n), 22), directions * n);
  return derivatives;
}

/// The samples with these derivatives.
inline SampleSet withDerivatives(const Network& network, const Data& data, int directions, bool unit,
                                 SweepScalar scalar = SweepScalar::Double) {
  return makeSamples(network, data, scalar)
      .withDerivatives(makeDerivatives(network, data, directions, unit), derivativeWeight);
}

} // namespace terrace::resnet::reference
