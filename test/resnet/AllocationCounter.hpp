#pragma once

#include <terrace/resnet/parameters/Device.hpp>

#include <gtest/gtest.h>

#include <type_traits>

/// Skips a test of allocations on a device, where a launch allocates on the host.
#define TERRACE_SKIP_ON_DEVICE()                                                                             \
  if (!std::is_same_v<terrace::resnet::Device::memory_space, Kokkos::HostSpace>)                             \
  GTEST_SKIP() << "Kokkos' launches on a device allocate on the host."

/// Allocations by operator new since the start of the program that links AllocationCounter.cpp.
long allocationCount();
