#pragma once

#include <Kokkos_Core.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace terrace::resnet::detail::tensor {

inline void require(cudaError_t error, const char* what) {
  if (error != cudaSuccess)
    throw std::runtime_error(std::string("CUDA: ") + what + ": " + cudaGetErrorString(error) + ".");
}

/// Runs \p kernel on the blocks of \p grid, Shape::threads threads each with Shape::Memory to share. Kokkos'
/// tools are told, as of Kokkos' own kernels.
template <class Shape, class Kernel, class Operands>
void launch(const Kokkos::Cuda& space, const std::string& label, Kernel* kernel, dim3 grid,
            const Operands& operands) {
  constexpr auto bytes = sizeof(typename Shape::Memory);
  require(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(bytes)),
          "shared memory of a kernel");
  std::uint64_t id = 0;
  const bool isWatched = Kokkos::Tools::profileLibraryLoaded();
  if (isWatched) Kokkos::Tools::beginParallelFor(label, 0, &id);
  kernel<<<grid, Shape::threads, bytes, space.cuda_stream()>>>(operands);
  require(cudaGetLastError(), label.c_str());
  if (isWatched) Kokkos::Tools::endParallelFor(id);
}

} // namespace terrace::resnet::detail::tensor
