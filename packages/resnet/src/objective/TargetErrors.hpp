#pragma once

#include <terrace/resnet/parameters/CompensatedSum.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <cstddef>
#include <vector>

namespace terrace::resnet::detail {

/// Errors of network outputs in the units of the targets.
///
/// Samples of a group are summed first, as in a sweep: the same on any number of ranks.
class TargetErrors {
public:
  /// Collective. \param outputs  of this rank's samples, row-major, scaled as the targets of \p samples are.
  TargetErrors(const std::vector<double>& outputs, const SampleSet& samples);

  /// Errors of derivatives, collective. \param outputs   as above. \param tangents  derivatives of the scaled
  /// outputs along the directions of \p samples: samples x directions x outputs, row-major.
  static TargetErrors ofDerivatives(const std::vector<double>& outputs, const std::vector<double>& tangents,
                                    const SampleSet& samples);

  /// Metrics::relativeError, or derivativeError; infinity where an output is too large for its square.
  double relative() const;
  /// The same of each output alone.
  std::vector<double> relativeOfEach() const;

private:
  /// Of rows y and t of so many columns; \param rowsOfSample  of each sample.
  TargetErrors(const std::vector<double>& y, const std::vector<double>& t, std::size_t columns,
               std::size_t rowsOfSample, const Teuchos::Comm<int>& comm);

  std::vector<double> units_;           ///< Of each output: a power of two, about its largest target.
  std::vector<CompensatedSum> errors_;  ///< Squared, of each output, in its unit.
  std::vector<CompensatedSum> targets_; ///< Squared, of each output, in its unit.
};

} // namespace terrace::resnet::detail
