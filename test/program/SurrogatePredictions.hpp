#pragma once

#include <string>

namespace terrace::test {

/// Expects the probabilities that `terrace predict` has written to \p predictions for the test samples of
/// \p data from the surrogate of \p modelFile, embedded in this program.
void expectPredictionsOfSurrogate(const std::string& modelFile, const std::string& data,
                                  const std::string& predictions);

} // namespace terrace::test
