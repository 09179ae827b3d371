#include "parameters/SliceGather.hpp"

#include <Teuchos_DefaultMpiComm.hpp>

#include <mpi.h>

#include <algorithm>

namespace terrace::resnet::detail {

SliceGather::SliceGather(const Teuchos::Comm<int>& comm, const std::vector<int>& ownedCounts) : comm_(comm) {
  int next = 0;
  for (const int owned : ownedCounts) {
    counts_.push_back(owned + 1);
    offsets_.push_back(next);
    next += owned + 1;
  }
  parts_.resize(static_cast<std::size_t>(next));
}

unsigned SliceGather::gather(const ConstParameterView& own, const ParameterView& all, unsigned flags) {
  using HostPart = Kokkos::View<double*, Kokkos::HostSpace, Kokkos::MemoryUnmanaged>;
  const auto ownedOf = [this](std::size_t rank) { return static_cast<std::size_t>(counts_[rank] - 1); };
  const auto rank = static_cast<std::size_t>(comm_.getRank());
  double* mine = parts_.data() + offsets_[rank];
  Kokkos::deep_copy(HostPart(mine, ownedOf(rank)), own);
  mine[ownedOf(rank)] = flags;
  const auto& mpi = dynamic_cast<const Teuchos::MpiComm<int>&>(comm_);
  MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, parts_.data(), counts_.data(), offsets_.data(),
                 MPI_DOUBLE, *mpi.getRawMpiComm());

  const auto host = Kokkos::create_mirror_view(all);
  double* next = host.data();
  unsigned allFlags = 0;
  for (std::size_t r = 0; r < counts_.size(); ++r) {
    const double* part = parts_.data() + offsets_[r];
    next = std::copy_n(part, ownedOf(r), next);
    allFlags |= static_cast<unsigned>(part[ownedOf(r)]);
  }
  Kokkos::deep_copy(all, host);
  return allFlags;
}

} // namespace terrace::resnet::detail
