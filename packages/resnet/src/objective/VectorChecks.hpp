#pragma once

#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <stdexcept>

namespace terrace::resnet::detail {

inline void checkKind(const ParameterVector& vector, VectorKind expected) {
  if (vector.kind() != expected)
    throw std::invalid_argument(
        expected == VectorKind::Primal
            ? "NetworkObjective: a dual vector was passed; expected a point or a direction."
            : "NetworkObjective: a primal vector was passed; expected one for a derivative.");
}

/// \throws std::invalid_argument if \p x is dual.
inline const ParameterVector& asPoint(const ROL::Vector<double>& x) {
  const auto& vector = dynamic_cast<const ParameterVector&>(x);
  checkKind(vector, VectorKind::Primal);
  return vector;
}

/// \throws std::invalid_argument if \p g is primal.
inline ParameterVector& asDerivative(ROL::Vector<double>& g) {
  auto& vector = dynamic_cast<ParameterVector&>(g);
  checkKind(vector, VectorKind::Dual);
  return vector;
}

} // namespace terrace::resnet::detail
