// Preloaded into a program (LD_PRELOAD), counts by MPI's profiling interface what is made and freed:
// communicators, groups, data types, operations, windows, files, infos, and requests that were started and
// completed. MPI_Finalize writes what is left, one line a kind with the functions that made it, to the file
// that TERRACE_MPI_LEAKS names.
#include <mpi.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <execinfo.h>
#include <map>
#include <string>

namespace {

// "program(function+0x10)" of "/folder/program(function+0x10) [0x7f]".
std::string withoutFolder(const std::string& name) {
  const std::string place = name.substr(0, name.rfind(" ["));
  return place.substr(place.rfind('/') + 1);
}

// What is alive: its handle, and where it was made.
template <class Handle>
class Living {
public:
  explicit Living(const char* kind) : kind_(kind) {}
  void made(Handle handle) {
    ++all_;
    void* frames[8];
    const int depth = backtrace(frames, 8);
    char** names = backtrace_symbols(frames, depth);
    std::string place;
    for (int i = 2; i < depth; ++i) place += std::string(i == 2 ? "" : " < ") + withoutFolder(names[i]);
    std::free(static_cast<void*>(names));
    living_[handle] = place;
  }
  void gone(Handle handle) { living_.erase(handle); }
  void report(std::FILE* out) const {
    std::fprintf(out, "%s %ld %zu\n", kind_, all_, living_.size());
    for (const auto& [handle, place] : living_) std::fprintf(out, "  %s\n", place.c_str());
  }

private:
  const char* kind_;
  long all_ = 0;
  std::map<Handle, std::string> living_;
};

Living<MPI_Comm> comms("communicators");
Living<MPI_Group> groups("groups");
Living<MPI_Datatype> types("datatypes");
Living<MPI_Op> operations("operations");
Living<MPI_Win> windows("windows");
Living<MPI_File> files("files");
Living<MPI_Info> infos("infos");
Living<MPI_Request> requests("requests");

int madeComm(int status, const MPI_Comm* comm) {
  if (*comm != MPI_COMM_NULL) comms.made(*comm);
  return status;
}
int started(int status, const MPI_Request* request) {
  requests.made(*request);
  return status;
}

// The handles before a call that completes some of them.
class Completion {
public:
  Completion(int count, MPI_Request* handles) : count_(count), handles_(handles) {
    for (int i = 0; i < count && i < most; ++i) before_[static_cast<std::size_t>(i)] = handles[i];
  }
  int done(int status) {
    for (int i = 0; i < count_ && i < most; ++i)
      if (handles_[i] == MPI_REQUEST_NULL) requests.gone(before_[static_cast<std::size_t>(i)]);
    return status;
  }

private:
  static constexpr int most = 4096;
  int count_;
  MPI_Request* handles_;
  std::array<MPI_Request, most> before_{};
};

} // namespace

