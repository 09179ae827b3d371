#pragma once

#include "metric/LayerBasis.hpp"
#include "metric/MetricFeed.hpp"

#include <terrace/multilevel/hierarchy/AdaptiveMetric.hpp>

#include <memory>
#include <vector>

namespace terrace::resnet::detail {

/// A metric that is diagonal, for each layer, in the eigenvectors of the second moments of its inputs and of
/// the derivatives by its sums: where a layer's Hessian is nearly a Kronecker product, nearly its own
/// coordinates. In them it has root mean squares of the derivatives, as Adam has them for single entries.
/// Source: George, Laurent, Bouthillier, Ballas & Vincent (NeurIPS 2018, EKFAC); Vyas et al. (ICLR 2025,
/// SOAP). FactorLayout says which sides of which layers are turned.
///
/// Moments are gathered at every tenth gradient; the eigenvectors follow at first with them, later every
/// `refreshSteps` gradients, or as rarely as keeps them below a twentieth of the sweeps' work. The layers are
/// shared out to the ranks. \p Scalar: of the rotations; that of the sweeps.
template <class Scalar>
class KroneckerMetric final : public AdaptiveMetric<double> {
public:
  KroneckerMetric(std::shared_ptr<MetricFeed> feed, const MetricOptions& options);

  void restart() override;
  void expectGradient() override;
  void learn(const ROL::Vector<double>& derivative) override;
  void learnAndApplyInverse(ROL::Vector<double>& step, const ROL::Vector<double>& derivative) override;
  void applyInverse(ROL::Vector<double>& step, const ROL::Vector<double>& derivative) override;
  void apply(ROL::Vector<double>& derivative, const ROL::Vector<double>& step) override;
  void toCurvatureCoordinates(ROL::Vector<double>& coordinates,
                              const ROL::Vector<double>& derivative) override;
  void fromCurvatureCoordinates(ROL::Vector<double>& step, const ROL::Vector<double>& coordinates) override;
  double workOfStep() const override { return feed_->workOf(2 * rotationFlops_); }
  void visitState(StateArchive<double>& archive, const std::string& name) override;

private:
  /// One group of parameters: a layer.
  struct Layer {
    const RunFactors* factors;
    int group;
    bool isMine; ///< This rank has its basis and squares.
    LayerBasis<Scalar> basis;
    RowMatrix<Scalar> rotated; ///< The derivative that was last learned.
    RowMatrix<Scalar> squares; ///< Running means.

    long offset() const { return factors->run->groupOffset(group); }
    long moments() const { return factors->first + group * factors->size(); }
  };

  static constexpr long gatherSteps = 10;
  static constexpr long refreshSteps = 50;
  static constexpr long earlySteps = 20; ///< Up to here the eigenvectors follow every gathering.
  static constexpr int principalDirections = 8;
  static constexpr double momentDecay = 0.9;

  /// What a vector is: the inputs of a lift may have scales (inputScales()). Coordinates have none.
  enum class Kind { Step, Derivative, Coordinates };

  const double* wholeOf(const ROL::Vector<double>& v);
  template <class InCoordinates>
  void writeBack(ROL::Vector<double>& target, Kind kind, const InCoordinates& function);
  template <class Change>
  void map(ROL::Vector<double>& target, Kind targetKind, const ROL::Vector<double>& source, Kind sourceKind,
           const Change& change);
  Scalar dampingOfCurvature() const;
  Scalar rootOfCurvature(const Layer& layer, std::size_t entry, Scalar damping) const;
  void takeMoments();
  bool refreshIsDue() const;
  void refreshBases();
  void refreshBasis(Layer& layer);
  void setPrincipalBasis(Layer& layer);
  RowMatrix<double> momentsOfInputs(const Layer& layer) const;
  RowMatrix<double> momentsOfOutputs(const Layer& layer) const;
  void load(const Layer& layer, const double* values, Kind kind, RowMatrix<Scalar>& matrix) const;
  void store(const Layer& layer, const RowMatrix<Scalar>& matrix, Kind kind, double* values) const;
  bool hasScales(const Layer& layer, Kind kind) const;
  Scalar metricAt(Scalar square) const;
  void countFlops();
  void visitOwned(StateArchive<double>& archive, const std::string& name, const Layer& layer,
                  RowMatrix<Scalar>& matrix);

  std::shared_ptr<MetricFeed> feed_;
  MetricOptions options_;
  std::vector<double> scales_; ///< Of the inputs, see inputScales().
  std::vector<Layer> layers_;
  std::vector<double> moments_; ///< Running means, the same on all ranks.
  bool hasMoments_ = false;
  long steps_ = 0; ///< Gradients learned.
  long refreshEvery_ = refreshSteps;
  long lastRefresh_ = 0;
  double rotationFlops_ = 0; ///< Of all layers, one way.
  double basesFlops_ = 0;    ///< Of all layers' eigenvectors.
  Scalar unbias_ = 1;        ///< Of the running means.
  BasisScratch<Scalar> scratch_;
  RowMatrix<Scalar> work_;
  std::vector<double> whole_; ///< A vector on all ranks.
  Teuchos::RCP<ParameterSpace::MultiVector> replicated_;
  CompensatedView contributions_;
};

extern template class KroneckerMetric<double>;
extern template class KroneckerMetric<float>;

} // namespace terrace::resnet::detail
