#pragma once

#include <terrace/resnet/parameters/Device.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace terrace::resnet {

/// A copy of \p values on the device.
template <class T>
Kokkos::View<T*, Device> toDevice(const std::string& label, const std::vector<T>& values) {
  Kokkos::View<T*, Device> view(label, values.size());
  const auto mirror = Kokkos::create_mirror_view(view);
  std::copy(values.begin(), values.end(), mirror.data());
  Kokkos::deep_copy(view, mirror);
  return view;
}

/// A copy of \p values on the host.
template <class View>
std::vector<typename View::non_const_value_type> toHost(const View& values) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), values);
  return {host.data(), host.data() + host.extent(0)};
}

} // namespace terrace::resnet
