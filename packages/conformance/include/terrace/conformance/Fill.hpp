#pragma once

#include <ROL_Vector.hpp>

#include <cstdlib>
#include <functional>

namespace terrace::conformance {

/// Fills a vector with random numbers. The same seed gives the same numbers at every call.
using Fill = std::function<void(ROL::Vector<double>& v, unsigned seed)>;

/// Numbers between -1 and 1, by the vector's own randomize(). ROL's and Tpetra's draw from std::rand().
inline void fillUniformly(ROL::Vector<double>& v, unsigned seed) {
  std::srand(seed);
  v.randomize(-1, 1);
}

} // namespace terrace::conformance
