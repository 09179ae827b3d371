#include <terrace/resnet/parameters/CompensatedSum.hpp>

#include <Teuchos_DefaultMpiComm.hpp>

#include <mpi.h>

#include <string>
#include <type_traits>

namespace terrace::resnet {
namespace {

using Range = Kokkos::RangePolicy<DefaultExecution, Kokkos::IndexType<std::size_t>>;

// A pair travels as two doubles.
static_assert(std::is_trivially_copyable_v<CompensatedSum> && sizeof(CompensatedSum) == 2 * sizeof(double));

void addPairs(void* in, void* inOut, int* count, MPI_Datatype* /*type*/) {
  const auto* from = static_cast<const CompensatedSum*>(in);
  auto* into = static_cast<CompensatedSum*>(inOut);
  for (int i = 0; i < *count; ++i) into[i].add(from[i]);
}

// The type and the operation, made once. MPI's end begins with what hangs on MPI_COMM_SELF (MPI 3.1,
// section 8.7.1), so they are freed there.
struct PairReduction {
  MPI_Datatype type = MPI_DATATYPE_NULL;
  MPI_Op operation = MPI_OP_NULL;

  static const PairReduction& get() {
    static PairReduction reduction;
    if (reduction.type == MPI_DATATYPE_NULL) reduction.make();
    return reduction;
  }

private:
  void make() {
    MPI_Type_contiguous(2, MPI_DOUBLE, &type);
    MPI_Type_commit(&type);
    MPI_Op_create(&addPairs, 1, &operation);
    int key = MPI_KEYVAL_INVALID;
    MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, &free, &key, nullptr);
    MPI_Comm_set_attr(MPI_COMM_SELF, key, this);
    MPI_Comm_free_keyval(&key); // it goes with its last value
  }
  static int free(MPI_Comm /*self*/, int /*key*/, void* value, void* /*state*/) {
    auto& reduction = *static_cast<PairReduction*>(value);
    MPI_Type_free(&reduction.type);
    MPI_Op_free(&reduction.operation);
    return MPI_SUCCESS;
  }
};

MPI_Comm rawComm(const Teuchos::Comm<int>& comm) {
  return *dynamic_cast<const Teuchos::MpiComm<int>&>(comm).getRawMpiComm();
}

} // namespace

void moveInto(const ParameterView& partial, const CompensatedView& sum) {
  static const std::string label = "terrace::resnet::moveInto";
  Kokkos::parallel_for(
      label, Range(0, sum.extent(0)), KOKKOS_LAMBDA(const std::size_t i) {
        sum(i).add(partial(i));
        partial(i) = 0;
      });
}

void clear(const CompensatedView& sum) {
  static const std::string label = "terrace::resnet::clearSum";
  Kokkos::parallel_for(
      label, Range(0, sum.extent(0)), KOKKOS_LAMBDA(const std::size_t i) { sum(i) = CompensatedSum(); });
}

void sumOverRanks(const Teuchos::Comm<int>& comm, CompensatedSum* sums, int count) {
  if (comm.getSize() == 1) return;
  const PairReduction& pairs = PairReduction::get();
  MPI_Allreduce(MPI_IN_PLACE, sums, count, pairs.type, pairs.operation, rawComm(comm));
}

void sumOntoOwners(const Teuchos::Comm<int>& comm, const CompensatedView& contributions,
                   const std::vector<int>& ownedCounts, const ParameterView& owned) {
  static const std::string label = "terrace::resnet::roundSums";
  CompensatedView slice = contributions;
  if (comm.getSize() > 1) {
    // MPI reduces on the host: a copy where the device has a memory of its own, the data itself elsewhere.
    const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), contributions);
    const PairReduction& pairs = PairReduction::get();
    MPI_Reduce_scatter(MPI_IN_PLACE, host.data(), ownedCounts.data(), pairs.type, pairs.operation,
                       rawComm(comm));
    if (static_cast<const void*>(host.data()) != static_cast<const void*>(contributions.data()))
      Kokkos::deep_copy(contributions, host);
  }
  Kokkos::parallel_for(
      label, Range(0, owned.extent(0)), KOKKOS_LAMBDA(const std::size_t i) { owned(i) = slice(i).value(); });
}

} // namespace terrace::resnet
