// Preloaded into a program (LD_PRELOAD), makes its file system fail: the n-th call that changes a file below
// a folder does not succeed, or the process is killed before it.
//
//   TERRACE_FAULT_FOLDER  calls about files below this folder count, others pass
//   TERRACE_FAULT_CALLS   which calls count: "change" (what makes, writes, stores, renames or removes), or
//   "read"
//
//   TERRACE_FAULT_KIND    KILL; FULL: ENOSPC from there on, where a full disk says so; EIO: this call alone;
//                         SHORT: this call moves half of its bytes; CUT: before this read the file loses its
//                         second half. Of these two, calls that move no bytes do not count.
//
//   TERRACE_FAULT_AT      number of the call, from 1; 0: none
//
//   TERRACE_FAULT_COUNT   file that gets the number of calls when the process ends
#include <climits>

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

// What a call does to the disk.
enum class Call { Allocates, Removes, Reads };

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

class Faults {
public:
  // Whether this call has to fail; errno says how. Does not return if the process is to be killed.
  bool strike(Call call, const std::string& path) {
    if (folder_.empty() || path.compare(0, folder_.size(), folder_) != 0) return false;
    if ((call == Call::Reads) != reads_ || movesLess()) return false;
    const bool isAt = ++count_ == at_;
    if (isAt && kind_ == "KILL") kill(getpid(), SIGKILL);
    if (kind_ == "FULL") {
      if (at_ == 0 || count_ < at_ || call != Call::Allocates) return false;
      errno = ENOSPC;
      return true;
    }
    if (isAt) errno = EIO;
    return isAt;
  }

  // A call that moves bytes: fails, or moves fewer.
  bool strikeTransfer(Call call, const std::string& path, size_t& bytes) {
    if (!movesLess()) return strike(call, path);
    if (bytes < 2 || folder_.empty() || path.compare(0, folder_.size(), folder_) != 0) return false;
    if ((call == Call::Reads) != reads_ || ++count_ != at_) return false;
    if (kind_ == "SHORT") {
      bytes /= 2;
    } else if (struct stat about{};
               stat(path.c_str(), &about) != 0 || truncate(path.c_str(), about.st_size / 2) != 0) {
      std::abort();
    }
    return false;
  }

  ~Faults() {
    const std::string file = variable("TERRACE_FAULT_COUNT");
    if (file.empty()) return;
    const int out =
        next<int (*)(const char*, int, ...)>("open")(file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const std::string line = std::to_string(count_) + "\n";
    if (next<ssize_t (*)(int, const void*, size_t)>("write")(out, line.data(), line.size()) < 0) std::abort();
    next<int (*)(int)>("close")(out);
  }

private:
  bool movesLess() const { return kind_ == "SHORT" || kind_ == "CUT"; }

  const std::string folder_ = variable("TERRACE_FAULT_FOLDER");
  const std::string kind_ = variable("TERRACE_FAULT_KIND");
  const bool reads_ = variable("TERRACE_FAULT_CALLS") == "read";
  const long at_ = std::atol(variable("TERRACE_FAULT_AT").c_str());
  long count_ = 0;
};

Faults& faults() {
  static Faults all;
  return all;
}

bool strike(Call call, const std::string& path) {
  return faults().strike(call, path);
}

std::string absolute(const char* path) {
  if (path == nullptr || path[0] == '/') return path == nullptr ? "" : path;
  char folder[PATH_MAX];
  return getcwd(folder, sizeof(folder)) == nullptr ? "" : std::string(folder) + "/" + path;
}

std::string pathOf(int file) {
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  char path[PATH_MAX];
  const ssize_t length = readlink(link.c_str(), path, sizeof(path));
  return length < 0 ? "" : std::string(path, static_cast<size_t>(length));
}

bool strikeTransfer(Call call, int file, size_t& bytes) {
  return faults().strikeTransfer(call, pathOf(file), bytes);
}

std::string inFolder(int folder, const char* path) {
  return folder == AT_FDCWD || path[0] == '/' ? absolute(path) : pathOf(folder) + "/" + path;
}

bool writes(int flags) {
  return (flags & (O_WRONLY | O_RDWR | O_CREAT)) != 0;
}

bool writes(const char* mode) {
  return std::strpbrk(mode, "wa+") != nullptr;
}

bool strikeOpening(bool toWrite, const std::string& path) {
  return strike(toWrite ? Call::Allocates : Call::Reads, path);
}

mode_t modeOf(int flags, va_list arguments) {
  return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
}

} // namespace

// The C library's functions, under their names.
#define TERRACE_FORWARD(name, ...) next<decltype(&name)>(#name)(__VA_ARGS__)
#define TERRACE_OPEN(name)                                                                                   \
  int name(const char* path, int flags, ...) {                                                               \
    va_list arguments;                                                                                       \
    va_start(arguments, flags);                                                                              \
    const mode_t mode = modeOf(flags, arguments);                                                            \
    va_end(arguments);                                                                                       \
    return strikeOpening(writes(flags), absolute(path)) ? -1 : TERRACE_FORWARD(name, path, flags, mode);     \
  }
