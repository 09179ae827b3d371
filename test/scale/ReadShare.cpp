// Reads each rank's share of a data set's training samples and says how much memory that took at most.
// doc/measurements/scale.md.
//
//     mpiexec -n RANKS terrace_read_share FILE
//
// prints a line for each rank: its samples, the megabytes of their inputs, and its peak before and after.
#include <terrace/dataset/DatasetFile.hpp>

#include <Tpetra_Core.hpp>

#include <cstdio>
#include <sys/resource.h>

namespace {

double peakMegabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

} // namespace

int main(int argc, char** argv) {
  Tpetra::ScopeGuard scope(&argc, &argv);
  if (argc != 2) {
    std::fprintf(stderr, "usage: terrace_read_share FILE\n");
    return 2;
  }
  const auto comm = Tpetra::getDefaultComm();
  terrace::dataset::SampleSelection selection;
  selection.random = true;
  const double before = peakMegabytes();
  const auto share = terrace::dataset::readSplit(argv[1], "train", {128}, *comm, selection);
  const double inputs = static_cast<double>(share.local.inputs.size() * sizeof(double)) / (1024 * 1024);
  std::printf("rank %d: %zu samples, inputs %.0f MB, peak %.0f MB before, %.0f MB after\n", comm->getRank(),
              share.local.samples, inputs, before, peakMegabytes());
  return 0;
}
