#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace terrace::program {

/// Writes a file with `inputs` (samples x features) alone, for `terrace predict`, and says so; for one rank.
/// \param names  of the features; may be empty.
void writeInputs(const std::string& file, const std::vector<double>& inputs, std::size_t features,
                 const std::vector<std::string>& names = {});

} // namespace terrace::program
