#pragma once

#include <terrace/resnet/network/SweepScalar.hpp>
#include <terrace/resnet/parameters/Device.hpp>
#include <terrace/resnet/samples/DataScaling.hpp>
#include <terrace/resnet/samples/SampleDerivatives.hpp>
#include <terrace/resnet/samples/SampleGroup.hpp>

#include <Teuchos_Comm.hpp>
#include <Teuchos_RCP.hpp>

#include <memory>
#include <variant>
#include <vector>

namespace terrace::resnet {

/// The samples of one rank on the device; a copy shares the storage.
///
/// The positions of the run's sample order are dealt to the ranks in groups: position p is on rank
/// (p / samplesOfGroup) % size, so that a leading subset of the positions is a leading subset on every rank,
/// and the same samples are summed together whatever the number of ranks. Inputs and targets are stored
/// feature by feature with the samples contiguous, padded to whole tiles of the kernels by repeating the last
/// sample (whose loss then has weight 0).
class SampleSet {
public:
  /// What the ranks talk by.
  using Comm = Teuchos::Comm<int>;

  /// Rows are contiguous: one for each feature or output.
  template <class Scalar>
  using Matrix = Kokkos::View<Scalar**, Kokkos::LayoutRight, Device>;
  /// One for each padded local sample.
  using Labels = Kokkos::View<int*, Device>;
  /// One for each target.
  using Units = Kokkos::View<double*, Device>;
  /// Inputs, targets and derivatives in one precision.
  template <class Scalar>
  struct Arrays {
    Matrix<Scalar> inputs;  ///< features x padded local samples.
    Matrix<Scalar> targets; ///< outputs x padded local samples; empty in classification and for prediction.
    /// directions * features x padded local samples, one direction after another; empty: unit vectors.
    Matrix<Scalar> directions;
    /// Of the targets along these: directions * outputs x padded local samples; empty if there are none.
    Matrix<Scalar> derivatives;
  };

  /// Classification: \p labels in 0..classes-1, one for each local sample.
  ///
  /// \param[in] globalCount  samples of all ranks together.
  /// \param[in] inputs       local samples x features, row-major; this rank's positions in ascending order.
  /// \throws std::invalid_argument if the sizes do not fit each other or the distribution, or a label is out
  /// of range.
  static SampleSet classification(const Teuchos::RCP<const Comm>& comm, long globalCount, int features,
                                  const std::vector<double>& inputs, int classes,
                                  const std::vector<int>& labels, SweepScalar scalar = SweepScalar::Double);

  /// Regression: \p targets is local samples x outputs, row-major; the rest as in classification().
  static SampleSet regression(const Teuchos::RCP<const Comm>& comm, long globalCount, int features,
                              const std::vector<double>& inputs, int outputs,
                              const std::vector<double>& targets, SweepScalar scalar = SweepScalar::Double);

  /// Inputs alone, for prediction.
  static SampleSet unlabelled(const Teuchos::RCP<const Comm>& comm, long globalCount, int features,
                              const std::vector<double>& inputs, int outputs,
                              SweepScalar scalar = SweepScalar::Double);

  /// The same samples, whose targets were scaled by `units`: errors are measured in the units before.
  SampleSet withTargetUnits(const DataScaling& units) const;

  /// The same samples with derivatives of their targets, which a loss then compares too.
  ///
  /// \param derivatives  of this rank's samples, of scaled targets along directions of scaled inputs.
  /// \param weight       of a squared error of a derivative, relative to one of a target.
  /// \throws std::invalid_argument if there are no targets or the sizes do not fit.
  SampleSet withDerivatives(const SampleDerivatives& derivatives, double weight) const;

  /// The first \p globalCount positions of the order, 1..globalCount(); shares the storage.
  SampleSet leading(long globalCount) const;

  /// Whether window() can give \p count samples from position \p first on: the samples of this set that are
  /// summed together must be those of the window.
  bool hasWindow(long first, long count) const;

  /// The samples at positions first .. first + count - 1; shares the storage, sends nothing. A window has no
  /// subsets of its own.
  /// \throws std::invalid_argument if !hasWindow().
  SampleSet window(long first, long count) const;

  /// The samples at these positions, in this order, as a set of its own: dealt to the ranks again, so that it
  /// is the same set whatever the number of ranks. Collective.
  ///
  /// \param positions  distinct; the same on all ranks.
  /// \throws std::invalid_argument if there is none, or one is not in 0 .. globalCount() - 1.
  SampleSet gather(const std::vector<long>& positions) const;

  /// The samples at these positions: a window() where they follow each other and one can be had, else
  /// gather(). \throws std::invalid_argument as gather() does.
  ///
  /// \param reusable  a set whose memory the result may take where it is large enough: what else refers to it
  /// changes.
  SampleSet subset(const std::vector<long>& positions, const SampleSet* reusable = nullptr) const;

