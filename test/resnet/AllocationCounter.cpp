// The replaced operators stand in a unit of their own: inlined into callers, g++ takes new and free for a
// mismatch.
#include "AllocationCounter.hpp"

#include <cstdlib>
#include <new>

namespace {
long allocations = 0;
} // namespace

long allocationCount() {
  return allocations;
}

#if !defined(__CUDA_ARCH__) // device code has operators of its own
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
#endif
