#pragma once

#include "arrays/ArrayChoice.hpp"

#include <terrace/dataset/LabelledImages.hpp>

namespace terrace::program {

/// Whether the rows of a source are images as bytes: unsigned bytes, height x width or channels x height x
/// width of each.
bool hasImages(const ColumnSource& source);

/// Whether a file has arrays, and the inputs that a conversion asks for are such images.
/// \throws std::invalid_argument as ArrayChoice.
bool holdsArrayImages(const dataset::TableConversion& conversion);

/// Reads all of them, a byte a value; all have the label 0.
dataset::LabelledImages readImages(ColumnSource source);

} // namespace terrace::program