  /// The local targets, samples x outputs, row-major; empty if there are none.
  std::vector<double> targetRows() const;
  /// The local derivatives, samples x directions x outputs, row-major; empty if there are none.
  std::vector<double> derivativeRows() const;

  /// Local samples of a rank when \p globalCount positions are dealt.
  static long localCount(long globalCount, int rank, int size);
  /// The rank that a position is dealt to.
  static int rankOf(long position, int size) { return static_cast<int>(position / samplesOfGroup % size); }

  /// Samples on all ranks together.
  long globalCount() const { return globalCount_; }
  /// Samples on this rank, without the padding.
  int localCount() const { return localCount_; }
  /// Numbers of an input.
  int features() const { return features_; }
  /// Classes, or numbers of a target.
  int outputs() const { return outputs_; }
  /// Whether the samples are for classification.
  bool hasLabels() const { return hasLabels_; }
  /// Whether the samples are for regression.
  bool hasTargets() const { return hasTargets_; }
  /// Directions of each sample along which derivatives are known; 0: none.
  int directions() const { return directions_; }
  /// Weight of a squared error of a derivative, relative to one of a target.
  double derivativeWeight() const { return derivativeWeight_; }
  /// Precision of the inputs and targets, and so of sweeps over them.
  SweepScalar scalar() const {
    return std::holds_alternative<Arrays<double>>(arrays_) ? SweepScalar::Double : SweepScalar::Float;
  }
  /// The ranks that the samples are dealt to.
  const Teuchos::RCP<const Comm>& comm() const { return comm_; }
  /// Of the local samples; empty without labels.
  const Labels& labels() const { return labels_; }
  /// Shift and scale of each target back to its unit; both empty if the targets are as they were.
  const Units& targetShift() const { return targetShift_; }
  /// \copydoc targetShift()
  const Units& targetScale() const { return targetScale_; }
  /// Whether the targets in these units are logarithms.
  bool targetLogarithm() const { return targetLogarithm_; }
  /// \throws std::bad_variant_access if \p Scalar is not the scalar of the set.
  template <class Scalar>
  const Arrays<Scalar>& arrays() const {
    return std::get<Arrays<Scalar>>(arrays_);
  }
  /// Whether this is the other set or a subset of it: both refer to the same memory.
  bool sharesMemoryOf(const SampleSet& other) const { return identity_ == other.identity_; }
  /// Whether this is the same subset of the same set; the same answer on all ranks.
  bool sameAs(const SampleSet& other) const {
    return identity_ == other.identity_ && first_ == other.first_ && globalCount_ == other.globalCount_;
  }

private:
  SampleSet(const Teuchos::RCP<const Comm>& comm, long globalCount, int features,
            const std::vector<double>& inputs, int outputs, SweepScalar scalar);
  void checkPositions(const std::vector<long>& positions) const;
  SampleSet gatherFromOneRank(const std::vector<long>& positions, const SampleSet* reusable) const;
  template <class Scalar>
  void gatherArrays(const std::vector<long>& positions, SampleSet& target, const SampleSet* reusable) const;
  int rowLength() const {
    return features_ + (hasLabels_ ? 1 : 0) + (hasTargets_ ? outputs_ : 0) + directionLength() +
           directions_ * outputs_;
  }
  /// Numbers of the directions that are stored for a sample.
  int directionLength() const { return hasUnitDirections_ ? 0 : directions_ * features_; }
  template <class Scalar>
  std::vector<double> rows(const std::vector<long>& positions) const;
  template <class Scalar>
  void setArrays(const std::vector<double>& inputs, const std::vector<double>& targets);

  std::shared_ptr<const char> identity_; ///< Shared by the copies and subsets of one set.
  Teuchos::RCP<const Comm> comm_;
  long first_ = 0; ///< Of a window: its position in the set that it is part of.
  long globalCount_;
  int localCount_;
  int features_;
  int outputs_;
  bool hasLabels_ = false;
  bool hasTargets_ = false;
  int directions_ = 0;
  bool hasUnitDirections_ = false;
  double derivativeWeight_ = 0;
  Labels labels_;
  Units targetShift_;
  Units targetScale_;
  bool targetLogarithm_ = false;
  using AnyArrays = std::variant<Arrays<double>, Arrays<float>>;

  struct Rows;

  AnyArrays arrays_;
  std::shared_ptr<Rows> rows_; ///< The inputs sample by sample, once batches are gathered; shared by copies.
  AnyArrays storage_;          ///< Of a window: what arrays_ points into.
};

} // namespace terrace::resnet
