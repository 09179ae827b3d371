// The fused-multiply-add peak of one core: independent chains of the widest vectors, in registers. Prints one
// line of JSON, {"double": GFLOP/s, "float": GFLOP/s}: the best of several runs.
#include "kernels/common/Tile.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace {

using terrace::resnet::detail::PackOf;
using terrace::resnet::detail::vectorBytes;

constexpr int chains = 12; // more than latency times throughput, fewer than the registers

template <class Scalar>
double measure() {
  using Pack = PackOf<Scalar, vectorBytes / static_cast<int>(sizeof(Scalar))>;
  constexpr long steps = 20000000;
  double best = 0;
  for (int run = 0; run < 9; ++run) {
    typename Pack::Value sums[chains] = {};
    typename Pack::Value factor = Scalar(0.5) - typename Pack::Value{}, term = factor;
    asm volatile("" : "+v"(factor), "+v"(term));
    for (auto& sum : sums) asm volatile("" : "+v"(sum)); // or the chains would be seen to be equal
    const std::clock_t start = std::clock();             // processor time: other jobs do not count
    for (long step = 0; step < steps; ++step) {
      for (auto& sum : sums) sum = sum * factor + term;
      asm volatile("" : "+v"(term));
    }
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    for (auto& sum : sums) asm volatile("" : "+v"(sum));
    best = std::max(best, 2.0 * chains * Pack::lanes * static_cast<double>(steps) / seconds * 1e-9);
  }
  return best;
}

} // namespace

int main() {
  std::printf("{\"double\": %.1f, \"float\": %.1f}\n", measure<double>(), measure<float>());
}
