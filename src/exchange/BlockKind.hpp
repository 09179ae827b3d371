#pragma once

#include "exchange/Layer.hpp"

#include <terrace/resnet/network/Stage.hpp>

#include <functional>
#include <string>

namespace terrace::program {

/// Kind and normalisation of a stage that has this block; its other members are not set.
///
/// \param images  whether states are images.
/// \param reject  called with what no stage of Terrace is; does not return.
resnet::Stage stageOf(const Layer& block, bool images, const std::function<void(const std::string&)>& reject);

} // namespace terrace::program
