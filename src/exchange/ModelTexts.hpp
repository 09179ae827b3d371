#pragma once

#include <terrace/model/ModelDescription.hpp>

#include <functional>
#include <map>
#include <string>

namespace terrace::program {

/// What ONNX and NPZ files say about a network in words, by name: `task`, `input_shape`, `network` (the deck
/// list, XML), `input_names`, `class_names` or `target_names`, and the provenance of a model file. Lists are
/// JSON. Names that are not known are left out.
std::map<std::string, std::string> modelTexts(const model::ModelDescription& model);

/// Puts the texts that are there into \p model; the list `network` is left out.
/// \param reject  called with a complaint about a text that cannot be used, and does not return.
/// \throws what \p reject throws.
void takeModelTexts(const std::map<std::string, std::string>& texts, model::ModelDescription& model,
                    const std::function<void(const std::string&)>& reject);

} // namespace terrace::program
