#include "run/Machine.hpp"

#include <fstream>
#include <sys/utsname.h>
#include <thread>
#include <unistd.h>

namespace terrace::program {
namespace {

// On Linux: the first line "model name : ...".
std::string processorModel() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    const auto colon = line.find(": ");
    if (line.rfind("model name", 0) == 0 && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "";
}

double memoryInGiB() {
  const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGE_SIZE);
  return pages > 0 && size > 0 ? static_cast<double>(pages) * static_cast<double>(size) / (1 << 30) : 0;
}

std::string systemName() {
  utsname system{};
  if (uname(&system) != 0) return "";
  return std::string(system.sysname) + ' ' + system.release + ' ' + system.machine;
}

#ifdef __clang__
constexpr const char* compilerName = "Clang " __clang_version__;
#else
constexpr const char* compilerName = "GCC " __VERSION__;
#endif

} // namespace

Machine Machine::here() {
  return {processorModel(), std::thread::hardware_concurrency(), memoryInGiB(), systemName(), compilerName};
}

} // namespace terrace::program
