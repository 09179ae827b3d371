#pragma once

#include <array>
#include <string>
#include <vector>

/// What a rank sends, counted by MPI's profiling interface: MPI_Allreduce and its like are defined here and
/// call PMPI_Allreduce. Link MpiCounts.cpp into a program, or preload it as a library
/// (libterrace_mpi_counts.so): then MPI_Finalize prints the counts of the whole program.
///
/// Calls on a communicator of one rank are not counted. Bytes are those that this rank gives: what it
/// contributes to a collective call, what is in its messages.
namespace terrace::scale {

/// Kinds of communication. Calls that wait for no other rank (MPI_Ireduce and its like) count as their kind.
enum class Kind { AllReduce, ReduceScatter, AllGather, Broadcast, AllToAll, Barrier, Other, Message };
constexpr std::size_t kinds = 8;

/// "all-reduce", ...
const char* nameOf(Kind kind);

/// Calls of a kind and the bytes in them.
struct Count {
  long calls = 0;
  double bytes = 0;
};

/// One for each Kind.
using Counts = std::array<Count, kinds>;

/// Of this rank since its start.
const Counts& counts();

/// later - earlier.
Counts difference(const Counts& later, const Counts& earlier);

/// Calls of one kind from one place.
struct Caller {
  Kind kind;
  std::string place; ///< Functions of Terrace on the stack, the innermost first.
  Count count;
};

/// From here on the callers are noted, which takes time; those noted before are forgotten.
void noteCallers();
/// The callers since noteCallers(), by kind; notes no more.
std::vector<Caller> takeCallers();

} // namespace terrace::scale
