#pragma once

#include <terrace/dataset/Dataset.hpp>
#include <terrace/dataset/Hdf5File.hpp>

namespace terrace::dataset::detail {

/// Writes all that a data set file says of itself, but no samples.
void writeAttributes(Hdf5File& file, const Dataset& dataset);

} // namespace terrace::dataset::detail
