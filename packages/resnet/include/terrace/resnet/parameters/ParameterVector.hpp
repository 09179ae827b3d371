#pragma once

#include <terrace/multilevel/hierarchy/AdamOperations.hpp>
#include <terrace/multilevel/hierarchy/BlockOperations.hpp>
#include <terrace/multilevel/hierarchy/EntrywiseOperations.hpp>
#include <terrace/resnet/parameters/Device.hpp>

#include <ROL_TpetraMultiVector.hpp>

namespace terrace::resnet {

namespace detail {
struct VectorWorkspace;
}

/// Weights w of the inner product of the parameters, \f$\langle x, y\rangle = \sum_i w_i x_i y_i\f$, of one
/// rank's slice, and their inverses.
struct ParameterMetric {
  ConstParameterView weights;                       ///< w, one for each local entry.
  ConstParameterView inverseWeights;                ///< 1 / w.
  long groupSize = 0;                               ///< Entries summed together first.
  long firstGroup = 0;                              ///< Global number of this rank's first group.
  ParameterView groupSums;                          ///< One for each group of the global vector: workspace.
  typename ParameterView::HostMirror hostGroupSums; ///< Their host copy.
  ROL::Ptr<detail::VectorWorkspace> block;          ///< Of operations with many vectors.
};

/// Which of the two spaces a vector is of: iterates and steps (primal), or derivatives (dual).
enum class VectorKind { Primal, Dual };

/// A vector of network parameters, or of derivatives by them, distributed by a one-to-one Tpetra map.
///
/// Primal vectors have the inner product of the metric, dual vectors the inner product of its inverse; dual()
/// is the Riesz map from one kind to the other, apply() the unweighted pairing of a vector of one kind with
/// one of the other. Made by ParameterSpace. ROL's elementwise functions are virtual: they run in plain loops
/// on the host, on a device as kernels where we know what they do (doc/gpu.md).
class ParameterVector : public ROL::TpetraMultiVector<double>,
                        public AdamOperations<double>,
                        public EntrywiseOperations<double>,
                        public BlockOperations<double> {
public:
  /// One column, on Tpetra's default device.
  using MultiVector = Tpetra::MultiVector<double>;

  /// \param[in] values  one column, zero or set by the caller; shared, not copied.
  /// \param[in] metric  weights of the same local length.
  ParameterVector(const ROL::Ptr<MultiVector>& values, const ROL::Ptr<const ParameterMetric>& metric,
                  VectorKind kind);

  /// Whether it is primal or dual.
  VectorKind kind() const { return kind_; }

  /// This rank's slice on the device.
  ParameterView local();
  /// \overload
  ConstParameterView local() const;

  /// \name ROL::Vector
  /// The arithmetic does not allocate; the dot product and the norm are one reduction on the device and one
  /// over the ranks, with the same result on all of them and, but for devices' own reductions, for any number
  /// of them.
  /// @{
  void set(const ROL::Vector<double>& x) override;
  void plus(const ROL::Vector<double>& x) override;
  void axpy(const double alpha, const ROL::Vector<double>& x) override;
  void scale(const double alpha) override;
  void zero() override;
  void setScalar(const double value) override;
  double dot(const ROL::Vector<double>& x) const override;
  double norm() const override;
  double apply(const ROL::Vector<double>& x) const override;
  /// Valid until the next call for this vector, or its end.
  const ROL::Vector<double>& dual() const override;
  /// A vector of zeros of the same kind.
  ROL::Ptr<ROL::Vector<double>> clone() const override;
  ROL::Ptr<ROL::Vector<double>> basis(const int i) const override;
  void applyUnary(const ROL::Elementwise::UnaryFunction<double>& f) override;
  void applyBinary(const ROL::Elementwise::BinaryFunction<double>& f, const ROL::Vector<double>& x) override;
  double reduce(const ROL::Elementwise::ReductionOp<double>& r) const override;
  /// @}

  /// \name EntrywiseOperations and AdamOperations, as kernels
  /// @{
  void averageSquares(double decay, const ROL::Vector<double>& g) override;
  void divideByRoots(const ROL::Vector<double>& v, double scale, double shift) override;
  void adamStep(ROL::Vector<double>& mean, ROL::Vector<double>& squares, const ROL::Vector<double>& g,
                const AdamFactors<double>& factors) override;
  /// @}

  /// \name BlockOperations, as kernels that read each vector once
  ///
  /// Sums have the order of the sums of dot(). Workspaces grow with the number of vectors and are kept.
  /// @{
  void innerProducts(const std::vector<Operand<double>>& left, const std::vector<Operand<double>>& right,
                     std::vector<double>& products) const override;
  void addCombination(const std::vector<double>& coefficients,
                      const std::vector<Operand<double>>& vectors) override;
  /// @}

private:
  ROL::Ptr<ParameterVector> make(VectorKind kind) const;
  const ParameterVector& compatible(const ROL::Vector<double>& x) const;

  ROL::Ptr<const ParameterMetric> metric_;
  VectorKind kind_;
  mutable ROL::Ptr<ParameterVector> dual_;
};

} // namespace terrace::resnet
