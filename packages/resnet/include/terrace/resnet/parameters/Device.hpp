#pragma once

#include <Kokkos_Core.hpp>
#include <Tpetra_Map_decl.hpp>

namespace terrace::resnet {

/// Tpetra's default device: kernels run where the parameters live.
using Device = Tpetra::Map<>::device_type;
using DefaultExecution = Device::execution_space;

/// Parameters, or derivatives by them, in the order of ParameterLayout.
using ParameterView = Kokkos::View<double*, Device>;
using ConstParameterView = Kokkos::View<const double*, Device>;

} // namespace terrace::resnet
