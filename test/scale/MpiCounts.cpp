#include "MpiCounts.hpp"

#include <mpi.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <map>
#include <memory>
#include <utility>

namespace terrace::scale {
namespace {

Counts all;
bool notesCallers = false;
std::map<std::pair<Kind, std::string>, Count> callers;

// Without arguments of functions and templates: "terrace::LevelState::evaluate".
std::string shortName(const std::string& name) {
  std::string result;
  int depth = 0;
  for (const char c : name) {
    if (c == '<' || c == '(') ++depth;
    if (depth == 0) result += c;
    if (c == '>' || c == ')') --depth;
  }
  const auto blank = result.find_last_of(' '); // after a type of return
  return blank == std::string::npos ? result : result.substr(blank + 1);
}

std::string nameAt(void* address) {
  Dl_info info{};
  if (dladdr(address, &info) == 0 || info.dli_sname == nullptr) return {};
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(
      abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, &status), std::free);
  return status == 0 ? shortName(name.get()) : std::string();
}

// The innermost functions of Terrace on the stack.
std::string placeOnStack() {
  constexpr int depth = 40, most = 5;
  std::array<void*, depth> frames{};
  const int found = backtrace(frames.data(), depth);
  std::string place;
  int named = 0;
  for (int i = 0; i < found && named < most; ++i) {
    const std::string name = nameAt(frames[static_cast<std::size_t>(i)]);
    if (name.rfind("terrace::", 0) != 0 || name.rfind("terrace::scale", 0) == 0) continue;
    place += (place.empty() ? "" : " < ") + name.substr(9);
    ++named;
  }
  return place.empty() ? "elsewhere" : place;
}

void note(Kind kind, double bytes, MPI_Comm comm) {
  int ranks = 1;
  PMPI_Comm_size(comm, &ranks);
  if (ranks == 1) return;
  const auto add = [bytes](Count& count) {
    ++count.calls;
    count.bytes += bytes;
  };
  add(all[static_cast<std::size_t>(kind)]);
  if (notesCallers) add(callers[{kind, placeOnStack()}]);
}

double bytesOf(double count, MPI_Datatype type) {
  int size = 0;
  PMPI_Type_size(type, &size);
  return count * size;
}

double sumOverRanks(const int* counts, MPI_Comm comm) {
  int ranks = 0;
  PMPI_Comm_size(comm, &ranks);
  double sum = 0;
  for (int rank = 0; rank < ranks; ++rank) sum += counts[rank];
  return sum;
}

// What a rank gives to a gathering call in place is its part of the result.
double gathered(const void* sent, int count, MPI_Datatype type, int inPlaceCount, MPI_Datatype inPlaceType) {
  return sent == MPI_IN_PLACE ? bytesOf(inPlaceCount, inPlaceType) : bytesOf(count, type);
}

int rankIn(MPI_Comm comm) {
  int rank = 0;
  PMPI_Comm_rank(comm, &rank);
  return rank;
}

// For each kind, of all ranks: the most calls of a rank, and the most bytes.
void printTotals() {
  std::array<double, 2 * kinds> mine{}, most{};
  for (std::size_t k = 0; k < kinds; ++k) {
    mine[2 * k] = static_cast<double>(all[k].calls);
    mine[2 * k + 1] = all[k].bytes;
  }
  PMPI_Reduce(mine.data(), most.data(), static_cast<int>(mine.size()), MPI_DOUBLE, MPI_MAX, 0,
              MPI_COMM_WORLD);
  if (rankIn(MPI_COMM_WORLD) != 0) return;
  std::fprintf(stderr, "%-16s %12s %16s   most of a rank\n", "MPI", "calls", "bytes");
  for (std::size_t k = 0; k < kinds; ++k)
    std::fprintf(stderr, "%-16s %12.0f %16.0f\n", nameOf(static_cast<Kind>(k)), most[2 * k], most[2 * k + 1]);
}

} // namespace

const char* nameOf(Kind kind) {
  switch (kind) {
  case Kind::AllReduce:
    return "all-reduce";
  case Kind::ReduceScatter:
    return "reduce-scatter";
  case Kind::AllGather:
    return "all-gather";
  case Kind::Broadcast:
    return "broadcast";
  case Kind::AllToAll:
    return "all-to-all";
  case Kind::Barrier:
    return "barrier";
  case Kind::Other:
    return "other collective";
  case Kind::Message:
    return "message";
  }
  return "";
}

const Counts& counts() {
  return all;
}

Counts difference(const Counts& later, const Counts& earlier) {
  Counts result = later;
  for (std::size_t k = 0; k < kinds; ++k) {
    result[k].calls -= earlier[k].calls;
    result[k].bytes -= earlier[k].bytes;
  }
  return result;
}

void noteCallers() {
  callers.clear();
  notesCallers = true;
}

std::vector<Caller> takeCallers() {
  notesCallers = false;
  std::vector<Caller> result;
  for (const auto& [key, count] : callers) result.push_back({key.first, key.second, count});
  return result;
}

} // namespace terrace::scale

using namespace terrace::scale;

