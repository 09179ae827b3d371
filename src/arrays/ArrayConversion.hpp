#pragma once

#include <terrace/dataset/TableConversion.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace terrace::program {

/// Says how far a conversion is: rows written of all.
using RowProgress = std::function<void(std::size_t done, std::size_t all)>;

/// Whether a file has arrays (ArrayFile) rather than a table of text.
bool hasArrays(const std::string& file);

/// Makes a data set of arrays, block by block: samples need not fit into memory.
///
/// The arrays of a file are asked for by name. Without a name for the inputs the one matrix that is left is
/// taken. Where \p conversion.label or .targets name no array, they are columns of that matrix, by number
/// from 1; a label or target that ends in .npy is a file of its own. Classes are the different values of the
/// label, in order; if they are not 0, 1, 2, ..., the data set has their names.
///
/// \param conversion  as for a table; `inputs` has at most one array, or columns of a file's only array.
/// \param decisions   receives what was decided, for the user.
/// \throws std::invalid_argument of one line.
void convertArrays(const dataset::TableConversion& conversion, const std::string& output,
                   const std::string& description, std::vector<std::string>& decisions,
                   const RowProgress& progress);

/// The inputs alone, samples x \p features, row-major, in memory.
std::vector<double> arrayInputs(const dataset::TableConversion& conversion, std::size_t& features,
                                std::vector<std::string>& decisions);

} // namespace terrace::program
