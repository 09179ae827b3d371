// Reading a data set from HDF5: a random, stratified order of all samples. Argument: samples.
#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Generators.hpp>

#include <Tpetra_Core.hpp>

#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>
#include <unistd.h>

namespace terrace::benchmarks {
namespace {

void dataLoading(benchmark::State& state) {
  const auto file =
      std::filesystem::temp_directory_path() / ("terrace-benchmark-" + std::to_string(::getpid()) + ".h5");
  dataset::PeaksOptions options;
  options.trainSamples = static_cast<decltype(options.trainSamples)>(state.range(0));
  dataset::write(file.string(), dataset::makePeaks(options));
  dataset::SampleSelection selection;
  selection.random = true;
  for (auto iteration : state)
    benchmark::DoNotOptimize(
        dataset::readSplit(file.string(), "train", {128}, *Tpetra::getDefaultComm(), selection)
            .globalSamples);
  std::filesystem::remove(file);
}
BENCHMARK(dataLoading)->ArgName("samples")->Arg(5000)->Arg(100000)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace terrace::benchmarks