extern "C" {

int MPI_Allreduce(const void* send, void* receive, int count, MPI_Datatype type, MPI_Op op, MPI_Comm comm) {
  note(Kind::AllReduce, bytesOf(count, type), comm);
  return PMPI_Allreduce(send, receive, count, type, op, comm);
}

int MPI_Iallreduce(const void* send, void* receive, int count, MPI_Datatype type, MPI_Op op, MPI_Comm comm,
                   MPI_Request* request) {
  note(Kind::AllReduce, bytesOf(count, type), comm);
  return PMPI_Iallreduce(send, receive, count, type, op, comm, request);
}

int MPI_Reduce_scatter(const void* send, void* receive, const int* counts, MPI_Datatype type, MPI_Op op,
                       MPI_Comm comm) {
  note(Kind::ReduceScatter, bytesOf(sumOverRanks(counts, comm), type), comm);
  return PMPI_Reduce_scatter(send, receive, counts, type, op, comm);
}

int MPI_Allgather(const void* send, int count, MPI_Datatype type, void* receive, int receiveCount,
                  MPI_Datatype receiveType, MPI_Comm comm) {
  note(Kind::AllGather, gathered(send, count, type, receiveCount, receiveType), comm);
  return PMPI_Allgather(send, count, type, receive, receiveCount, receiveType, comm);
}

int MPI_Allgatherv(const void* send, int count, MPI_Datatype type, void* receive, const int* receiveCounts,
                   const int* offsets, MPI_Datatype receiveType, MPI_Comm comm) {
  note(Kind::AllGather, gathered(send, count, type, receiveCounts[rankIn(comm)], receiveType), comm);
  return PMPI_Allgatherv(send, count, type, receive, receiveCounts, offsets, receiveType, comm);
}

int MPI_Bcast(void* data, int count, MPI_Datatype type, int root, MPI_Comm comm) {
  note(Kind::Broadcast, rankIn(comm) == root ? bytesOf(count, type) : 0, comm);
  return PMPI_Bcast(data, count, type, root, comm);
}

int MPI_Alltoall(const void* send, int count, MPI_Datatype type, void* receive, int receiveCount,
                 MPI_Datatype receiveType, MPI_Comm comm) {
  int ranks = 0;
  PMPI_Comm_size(comm, &ranks);
  note(Kind::AllToAll, bytesOf(static_cast<double>(count) * ranks, type), comm);
  return PMPI_Alltoall(send, count, type, receive, receiveCount, receiveType, comm);
}

int MPI_Alltoallv(const void* send, const int* sendCounts, const int* sendOffsets, MPI_Datatype type,
                  void* receive, const int* counts, const int* offsets, MPI_Datatype receiveType,
                  MPI_Comm comm) {
  note(Kind::AllToAll, bytesOf(sumOverRanks(sendCounts, comm), type), comm);
  return PMPI_Alltoallv(send, sendCounts, sendOffsets, type, receive, counts, offsets, receiveType, comm);
}

int MPI_Barrier(MPI_Comm comm) {
  note(Kind::Barrier, 0, comm);
  return PMPI_Barrier(comm);
}

int MPI_Reduce(const void* send, void* receive, int count, MPI_Datatype type, MPI_Op op, int root,
               MPI_Comm comm) {
  note(Kind::Other, bytesOf(count, type), comm);
  return PMPI_Reduce(send, receive, count, type, op, root, comm);
}

int MPI_Scan(const void* send, void* receive, int count, MPI_Datatype type, MPI_Op op, MPI_Comm comm) {
  note(Kind::Other, bytesOf(count, type), comm);
  return PMPI_Scan(send, receive, count, type, op, comm);
}

int MPI_Gather(const void* send, int count, MPI_Datatype type, void* receive, int receiveCount,
               MPI_Datatype receiveType, int root, MPI_Comm comm) {
  note(Kind::Other, gathered(send, count, type, receiveCount, receiveType), comm);
  return PMPI_Gather(send, count, type, receive, receiveCount, receiveType, root, comm);
}

int MPI_Gatherv(const void* send, int count, MPI_Datatype type, void* receive, const int* counts,
                const int* offsets, MPI_Datatype receiveType, int root, MPI_Comm comm) {
  note(Kind::Other, send == MPI_IN_PLACE ? 0 : bytesOf(count, type), comm);
  return PMPI_Gatherv(send, count, type, receive, counts, offsets, receiveType, root, comm);
}

int MPI_Scatter(const void* send, int count, MPI_Datatype type, void* receive, int receiveCount,
                MPI_Datatype receiveType, int root, MPI_Comm comm) {
  int ranks = 0;
  PMPI_Comm_size(comm, &ranks);
  note(Kind::Other, rankIn(comm) == root ? bytesOf(static_cast<double>(count) * ranks, type) : 0, comm);
  return PMPI_Scatter(send, count, type, receive, receiveCount, receiveType, root, comm);
}

int MPI_Send(const void* data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
  note(Kind::Message, bytesOf(count, type), comm);
  return PMPI_Send(data, count, type, to, tag, comm);
}

int MPI_Ssend(const void* data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
  note(Kind::Message, bytesOf(count, type), comm);
  return PMPI_Ssend(data, count, type, to, tag, comm);
}

int MPI_Rsend(const void* data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
  note(Kind::Message, bytesOf(count, type), comm);
  return PMPI_Rsend(data, count, type, to, tag, comm);
}

int MPI_Isend(const void* data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
              MPI_Request* request) {
  note(Kind::Message, bytesOf(count, type), comm);
  return PMPI_Isend(data, count, type, to, tag, comm, request);
}

int MPI_Sendrecv(const void* data, int count, MPI_Datatype type, int to, int tag, void* receive,
                 int receiveCount, MPI_Datatype receiveType, int from, int receiveTag, MPI_Comm comm,
                 MPI_Status* status) {
  note(Kind::Message, bytesOf(count, type), comm);
  return PMPI_Sendrecv(data, count, type, to, tag, receive, receiveCount, receiveType, from, receiveTag, comm,
                       status);
}

int MPI_Finalize() {
  if (std::getenv("TERRACE_MPI_COUNTS") != nullptr) printTotals();
  return PMPI_Finalize();
}
}