extern "C" {

int MPI_Comm_dup(MPI_Comm a, MPI_Comm* b) {
  return madeComm(PMPI_Comm_dup(a, b), b);
}
int MPI_Comm_create(MPI_Comm a, MPI_Group g, MPI_Comm* b) {
  return madeComm(PMPI_Comm_create(a, g, b), b);
}
int MPI_Comm_split(MPI_Comm a, int color, int key, MPI_Comm* b) {
  return madeComm(PMPI_Comm_split(a, color, key, b), b);
}
int MPI_Comm_split_type(MPI_Comm a, int type, int key, MPI_Info info, MPI_Comm* b) {
  return madeComm(PMPI_Comm_split_type(a, type, key, info, b), b);
}
int MPI_Comm_free(MPI_Comm* a) {
  comms.gone(*a);
  return PMPI_Comm_free(a);
}

int MPI_Comm_group(MPI_Comm a, MPI_Group* g) {
  const int status = PMPI_Comm_group(a, g);
  groups.made(*g);
  return status;
}
int MPI_Group_free(MPI_Group* g) {
  groups.gone(*g);
  return PMPI_Group_free(g);
}

#define TERRACE_TYPE(name, parameters, ...)                                                                  \
  int name parameters {                                                                                      \
    const int status = P##name(__VA_ARGS__);                                                                 \
    types.made(*t);                                                                                          \
    return status;                                                                                           \
  }
TERRACE_TYPE(MPI_Type_contiguous, (int n, MPI_Datatype o, MPI_Datatype* t), n, o, t)
TERRACE_TYPE(MPI_Type_vector, (int n, int b, int s, MPI_Datatype o, MPI_Datatype* t), n, b, s, o, t)
TERRACE_TYPE(MPI_Type_create_hvector, (int n, int b, MPI_Aint s, MPI_Datatype o, MPI_Datatype* t), n, b, s, o,
             t)
TERRACE_TYPE(MPI_Type_create_resized, (MPI_Datatype o, MPI_Aint l, MPI_Aint e, MPI_Datatype* t), o, l, e, t)
TERRACE_TYPE(MPI_Type_create_hindexed,
             (int n, const int* b, const MPI_Aint* d, MPI_Datatype o, MPI_Datatype* t), n, b, d, o, t)
TERRACE_TYPE(MPI_Type_create_struct,
             (int n, const int* b, const MPI_Aint* d, const MPI_Datatype* o, MPI_Datatype* t), n, b, d, o, t)
TERRACE_TYPE(MPI_Type_create_subarray,
             (int n, const int* a, const int* b, const int* c, int r, MPI_Datatype o, MPI_Datatype* t), n, a,
             b, c, r, o, t)
TERRACE_TYPE(MPI_Type_dup, (MPI_Datatype o, MPI_Datatype* t), o, t)
int MPI_Type_free(MPI_Datatype* t) {
  types.gone(*t);
  return PMPI_Type_free(t);
}

int MPI_Op_create(MPI_User_function* f, int commute, MPI_Op* op) {
  const int status = PMPI_Op_create(f, commute, op);
  operations.made(*op);
  return status;
}
int MPI_Op_free(MPI_Op* op) {
  operations.gone(*op);
  return PMPI_Op_free(op);
}

int MPI_Win_create(void* base, MPI_Aint size, int unit, MPI_Info info, MPI_Comm comm, MPI_Win* win) {
  const int status = PMPI_Win_create(base, size, unit, info, comm, win);
  windows.made(*win);
  return status;
}
int MPI_Win_allocate(MPI_Aint size, int unit, MPI_Info info, MPI_Comm comm, void* base, MPI_Win* win) {
  const int status = PMPI_Win_allocate(size, unit, info, comm, base, win);
  windows.made(*win);
  return status;
}
int MPI_Win_allocate_shared(MPI_Aint size, int unit, MPI_Info info, MPI_Comm comm, void* base, MPI_Win* win) {
  const int status = PMPI_Win_allocate_shared(size, unit, info, comm, base, win);
  windows.made(*win);
  return status;
}
int MPI_Win_free(MPI_Win* win) {
  windows.gone(*win);
  return PMPI_Win_free(win);
}

int MPI_File_open(MPI_Comm comm, const char* name, int mode, MPI_Info info, MPI_File* file) {
  const int status = PMPI_File_open(comm, name, mode, info, file);
  if (status == MPI_SUCCESS) files.made(*file);
  return status;
}
int MPI_File_close(MPI_File* file) {
  files.gone(*file);
  return PMPI_File_close(file);
}

int MPI_Info_create(MPI_Info* info) {
  const int status = PMPI_Info_create(info);
  infos.made(*info);
  return status;
}
int MPI_Info_dup(MPI_Info a, MPI_Info* info) {
  const int status = PMPI_Info_dup(a, info);
  infos.made(*info);
  return status;
}
int MPI_Info_free(MPI_Info* info) {
  infos.gone(*info);
  return PMPI_Info_free(info);
}

int MPI_Isend(const void* b, int n, MPI_Datatype t, int to, int tag, MPI_Comm c, MPI_Request* r) {
  return started(PMPI_Isend(b, n, t, to, tag, c, r), r);
}
int MPI_Issend(const void* b, int n, MPI_Datatype t, int to, int tag, MPI_Comm c, MPI_Request* r) {
  return started(PMPI_Issend(b, n, t, to, tag, c, r), r);
}
int MPI_Irsend(const void* b, int n, MPI_Datatype t, int to, int tag, MPI_Comm c, MPI_Request* r) {
  return started(PMPI_Irsend(b, n, t, to, tag, c, r), r);
}
int MPI_Irecv(void* b, int n, MPI_Datatype t, int from, int tag, MPI_Comm c, MPI_Request* r) {
  return started(PMPI_Irecv(b, n, t, from, tag, c, r), r);
}
int MPI_Iallreduce(const void* s, void* b, int n, MPI_Datatype t, MPI_Op o, MPI_Comm c, MPI_Request* r) {
  return started(PMPI_Iallreduce(s, b, n, t, o, c, r), r);
}
int MPI_Ireduce(const void* s, void* b, int n, MPI_Datatype t, MPI_Op o, int root, MPI_Comm c,
                MPI_Request* r) {
  return started(PMPI_Ireduce(s, b, n, t, o, root, c, r), r);
}
int MPI_Ibcast(void* b, int n, MPI_Datatype t, int root, MPI_Comm c, MPI_Request* r) {
  return started(PMPI_Ibcast(b, n, t, root, c, r), r);
}
int MPI_Ibarrier(MPI_Comm c, MPI_Request* r) {
  return started(PMPI_Ibarrier(c, r), r);
}

int MPI_Wait(MPI_Request* r, MPI_Status* s) {
  Completion completion(1, r);
  return completion.done(PMPI_Wait(r, s));
}
int MPI_Waitall(int n, MPI_Request* r, MPI_Status* s) {
  Completion completion(n, r);
  return completion.done(PMPI_Waitall(n, r, s));
}
int MPI_Waitany(int n, MPI_Request* r, int* which, MPI_Status* s) {
  Completion completion(n, r);
  return completion.done(PMPI_Waitany(n, r, which, s));
}
int MPI_Waitsome(int n, MPI_Request* r, int* count, int* which, MPI_Status* s) {
  Completion completion(n, r);
  return completion.done(PMPI_Waitsome(n, r, count, which, s));
}
int MPI_Test(MPI_Request* r, int* flag, MPI_Status* s) {
  Completion completion(1, r);
  return completion.done(PMPI_Test(r, flag, s));
}
int MPI_Testall(int n, MPI_Request* r, int* flag, MPI_Status* s) {
  Completion completion(n, r);
  return completion.done(PMPI_Testall(n, r, flag, s));
}
int MPI_Request_free(MPI_Request* r) {
  requests.gone(*r);
  return PMPI_Request_free(r);
}

int MPI_Finalize() {
  const int status = PMPI_Finalize(); // frees what hangs on MPI_COMM_SELF
  const char* file = std::getenv("TERRACE_MPI_LEAKS");
  if (std::FILE* out = file == nullptr ? nullptr : std::fopen(file, "a")) {
    comms.report(out);
    groups.report(out);
    types.report(out);
    operations.report(out);
    windows.report(out);
    files.report(out);
    infos.report(out);
    requests.report(out);
    std::fclose(out);
  }
  return status;
}

} // extern "C"
