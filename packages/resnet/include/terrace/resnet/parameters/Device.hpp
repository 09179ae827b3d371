#pragma once

#include <Kokkos_Core.hpp>
#include <Tpetra_Map_decl.hpp>

namespace terrace::resnet {

/// Tpetra's default device: kernels run where the parameters live.
using Device = Tpetra::Map<>::device_type;
/// Where kernels run.
using DefaultExecution = Device::execution_space;

/// Parameters, or derivatives by them, in the order of ParameterLayout.
using ParameterView = Kokkos::View<double*, Device>;
/// The same, read only.
using ConstParameterView = Kokkos::View<const double*, Device>;

/// Samples x columns of an application, in any layout: every Kokkos view of rank 2 on the device converts to
/// it.
using Batch = Kokkos::View<double**, Kokkos::LayoutStride, Device>;
/// The same, read only.
using ConstBatch = Kokkos::View<const double**, Kokkos::LayoutStride, Device>;

} // namespace terrace::resnet
