#pragma once

#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/Device.hpp>
#include <terrace/resnet/parameters/NormalizationStatistics.hpp>
#include <terrace/resnet/samples/DataDistance.hpp>
#include <terrace/resnet/samples/DataScaling.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <Tpetra_MultiVector_fwd.hpp>

#include <memory>
#include <vector>

namespace terrace::resnet {

namespace detail {
class NetworkFunction;
}

/// A trained network as a function y = f(x) in the units of the data, with its derivatives: what an
/// application embeds.
///
/// It needs neither MPI nor HDF5: every process has all parameters and works on its own samples (no call is
/// collective). Weights are packed once, at construction, and the scaling is a part of the function.
/// Batches are read and written where they are, in any layout, on Tpetra's default device. Nothing is
/// allocated after the first call of each kind; calls use one workspace, so that a Surrogate serves one
/// thread at a time. A batch gives row by row the same numbers as its samples alone, up to rounding.
class Surrogate {
public:
  /// Samples x features or outputs; every Kokkos view of rank 2 on the device converts to it.
  using Batch = resnet::Batch;
  /// The same, read only.
  using ConstBatch = resnet::ConstBatch;
  /// Samples are its rows.
  using MultiVector = Tpetra::MultiVector<double>;
  /// A number a sample.
  using Numbers = Kokkos::View<double*, Device>;

  /// \param[in] parameters  in the order of ParameterLayout (ParameterSpace::gatherToAll() of a trained
  /// vector).
  ///
  /// \param[in] inputs  applied to inputs before the network.
  ///
  /// \param[in] outputs  whose inverse is applied to the network's outputs.
  ///
  /// \param[in] scalar  precision of the states; batches are double in both.
  ///
  /// \param[in] distance  from the training data; may be unknown.
  ///
  /// \param[in] statistics  of the training samples, for a network with Normalization::GhostBatch.
  ///
  /// \throws std::invalid_argument if the sizes do not fit the network.
  Surrogate(const Network& network, const std::vector<double>& parameters, const DataScaling& inputs,
            const DataScaling& outputs, SweepScalar scalar = SweepScalar::Double, DataDistance distance = {},
            NormalizationStatistics statistics = {});
  ~Surrogate();
  /// Takes everything over; the other one may then only be destroyed or assigned to.
  Surrogate(Surrogate&&) noexcept;
  /// \copydoc Surrogate(Surrogate&&)
  Surrogate& operator=(Surrogate&&) noexcept;

  /// Numbers of an input.
  int features() const { return network_.features(); }
  /// Numbers of an output.
  int outputs() const { return network_.outputs; }
  /// The trained network.
  const Network& network() const { return network_; }
  /// Its parameters, in the order of ParameterLayout.
  const std::vector<double>& parameters() const { return parameters_; }
  /// What Normalization::GhostBatch predicts with; empty for other networks.
  const NormalizationStatistics& statistics() const { return statistics_; }
  /// From inputs in the units of the data to inputs of the network.
  const DataScaling& inputScaling() const { return inputs_; }
  /// From outputs in the units of the data to outputs of the network.
  const DataScaling& outputScaling() const { return outputs_; }
  /// Of inputs from the training data. Beyond its number `usual` the surrogate extrapolates: what a caller
  /// may fall back to its solver for.
  const DataDistance& dataDistance() const { return distance_; }

  /// \name Samples are the rows of Kokkos views
  /// No argument may alias another. \throws std::invalid_argument if the extents do not fit.
  /// @{

  /// y(s, :) = f(x(s, :))
  void apply(const ConstBatch& x, const Batch& y);
  /// jv(s, :) = f'(x(s, :)) v(s, :)
  void applyJacobian(const ConstBatch& x, const ConstBatch& v, const Batch& jv);
  /// jtu(s, :) = f'(x(s, :))^T u(s, :);  \p u is samples x outputs, \p jtu samples x features.
  void applyAdjointJacobian(const ConstBatch& x, const ConstBatch& u, const Batch& jtu);
  /// d(s) = distance of x(s, :) from the training data, in dataDistance()'s measure.
  /// \throws std::invalid_argument also if it is unknown.
  void distance(const ConstBatch& x, const Numbers& d) const;
  /// @}

  /// \name Samples are the rows of Tpetra multivectors, features or outputs their columns
  /// A rank works on its own rows; the multivectors' maps must agree.
  /// @{

  /// \overload
  void apply(const MultiVector& x, MultiVector& y);
  /// \overload
  void applyJacobian(const MultiVector& x, const MultiVector& v, MultiVector& jv);
  /// \overload
  void applyAdjointJacobian(const MultiVector& x, const MultiVector& u, MultiVector& jtu);
  /// @}

private:
  using Values = Kokkos::View<double**, Kokkos::LayoutRight, Device>;

  void applyFunction(const ConstBatch& x, const Batch& y);
  Batch values(const ConstBatch& x);

  Network network_;
  std::vector<double> parameters_;
  DataScaling inputs_;
  DataScaling outputs_;
  DataDistance distance_;
  NormalizationStatistics statistics_;
  Numbers center_; ///< Those of distance_, where the batches are.
  Numbers factor_;
  std::unique_ptr<detail::NetworkFunction> function_; ///< Gives logarithms if the outputs are such.
  Values values_;
};

} // namespace terrace::resnet
