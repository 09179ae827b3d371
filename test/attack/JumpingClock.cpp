// Preloaded into a program (LD_PRELOAD), makes its clocks jump.
//
//   TERRACE_CLOCK  BACK: the time of day is an hour earlier at every second question; AHEAD: it is a year
//   later from the hundredth
//                  question on; RANDOM: it is any within a day of the right one; ASLEEP: all clocks, those
//                  that never go back included, are an hour later from the thousandth question on, as after a
//                  machine has slept
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <dlfcn.h>
#include <sys/time.h>

namespace {

constexpr long hour = 3600, day = 24 * hour, year = 365 * day;

bool is(const char* kind) {
  static const char* wanted = std::getenv("TERRACE_CLOCK");
  return wanted != nullptr && std::strcmp(wanted, kind) == 0;
}

// Seconds that the answer is off.
long offset(bool timeOfDay) {
  static std::uint64_t questions = 0, state = 1;
  ++questions;
  if (is("ASLEEP")) return questions > 1000 ? hour : 0;
  if (!timeOfDay) return 0;
  if (is("BACK")) return questions % 2 == 0 ? -hour : 0;
  if (is("AHEAD")) return questions > 100 ? year : 0;
  if (!is("RANDOM")) return 0;
  state = state * 6364136223846793005U + 1442695040888963407U; // Knuth, TAOCP 2
  return static_cast<long>(state >> 33) % (2 * day) - day;
}

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

} // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static const auto real = next<int (*)(clockid_t, timespec*)>("clock_gettime");
  const int status = real(clock, time);
  const bool timeOfDay = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  if (timeOfDay || clock == CLOCK_MONOTONIC || clock == CLOCK_BOOTTIME) time->tv_sec += offset(timeOfDay);
  return status;
}

int gettimeofday(timeval* time, void* zone) noexcept {
  static const auto real = next<int (*)(timeval*, void*)>("gettimeofday");
  const int status = real(time, zone);
  time->tv_sec += offset(true);
  return status;
}

time_t time(time_t* out) noexcept {
  static const auto real = next<time_t (*)(time_t*)>("time");
  const time_t found = real(nullptr) + offset(true);
  if (out != nullptr) *out = found;
  return found;
}

} // extern "C"
