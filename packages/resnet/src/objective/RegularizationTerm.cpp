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

// Sum of term(i) over i = first .. last - 1, in lanes side by side: one chain of sums would wait for each.
template <class Term>
KOKKOS_FORCEINLINE_FUNCTION double sumInLanes(long first, long last, const Term& term) {
  constexpr int lanes = 8;
  double sums[lanes] = {};
  long i = first;
  for (; i + lanes <= last; i += lanes)
    for (int lane = 0; lane < lanes; ++lane) sums[lane] += term(i + lane);
  for (int lane = 0; i < last; ++i, ++lane) sums[lane] += term(i);
  return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

// sum over all i of  1/2 square theta_i^2 + 1/2 difference (theta_i - theta_{i - groupSize})^2
// differences from the second group of a run on
struct Value {
  Runs runs;
  ConstParameterView theta;

  KOKKOS_INLINE_FUNCTION void operator()(const long item, double& total) const {
    const long count = static_cast<long>(theta.extent(0));
    const long end = (item + 1) * pieceSize < count ? (item + 1) * pieceSize : count;
    const double* values = theta.data();
    double sum = 0;
    forEachPart(runs, item * pieceSize, end, [&](const Run& run, long first, long last) {
      const long size = run.groupSize, second = run.begin + size;
      sum += 0.5 * run.square * sumInLanes(first, last, [&](long i) { return values[i] * values[i]; });
      if (run.difference == 0.0) return;
      sum += 0.5 * run.difference * sumInLanes(first > second ? first : second, last, [&](long i) {
               const double jump = values[i] - values[i - size];
               return jump * jump;
             });
    });
    total += sum;
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
      // The first and the last group have one neighbour, a single group has none.
      long second = run.begin + run.groupSize, lastGroup = run.end - run.groupSize;
      second = second < first ? first : second < last ? second : last;
      lastGroup = lastGroup < first ? first : lastGroup < last ? lastGroup : last;
      const long inner = second < lastGroup ? second : lastGroup;
      const long outer = second < lastGroup ? lastGroup : second;
      const bool isSingle = second > lastGroup;
      add<false, true>(run, first, inner);
      isSingle ? add<false, false>(run, inner, outer) : add<true, true>(run, inner, outer);
      add<true, false>(run, outer, last);
    });
  }

  template <bool previous, bool next>
  KOKKOS_FORCEINLINE_FUNCTION void add(const Run& run, long first, long last) const {
    const double* values = theta.data();
    double* owned = result.data() - firstOwned;
    for (long i = first; i < last; ++i) {
      double sum = run.square * values[i];
      if (previous) sum += run.difference * (values[i] - values[i - run.groupSize]);
      if (next) sum -= run.difference * (values[i + run.groupSize] - values[i]);
      owned[i] += sum;
    }
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
