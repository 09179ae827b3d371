#pragma once

/// Allocations by operator new since the start of the program that links AllocationCounter.cpp.
long allocationCount();
