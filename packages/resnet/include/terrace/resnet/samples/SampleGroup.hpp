#pragma once

namespace terrace::resnet {

/// Samples of a sample group: neighbours in the run's order that stay together on one rank and are summed
/// together first, so that sums over all samples do not depend on the number of ranks.
constexpr int samplesOfGroup = 128;

} // namespace terrace::resnet
