#pragma once

#include <terrace/multilevel/run/StateArchive.hpp>

#include <ROL_Ptr.hpp>
#include <ROL_Vector.hpp>

#include <string>

namespace terrace {

/// A metric that is learned from gradients: a symmetric positive definite M, whose inner product of steps a
/// and b is <M a, b>. The steepest descent step in it is -M^{-1} g.
///
/// All calls are collective. Results are the same bits on all ranks, and for any number of them where the
/// objective's are.
template <class Real>
class AdaptiveMetric {
public:
  virtual ~AdaptiveMetric() = default;

  /// Forgets all gradients.
  virtual void restart() = 0;

  /// To be called before the objective computes a gradient that learn() gets: its sweep may gather more than
  /// the gradient.
  virtual void expectGradient() = 0;

  /// Learns from the derivative that the objective has just computed. Numbers in it that are not finite are
  /// an error of the caller.
  virtual void learn(const ROL::Vector<Real>& derivative) = 0;

  /// learn(), then \p step = M^{-1} `derivative`: cheaper than one after the other.
  virtual void learnAndApplyInverse(ROL::Vector<Real>& step, const ROL::Vector<Real>& derivative) = 0;

  /// \p step = M^{-1} \p derivative. After the first gradient.
  virtual void applyInverse(ROL::Vector<Real>& step, const ROL::Vector<Real>& derivative) = 0;

  /// \p derivative = M \p step. After the first gradient.
  virtual void apply(ROL::Vector<Real>& derivative, const ROL::Vector<Real>& step) = 0;

  /// \name Curvature coordinates
  ///
  /// A positive definite C = R^T R estimates the objective's Hessian, from M^2: the mean squares of the
  /// derivatives of batches are as large where the curvature is, up to a factor. A step s has the coordinates
  /// R s, a derivative g has R^{-T} g, and the Hessian there is nearer to a multiple of the identity. After
  /// the first gradient; the same C until the next.
  ///@{

  /// \p coordinates = R^{-T} \p derivative.
  virtual void toCurvatureCoordinates(ROL::Vector<Real>& coordinates,
                                      const ROL::Vector<Real>& derivative) = 0;
  /// \p step = R^{-1} `coordinates`: the adjoint.
  virtual void fromCurvatureCoordinates(ROL::Vector<Real>& step, const ROL::Vector<Real>& coordinates) = 0;
  ///@}

  /// Work units of learnAndApplyInverse() on the average, 0 where they are not counted.
  virtual double workOfStep() const = 0;

  /// Everything that it has learned.
  virtual void visitState(StateArchive<Real>& archive, const std::string& name) = 0;
};

/// How a metric forgets: M^2 has the running means v := decay v + (1 - decay) g^2 of squared derivatives in
/// the coordinates of the metric, so that M = sqrt(v / (1 - decay^k)) + shift after k gradients. C is
/// v / (1 - decay^k) plus `damping` times its mean over all coordinates.
struct MetricOptions {
  double decay = 0.99;  ///< Of the running means, in [0, 1).
  double shift = 1e-8;  ///< Added to the root of a mean square.
  double damping = 0.3; ///< Share of the mean of all coordinates in C.
};

/// What an objective implements to offer a metric of its own. It adds the metric's arithmetic to its work.
template <class Real>
class MetricSource {
public:
  virtual ~MetricSource() = default;

  /// A metric that learns from this objective's gradients; one at a time.
  virtual ROL::Ptr<AdaptiveMetric<Real>> makeMetric(const MetricOptions& options) = 0;
};

} // namespace terrace
