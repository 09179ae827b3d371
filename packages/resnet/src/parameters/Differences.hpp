#pragma once

#include <terrace/resnet/parameters/Device.hpp>

namespace terrace::resnet::detail {

/// Number of entries that differ; a NaN differs from everything. \p x and \p y are of one length.
int differences(const ConstParameterView& x, const ConstParameterView& y);

} // namespace terrace::resnet::detail