#define TERRACE_OPENAT(name)                                                                                 \
  int name(int folder, const char* path, int flags, ...) {                                                   \
    va_list arguments;                                                                                       \
    va_start(arguments, flags);                                                                              \
    const mode_t mode = modeOf(flags, arguments);                                                            \
    va_end(arguments);                                                                                       \
    return strikeOpening(writes(flags), inFolder(folder, path))                                              \
               ? -1                                                                                          \
               : TERRACE_FORWARD(name, folder, path, flags, mode);                                           \
  }
#define TERRACE_FOPEN(name)                                                                                  \
  std::FILE* name(const char* path, const char* mode) {                                                      \
    return strikeOpening(writes(mode), absolute(path)) ? nullptr : TERRACE_FORWARD(name, path, mode);        \
  }

extern "C" {

TERRACE_OPEN(open)
TERRACE_OPEN(open64)
TERRACE_OPENAT(openat)
TERRACE_OPENAT(openat64)
TERRACE_FOPEN(fopen)
TERRACE_FOPEN(fopen64)

ssize_t write(int file, const void* bytes, size_t count) {
  return strikeTransfer(Call::Allocates, file, count) ? -1 : TERRACE_FORWARD(write, file, bytes, count);
}
ssize_t writev(int file, const iovec* parts, int count) {
  return strike(Call::Allocates, pathOf(file)) ? -1 : TERRACE_FORWARD(writev, file, parts, count);
}
ssize_t pwrite(int file, const void* bytes, size_t count, off_t at) {
  return strikeTransfer(Call::Allocates, file, count) ? -1 : TERRACE_FORWARD(pwrite, file, bytes, count, at);
}
ssize_t pwrite64(int file, const void* bytes, size_t count, off64_t at) {
  return strikeTransfer(Call::Allocates, file, count) ? -1
                                                      : TERRACE_FORWARD(pwrite64, file, bytes, count, at);
}
// Its answer is short only where the disk was: this is an error, with half of the bytes written.
size_t fwrite(const void* bytes, size_t size, size_t count, std::FILE* file) {
  size_t written = size * count;
  if (strikeTransfer(Call::Allocates, fileno(file), written)) return 0;
  const size_t whole = size == 0 ? count : written / size;
  if (whole < count) errno = ENOSPC;
  return TERRACE_FORWARD(fwrite, bytes, size, whole, file);
}
// What is in the file's buffer is written here. A file that was read is closed without a fault.
int fclose(std::FILE* file) {
  const int number = fileno(file);
  const int flags = fcntl(number, F_GETFL);
  if (flags < 0 || !writes(flags) || !strike(Call::Allocates, pathOf(number)))
    return TERRACE_FORWARD(fclose, file);
  const int reason = errno;
  TERRACE_FORWARD(fclose, file);
  errno = reason;
  return EOF;
}
int fsync(int file) {
  return strike(Call::Allocates, pathOf(file)) ? -1 : TERRACE_FORWARD(fsync, file);
}

int mkdir(const char* path, mode_t mode) {
  return strike(Call::Allocates, absolute(path)) ? -1 : TERRACE_FORWARD(mkdir, path, mode);
}
int rename(const char* from, const char* to) {
  return strike(Call::Allocates, absolute(to)) ? -1 : TERRACE_FORWARD(rename, from, to);
}
int remove(const char* path) {
  return strike(Call::Removes, absolute(path)) ? -1 : TERRACE_FORWARD(remove, path);
}
int unlink(const char* path) {
  return strike(Call::Removes, absolute(path)) ? -1 : TERRACE_FORWARD(unlink, path);
}
int rmdir(const char* path) {
  return strike(Call::Removes, absolute(path)) ? -1 : TERRACE_FORWARD(rmdir, path);
}
int unlinkat(int folder, const char* path, int flags) {
  return strike(Call::Removes, inFolder(folder, path)) ? -1 : TERRACE_FORWARD(unlinkat, folder, path, flags);
}

ssize_t read(int file, void* bytes, size_t count) {
  return strikeTransfer(Call::Reads, file, count) ? -1 : TERRACE_FORWARD(read, file, bytes, count);
}
ssize_t pread(int file, void* bytes, size_t count, off_t at) {
  return strikeTransfer(Call::Reads, file, count) ? -1 : TERRACE_FORWARD(pread, file, bytes, count, at);
}
ssize_t pread64(int file, void* bytes, size_t count, off64_t at) {
  return strikeTransfer(Call::Reads, file, count) ? -1 : TERRACE_FORWARD(pread64, file, bytes, count, at);
}

} // extern "C"
