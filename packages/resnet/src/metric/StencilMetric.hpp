#pragma once

#include "metric/MetricFeed.hpp"
#include "metric/RowMatrix.hpp"

#include <terrace/multilevel/hierarchy/AdaptiveMetric.hpp>

#include <memory>
#include <string>
#include <vector>

namespace terrace::resnet::detail {

/// A metric for convolutional networks: diagonal, for each weight, in the cosine basis of the stencil of 3 x
/// 3 pixels and in the eigenvectors of the second moments of its derivatives, over the input channels. In
/// these coordinates it has root mean squares of the derivatives, as Adam has them for single entries. Biases
/// and gains keep theirs.
///
/// The moments are running means over all gradients; the eigenvectors follow them after the first gradients
/// and later every `refreshSteps`. Every rank has the whole metric. Source of the eigenvectors of
/// derivatives: Vyas et al. (ICLR 2025, SOAP).
class StencilMetric final : public AdaptiveMetric<double> {
public:
  StencilMetric(std::shared_ptr<MetricFeed> feed, const MetricOptions& options);

  void restart() override;
  void expectGradient() override {}
  void learn(const ROL::Vector<double>& derivative) override;
  void learnAndApplyInverse(ROL::Vector<double>& step, const ROL::Vector<double>& derivative) override;
  void applyInverse(ROL::Vector<double>& step, const ROL::Vector<double>& derivative) override;
  void apply(ROL::Vector<double>& derivative, const ROL::Vector<double>& step) override;
  void toCurvatureCoordinates(ROL::Vector<double>& coordinates,
                              const ROL::Vector<double>& derivative) override;
  void fromCurvatureCoordinates(ROL::Vector<double>& step, const ROL::Vector<double>& coordinates) override;
  double workOfStep() const override { return feed_->workOf(2 * rotationFlops_ + momentFlops_); }
  void visitState(StateArchive<double>& archive, const std::string& name) override;

private:
  using Vector = std::vector<double>;

  /// A weight: outputs x inputs x taps.
  struct Layer {
    std::size_t offset;
    int outputs;
    int inputs;
    int taps;
    Vector moments;            ///< inputs x inputs, running means
    RowMatrix<double> vectors; ///< their eigenvectors in columns; empty: the identity
  };

  static constexpr long refreshSteps = 50;
  static constexpr long earlySteps = 20; ///< Up to here every tenth gradient brings new eigenvectors.
  static constexpr double momentDecay = 0.95;

  void learnMoments(const Vector& derivative);
  void refresh();
  void rotate(Vector& values) const;
  void rotateBack(Vector& values) const;
  double metricAt(double square) const;
  void write(ROL::Vector<double>& target, Vector& rotated);
  void map(ROL::Vector<double>& target, const ROL::Vector<double>& source, const Vector& divisors);
  Vector rootsOfCurvature() const;

  std::shared_ptr<MetricFeed> feed_;
  MetricOptions options_;
  std::vector<Layer> layers_;
  Vector squares_; ///< Running means in the metric's coordinates.
  Vector rotated_; ///< The derivative that was last learned.
  long steps_ = 0; ///< Gradients learned.
  double unbias_ = 1;
  double rotationFlops_ = 0;
  double momentFlops_ = 0;
  double basesFlops_ = 0;
};

} // namespace terrace::resnet::detail
