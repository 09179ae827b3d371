#pragma once

#include <terrace/resnet/samples/DataScaling.hpp>

#include <Teuchos_Comm.hpp>
#include <Teuchos_ParameterList.hpp>

#include <cstdint>
#include <vector>

namespace terrace::resnet {

/// Derivatives of the targets of a rank's samples along directions of their inputs.
struct SampleDerivatives {
  int directions = 0;           ///< Of each sample; 0: there are no derivatives.
  bool alongUnitVectors = true; ///< As many as there are features; the same on all ranks.
  std::vector<double> along;    ///< Else: samples x directions x features, row-major.
  std::vector<double> values;   ///< Samples x directions x outputs, row-major.

  /// From Jacobians, samples x outputs x features, row-major: derivatives along the unit vectors.
  static SampleDerivatives ofJacobians(const std::vector<double>& jacobians, int outputs, int features);

  /// Derivatives of scaled targets along directions of scaled inputs. Unit vectors stay unit vectors: their
  /// derivatives are then those along the scale of each input.
  ///
  /// \param targetRows  samples x outputs before their scaling, which logarithms need.
  void scale(const DataScaling& inputs, const DataScaling& targets, const std::vector<double>& targetRows);

  /// Makes of all directions of a sample \p count: of unit vectors, random orthonormal combinations times
  /// (features / count)^(1/2), so that the squares of the derivatives have the same sum in the mean; of
  /// others, the first ones. Does nothing if there are not more.
  ///
  /// \param samples  number of each sample among all, on any rank; each has random numbers of its own.
  /// \param seed     of the random numbers.
  void reduceTo(int count, int features, const std::vector<std::int64_t>& samples, std::uint64_t seed);

  /// The leading samples.
  SampleDerivatives leading(long samples, int features, int outputs) const;
};

/// What a training does with the derivatives of its samples.
struct DerivativeOptions {
  double weight = 1;   ///< Relative to balancedWeight(); 0: they are not used.
  int directions = 0;  ///< Most of each training sample; 0: all.
  bool isDense = true; ///< Whether the network is.

  /// Reads "Derivative Weight", "Derivative Directions" and "Type" of the deck list "Network".
  static DerivativeOptions fromParameters(const Teuchos::ParameterList& network);

  /// \throws terrace::ParameterError if derivatives are to be used in a network that has none.
  void requireDense() const;
};

/// The weight at which the derivatives of a network that gives the mean of the targets would cost as much as
/// its values: the sum of the squared deviations of the targets from their mean over that of the squared
/// derivatives; 1 if one of them is 0. Collective; the same on any number of ranks.
///
/// \param targetRows  of this rank, samples x outputs, scaled, dealt as SampleSet says.
double balancedWeight(const SampleDerivatives& derivatives, const std::vector<double>& targetRows,
                      int outputs, const Teuchos::Comm<int>& comm);

} // namespace terrace::resnet
