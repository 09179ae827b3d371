#pragma once

#include <terrace/resnet/parameters/Device.hpp>

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <string>

namespace terrace::resnet::detail {

/// What a kernel is told of one of many vectors.
struct VectorOperand {
  const double* values; ///< This rank's slice.
  const double* riesz;  ///< That of its Riesz image, where one is needed.
  double coefficient;
  bool isDual;
};

/// Memory of a space's operations with many vectors: it grows to the largest number asked for.
struct VectorWorkspace {
  using Operands = Kokkos::View<VectorOperand*, Device>;

  Operands operands;
  Operands::HostMirror hostOperands;
  ParameterView sums; ///< For each group of entries of the global vector one row of products.
  ParameterView::HostMirror hostSums;

  void reserveOperands(std::size_t count) {
    if (operands.extent(0) >= count) return;
    operands = Operands("terrace::VectorWorkspace::operands", count);
    hostOperands = Kokkos::create_mirror_view(operands);
  }
  void reserveSums(std::size_t count) {
    if (sums.extent(0) >= count) return;
    sums = ParameterView("terrace::VectorWorkspace::sums", count);
    hostSums = Kokkos::create_mirror_view(sums);
  }
};

} // namespace terrace::resnet::detail
