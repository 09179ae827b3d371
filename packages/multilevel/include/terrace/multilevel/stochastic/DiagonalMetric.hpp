#pragma once

#include <terrace/multilevel/hierarchy/AdaptiveMetric.hpp>
#include <terrace/multilevel/hierarchy/EntrywiseOperations.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace terrace {

/// The metric of root mean squares of each entry of the derivatives, as Adam has it: for objectives that
/// offer none of their own.
template <class Real>
class DiagonalMetric final : public AdaptiveMetric<Real> {
public:
  /// \param derivative  prototype of the derivatives.
  DiagonalMetric(const ROL::Vector<Real>& derivative, const MetricOptions& options)
      : options_(options), squares_(derivative.clone()) {
    restart();
  }

  void restart() override {
    squares_->zero();
    steps_ = 0;
  }
  void expectGradient() override {}
  void learn(const ROL::Vector<Real>& derivative) override {
    ++steps_;
    averageSquares(*squares_, static_cast<Real>(options_.decay), derivative);
  }
  void learnAndApplyInverse(ROL::Vector<Real>& step, const ROL::Vector<Real>& derivative) override {
    learn(derivative);
    applyInverse(step, derivative);
  }
  void applyInverse(ROL::Vector<Real>& step, const ROL::Vector<Real>& derivative) override {
    setEntries(step, derivative);
    divideByRoots(step, *squares_, scale(), static_cast<Real>(options_.shift));
  }
  void apply(ROL::Vector<Real>& derivative, const ROL::Vector<Real>& step) override {
    setEntries(derivative, step);
    multiplyByRoots(derivative, *squares_, scale(), static_cast<Real>(options_.shift));
  }
  void toCurvatureCoordinates(ROL::Vector<Real>& coordinates, const ROL::Vector<Real>& derivative) override {
    divideByCurvatureRoots(coordinates, derivative);
  }
  void fromCurvatureCoordinates(ROL::Vector<Real>& step, const ROL::Vector<Real>& coordinates) override {
    divideByCurvatureRoots(step, coordinates);
  }
  double workOfStep() const override { return 0; }
  void visitState(StateArchive<Real>& archive, const std::string& name) override {
    archive.visitNumber(name + "/steps", steps_);
    archive.visit(name + "/squares", *squares_);
  }

private:
  // target = C^{-1/2} source, C = v / (1 - decay^k) + damping times its mean.
  void divideByCurvatureRoots(ROL::Vector<Real>& target, const ROL::Vector<Real>& source) {
    setEntries(target, source);
    const Real mean = squares_->reduce(ROL::Elementwise::ReductionSum<Real>()) /
                      static_cast<Real>(std::max(squares_->dimension(), 1));
    const Real shift = mean > Real(0) ? static_cast<Real>(options_.damping) * mean : Real(1);
    const auto quotient = [shift](const Real& entry, const Real& square) {
      return entry / std::sqrt(square + shift);
    };
    target.scale(Real(1) / scale());
    target.applyBinary(ROL::Elementwise::BinaryFunctionWrapper<Real, decltype(quotient)>(quotient),
                       *squares_);
  }

  // The coordinates of a vector of the other space, whatever its inner product.
  static void setEntries(ROL::Vector<Real>& target, const ROL::Vector<Real>& source) {
    target.zero();
    target.axpy(Real(1), source);
  }
  Real scale() const {
    return Real(1) /
           std::sqrt(Real(1) - std::pow(static_cast<Real>(options_.decay), static_cast<Real>(steps_)));
  }

  MetricOptions options_;
  ROL::Ptr<ROL::Vector<Real>> squares_;
  long steps_ = 0;
};

} // namespace terrace
