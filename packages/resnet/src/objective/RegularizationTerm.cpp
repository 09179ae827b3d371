#include "objective/RegularizationTerm.hpp"

#include <string>
#include <type_traits>

namespace terrace::resnet::detail {
namespace {

using Coefficients = RegularizationTerm::Coefficients;
using Range = Kokkos::RangePolicy<DefaultExecution>;

// sum over all i of  1/2 beta_i theta_i^2 + 1/2 (gamma / h) (theta_i - theta_{i - blockSize})^2
// beta_i = h beta in blocks, beta_out in lift and output; differences from the second block on
struct Value {
  /// Entries of a work item: on the host a run of them, whose sum stays in a register.
  static constexpr long run = std::is_same_v<Device::memory_space, Kokkos::HostSpace> ? 256 : 1;

  Coefficients c;
  ConstParameterView theta;

  KOKKOS_INLINE_FUNCTION void operator()(const long item, double& total) const {
    const long count = static_cast<long>(theta.extent(0));
    const long end = (item + 1) * run < count ? (item + 1) * run : count;
    double sum = total;
    for (long i = item * run; i < end; ++i) {
      const bool inBlocks = i >= c.blocksBegin && i < c.blocksEnd;
      sum += 0.5 * (inBlocks ? c.square : c.outputSquare) * theta(i) * theta(i);
      if (inBlocks && i >= c.blocksBegin + c.blockSize) {
        const double jump = theta(i) - theta(i - c.blockSize);
        sum += 0.5 * c.difference * jump * jump;
      }
    }
    total = sum;
  }
};

// owned_i += beta_i theta_i + (gamma / h) ( (theta_i - theta_{i - blockSize}) - (theta_{i + blockSize} -
// theta_i) )
struct Derivative {
  Coefficients c;
  ConstParameterView theta;
  ParameterView result;

  KOKKOS_INLINE_FUNCTION void operator()(const long owned) const {
    const long i = c.firstOwned + owned;
    const bool inBlocks = i >= c.blocksBegin && i < c.blocksEnd;
    double sum = (inBlocks ? c.square : c.outputSquare) * theta(i);
    if (inBlocks && i >= c.blocksBegin + c.blockSize)
      sum += c.difference * (theta(i) - theta(i - c.blockSize));
    if (inBlocks && i < c.blocksEnd - c.blockSize) sum -= c.difference * (theta(i + c.blockSize) - theta(i));
    result(owned) += sum;
  }
};

} // namespace

RegularizationTerm::RegularizationTerm(const Network& network, const ParameterLayout& layout, long firstOwned,
                                       long ownedCount)
    : coefficients_{firstOwned,
                    layout.blockOffset(0),
                    layout.outputOffset(),
                    layout.blockSize(),
                    network.regularization.tikhonov * network.step(),
                    network.regularization.smoothness / network.step(),
                    network.regularization.outputTikhonov},
      ownedCount_(ownedCount) {}

double RegularizationTerm::value(const ConstParameterView& theta) const {
  static const std::string label = "terrace::RegularizationTerm::value";
  const auto runs = (static_cast<long>(theta.extent(0)) + Value::run - 1) / Value::run;
  double sum = 0;
  Kokkos::parallel_reduce(label, Range(0, static_cast<std::size_t>(runs)), Value{coefficients_, theta}, sum);
  return sum;
}

void RegularizationTerm::addDerivative(const ConstParameterView& theta, const ParameterView& owned) const {
  static const std::string label = "terrace::RegularizationTerm::addDerivative";
  Kokkos::parallel_for(label, Range(0, static_cast<std::size_t>(ownedCount_)),
                       Derivative{coefficients_, theta, owned});
}

} // namespace terrace::resnet::detail
