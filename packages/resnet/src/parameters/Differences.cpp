#include "parameters/Differences.hpp"

#include <string>

namespace terrace::resnet::detail {

int differences(const ConstParameterView& x, const ConstParameterView& y) {
  static const std::string label = "terrace::resnet::differences";
  int count = 0;
  Kokkos::parallel_reduce(
      label, Kokkos::RangePolicy<DefaultExecution, Kokkos::IndexType<std::size_t>>(0, x.extent(0)),
      KOKKOS_LAMBDA(const std::size_t i, int& partial) { partial += x(i) == y(i) ? 0 : 1; }, count);
  return count;
}

} // namespace terrace::resnet::detail
