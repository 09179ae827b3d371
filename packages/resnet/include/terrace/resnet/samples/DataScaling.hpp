#pragma once

#include <terrace/resnet/network/Shape.hpp>

#include <Teuchos_Comm.hpp>
#include <Teuchos_ParameterList.hpp>

#include <string>
#include <vector>

namespace terrace::resnet {

/// How a column of inputs or targets is scaled: left as it is; to mean 0 and standard deviation 1; to
/// [-1, 1] between its smallest and its largest value; its logarithm to mean 0 and standard deviation 1; or
/// the pixels of each channel of an image together to mean 0 and standard deviation 1.
enum class ScalingType { None, Standard, UnitRange, Logarithm, Channel };

/// A map of every column of a matrix of samples: \f$(x_j - \mathrm{shift}_j) / \mathrm{scale}_j\f$, or the
/// same of \f$\ln x_j\f$.
struct DataScaling {
  std::vector<double> shift; ///< One for each column.
  std::vector<double> scale; ///< Finite, not 0.
  bool logarithm = false;    ///< Of all columns, or of none.

  /// Leaves all \p columns as they are.
  static DataScaling identity(int columns);

  /// From training samples; a column, or a channel, whose values are all equal keeps the scale 1. Collective,
  /// the same on all ranks and for any number of them. \throws std::invalid_argument as requireDomain().
  ///
  /// \param[in] rows  local samples x \p columns, row-major, dealt as SampleSet says.
  /// \param[in] pixels  of ScalingType::Channel: so many columns that follow one another are a channel.
  static DataScaling of(ScalingType type, const std::vector<double>& rows, int columns,
                        const Teuchos::Comm<int>& comm, int pixels = 1);

  /// Collective. \throws std::invalid_argument on all ranks if the logarithm of a value is wanted and it has
  /// none.
  void requireDomain(const std::vector<double>& rows, const Teuchos::Comm<int>& comm) const;

  /// Of the matrices that it is for.
  int columns() const { return static_cast<int>(shift.size()); }
  /// Whether apply() changes nothing.
  bool isIdentity() const;

  /// Maps each row in place; \p rows is samples x columns, row-major.
  void apply(std::vector<double>& rows) const;
  /// The inverse of apply().
  void invert(std::vector<double>& rows) const;
};

/// The parameters "Input Normalization" and "Target Normalization" of the deck list "Data".
void declareDataScaling(Teuchos::ParameterList& data);

/// Reads one of the two, of which the targets' has the logarithm, too; Automatic means Standard for \p
/// regression and None else. \throws terrace::ParameterError if targets are to be scaled where there is
/// no regression, or channels where inputs of the shape \p input have one pixel.
ScalingType scalingType(const Teuchos::ParameterList& data, const std::string& name, bool regression,
                        const Shape& input);

} // namespace terrace::resnet
