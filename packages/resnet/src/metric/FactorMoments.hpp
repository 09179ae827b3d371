#pragma once

#include "metric/FactorLayout.hpp"

#include <terrace/resnet/parameters/CompensatedSum.hpp>

namespace terrace::resnet::detail {

/// The sums over one sweep's local samples that FactorLayout describes.
struct FactorMoments {
  explicit FactorMoments(const ParameterLayout& parameters)
      : layout(parameters),
        sums("terrace::resnet::FactorMoments::sums", static_cast<std::size_t>(layout.size())),
        partial("terrace::resnet::FactorMoments::partial", static_cast<std::size_t>(layout.size())) {}

  FactorLayout layout;
  CompensatedView sums;
  ParameterView partial; ///< Of a sample group, where a chunk of samples is a part of one.
};

} // namespace terrace::resnet::detail
