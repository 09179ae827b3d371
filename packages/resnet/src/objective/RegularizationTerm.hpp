#pragma once

#include <terrace/resnet/parameters/Device.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>

namespace terrace::resnet::detail {

/// The quadratic form \f$R(\theta)\f$ of Regularization: its value, and its derivative on the slice of the
/// parameters that a rank owns.
///
/// The value is a sum over the replicated vector, the same on every rank and for every number of ranks.
class RegularizationTerm {
public:
  RegularizationTerm(const ParameterLayout& layout, long firstOwned, long ownedCount);

  /// R(theta), on every rank.
  double value(const ConstParameterView& theta) const;

  /// owned += (R'' theta) on the owned slice: the gradient at theta, or the Hessian times theta.
  ///
  /// \param[in]     theta  the whole vector.
  /// \param[in,out] owned  this rank's slice.
  void addDerivative(const ConstParameterView& theta, const ParameterView& owned) const;

  /// What the kernels know of a ParameterRun.
  struct Run {
    long begin;
    long end;
    long groupSize;
    double square;
    double difference;
  };
  using Runs = Kokkos::View<Run*, Device>;

private:
  Runs runs_;
  long firstOwned_;
  long ownedCount_;
};

} // namespace terrace::resnet::detail
