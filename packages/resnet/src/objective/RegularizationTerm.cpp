#include "objective/RegularizationTerm.hpp"

#include "parameters/DeviceCopies.hpp"

#include <string>
#include <type_traits>

namespace terrace::resnet::detail {
namespace {

using Run = RegularizationTerm::Run;
using Runs = RegularizationTerm::Runs;
using Range = Kokkos::RangePolicy<DefaultExecution, Kokkos::IndexType<long>>;

/// Entries of a work item: on the host a long piece, whose sum stays in a register.
constexpr long pieceSize = std::is_same_v<Device::memory_space, Kokkos::HostSpace> ? 256 : 1;

Runs makeRuns(const ParameterLayout& layout) {
  std::vector<Run> runs;
  for (const ParameterRun& run : layout.runs())
    runs.push_back({run.offset, run.end(), run.size, run.square, run.difference});
  return toDevice("terrace::RegularizationTerm::runs", runs);
}

// Calls f(run, first entry, last + 1) for the parts of begin .. end - 1 that lie in each run.
template <class Function>
KOKKOS_FORCEINLINE_FUNCTION void forEachPart(const Runs& runs, long begin, long end, const Function& f) {
  for (std::size_t r = 0; r < runs.extent(0); ++r) {
    const Run& run = runs(r);
    const long first = run.begin > begin ? run.begin : begin, last = run.end < end ? run.end : end;
    if (first < last) f(run, first, last);
  }
}

// sum over all i of  1/2 square theta_i^2 + 1/2 difference (theta_i - theta_{i - groupSize})^2
// differences from the second group of a run on
struct Value {
  Runs runs;
  ConstParameterView theta;

  KOKKOS_INLINE_FUNCTION void operator()(const long item, double& total) const {
    const long count = static_cast<long>(theta.extent(0));
    const long end = (item + 1) * pieceSize < count ? (item + 1) * pieceSize : count;
    double sum = total;
    forEachPart(runs, item * pieceSize, end, [&](const Run& run, long first, long last) {
      for (long i = first; i < last; ++i) {
        sum += 0.5 * run.square * theta(i) * theta(i);
        if (i < run.begin + run.groupSize) continue;
        const double jump = theta(i) - theta(i - run.groupSize);
        sum += 0.5 * run.difference * jump * jump;
      }
    });
    total = sum;
  }
};

// owned_i += square theta_i + difference ((theta_i - theta_{i - groupSize}) - (theta_{i + groupSize} -
// theta_i))
struct Derivative {
  Runs runs;
  ConstParameterView theta;
  ParameterView result;
  long firstOwned;
  long ownedCount;

  KOKKOS_INLINE_FUNCTION void operator()(const long item) const {
    const long begin = firstOwned + item * pieceSize, all = firstOwned + ownedCount;
    const long end = begin + pieceSize < all ? begin + pieceSize : all;
    forEachPart(runs, begin, end, [&](const Run& run, long first, long last) {
      for (long i = first; i < last; ++i) {
        double sum = run.square * theta(i);
        if (i >= run.begin + run.groupSize) sum += run.difference * (theta(i) - theta(i - run.groupSize));
        if (i < run.end - run.groupSize) sum -= run.difference * (theta(i + run.groupSize) - theta(i));
        result(i - firstOwned) += sum;
      }
    });
  }
};

long pieces(long count) {
  return (count + pieceSize - 1) / pieceSize;
}

} // namespace

RegularizationTerm::RegularizationTerm(const ParameterLayout& layout, long firstOwned, long ownedCount)
    : runs_(makeRuns(layout)), firstOwned_(firstOwned), ownedCount_(ownedCount) {}

double RegularizationTerm::value(const ConstParameterView& theta) const {
  static const std::string label = "terrace::RegularizationTerm::value";
  double sum = 0;
  Kokkos::parallel_reduce(label, Range(0, pieces(static_cast<long>(theta.extent(0)))), Value{runs_, theta},
                          sum);
  return sum;
}

void RegularizationTerm::addDerivative(const ConstParameterView& theta, const ParameterView& owned) const {
  static const std::string label = "terrace::RegularizationTerm::addDerivative";
  Kokkos::parallel_for(label, Range(0, pieces(ownedCount_)),
                       Derivative{runs_, theta, owned, firstOwned_, ownedCount_});
}

} // namespace terrace::resnet::detail
