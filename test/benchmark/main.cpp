// Google Benchmark programs inside a Tpetra session.
#include <Tpetra_Core.hpp>

#include <benchmark/benchmark.h>

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  const Tpetra::ScopeGuard session(&argc, &argv);
  benchmark::RunSpecifiedBenchmarks();
}
