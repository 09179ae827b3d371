// Preloaded into a program (LD_PRELOAD), makes its memory end: the n-th allocation after MPI has begun does
// not succeed.
//
//   TERRACE_MEMORY_AT     number of the allocation, from 1; 0: none
//
//   TERRACE_MEMORY_BYTES  smaller allocations do not count (1)
//
//   TERRACE_MEMORY_KIND   ONCE; FROM: all from there on, of this size
//
//   TERRACE_MEMORY_COUNT  file that gets the number of allocations when the process ends
//
// Those of C++ count, whoever makes them, and those of C by the program and by Trilinos, which has its arrays
// from there. Open MPI and HDF5 keep theirs: what they do without memory is their promise.
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <new>
#include <string>

extern "C" {
void* __libc_malloc(size_t);           // NOLINT(bugprone-reserved-identifier): the C library's names
void* __libc_calloc(size_t, size_t);   // NOLINT(bugprone-reserved-identifier)
void* __libc_realloc(void*, size_t);   // NOLINT(bugprone-reserved-identifier)
void* __libc_memalign(size_t, size_t); // NOLINT(bugprone-reserved-identifier)
int MPI_Init(int*, char***);
int MPI_Init_thread(int*, char***, int, int*);
int MPI_Finalize();
}

namespace {

long number(const char* name, long other) {
  const char* value = std::getenv(name);
  return value == nullptr ? other : std::atol(value);
}

// Plain numbers: they are used before constructors have run.
std::atomic<bool> counts{false};
std::atomic<long> count{0};
long at = 0, least = 1;
bool forever = false;

void begin() {
  at = number("TERRACE_MEMORY_AT", 0);
  least = number("TERRACE_MEMORY_BYTES", 1);
  const char* kind = std::getenv("TERRACE_MEMORY_KIND");
  forever = kind != nullptr && std::strcmp(kind, "FROM") == 0;
  counts = true;
}

// With the last of the program's work; MPI's own end is not attacked.
void end() {
  counts = false;
  if (const char* file = std::getenv("TERRACE_MEMORY_COUNT"))
    if (std::FILE* out = std::fopen(file, "a")) {
      std::fprintf(out, "%ld\n", count.load());
      std::fclose(out);
    }
}

bool strike(size_t bytes) {
  if (!counts || static_cast<long>(bytes) < least) return false;
  const long mine = ++count;
  return at > 0 && (mine == at || (forever && mine > at));
}

// Of C: whether the caller is the program or Trilinos.
bool strikeFor(const void* caller, size_t bytes) {
  if (!counts || static_cast<long>(bytes) < least) return false;
  Dl_info info{};
  if (dladdr(caller, &info) == 0 || info.dli_fname == nullptr) return false;
  const char* slash = std::strrchr(info.dli_fname, '/');
  const char* name = slash == nullptr ? info.dli_fname : slash + 1;
  if (std::strcmp(name, "terrace") != 0 && std::strstr(name, "trilinos") == nullptr) return false;
  return strike(bytes);
}

void* make(size_t bytes, size_t alignment) {
  if (strike(bytes)) return nullptr;
  return alignment == 0 ? __libc_malloc(bytes) : __libc_memalign(alignment, bytes);
}

void* makeOrThrow(size_t bytes, size_t alignment) {
  void* found = make(bytes == 0 ? 1 : bytes, alignment);
  if (found == nullptr) throw std::bad_alloc();
  return found;
}

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

} // namespace

void* operator new(size_t bytes) {
  return makeOrThrow(bytes, 0);
}
void* operator new[](size_t bytes) {
  return makeOrThrow(bytes, 0);
}
void* operator new(size_t bytes, std::align_val_t alignment) {
  return makeOrThrow(bytes, static_cast<size_t>(alignment));
}
void* operator new[](size_t bytes, std::align_val_t alignment) {
  return makeOrThrow(bytes, static_cast<size_t>(alignment));
}
void* operator new(size_t bytes, const std::nothrow_t& /*tag*/) noexcept {
  return make(bytes, 0);
}
void* operator new[](size_t bytes, const std::nothrow_t& /*tag*/) noexcept {
  return make(bytes, 0);
}

extern "C" {

void* malloc(size_t bytes) {
  if (strikeFor(__builtin_return_address(0), bytes)) {
    errno = ENOMEM;
    return nullptr;
  }
  return __libc_malloc(bytes);
}
void* calloc(size_t members, size_t size) {
  if (strikeFor(__builtin_return_address(0), members * size)) {
    errno = ENOMEM;
    return nullptr;
  }
  return __libc_calloc(members, size);
}
void* realloc(void* memory, size_t bytes) {
  if (strikeFor(__builtin_return_address(0), bytes)) {
    errno = ENOMEM;
    return nullptr;
  }
  return __libc_realloc(memory, bytes);
}
int posix_memalign(void** memory, size_t alignment, size_t bytes) {
  if (strikeFor(__builtin_return_address(0), bytes)) return ENOMEM;
  *memory = __libc_memalign(alignment, bytes);
  return *memory == nullptr ? ENOMEM : 0;
}

int MPI_Init(int* count, char*** values) {
  const int status = next<decltype(&MPI_Init)>("MPI_Init")(count, values);
  begin();
  return status;
}
int MPI_Init_thread(int* count, char*** values, int required, int* provided) {
  const int status = next<decltype(&MPI_Init_thread)>("MPI_Init_thread")(count, values, required, provided);
  begin();
  return status;
}
int MPI_Finalize() {
  end();
  return next<decltype(&MPI_Finalize)>("MPI_Finalize")();
}

} // extern "C"
