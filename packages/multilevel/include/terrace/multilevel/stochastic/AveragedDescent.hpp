#pragma once

#include <terrace/multilevel/hierarchy/AdaptiveMetric.hpp>
#include <terrace/multilevel/run/StateArchive.hpp>

#include <ROL_Objective.hpp>
#include <ROL_Ptr.hpp>

#include <string>

namespace terrace {

/// Stochastic descent in an adaptive metric, with averaged iterates and a step length that controls itself:
/// no learning rate and no schedule.
///
/// The model x is an average of fast iterates z, of which u is kept; a step evaluates value and gradient on
/// its batch at \f$y = x + s u\f$, \f$u = z - x\f$, and takes \f$z := z - \alpha M^{-1} g\f$, \f$x := x + c_k
/// (z - x)\f$ with \f$c_k = (k+1)^2 / \sum_{j \le k} (j+1)^2\f$ (schedule-free averaging: Defazio et al.,
/// NeurIPS 2024).
///
/// The step length \f$\alpha\f$ starts with a ratio test on the first batch, or where that of a coarser level
/// ends (continueFrom()). From then on it is steered by a
/// ratio that needs no test of its own: along u the loss is nearly a parabola. Its slope at y is \f$\langle
/// g, u\rangle\f$ and its values at x and y are known on the same batch, of which neither depends; so its
/// minimiser, at the fraction \f$1 - S/(2c)\f$ of the way from x to y, can be estimated without bias, from
/// running means S of \f$s \langle g, u \rangle\f$ and c of \f$s\langle g, u\rangle - f(y) + f(x)\f$. The
/// step length changes until that fraction is `steering`: beyond it z runs too far ahead, before it not.
template <class Real>
class AveragedDescent {
public:
  /// Constants of the method.
  struct Options {
    double lookAhead = 0.1; ///< s
    double steering = 0.25; ///< Fraction at which the minimiser is kept, in (0, 1).
  };

  /// \param x       prototype of the iterates.
  /// \param metric  forgets everything at start().
  AveragedDescent(const ROL::Vector<Real>& x, ROL::Ptr<AdaptiveMetric<Real>> metric, const Options& options);

  /// Starts at \p x.
  void start(const ROL::Vector<Real>& x);

  /// Starts at \p x with the fast iterate x + \p u, and goes on with the step length and its control of
  /// \p coarse, a descent on a coarser level, as if \p steps steps had been taken here. The first step bounds
  /// the step length by a ratio test; restore() leads to \p x without \p u. To be followed by learn() on some
  /// batches.
  void continueFrom(const AveragedDescent& coarse, const ROL::Vector<Real>& x, const ROL::Vector<Real>& u,
                    long steps);

  /// The metric learns the gradient at \p x on the present batch of \p objective, if value and gradient are
  /// finite; no step is taken. \return the value.
  Real learn(ROL::Objective<Real>& objective, const ROL::Vector<Real>& x);

  /// One step on the present batch of \p objective. Without a finite value and gradient no step is taken, and
  /// the step length is halved. \return whether they were.
  bool step(ROL::Objective<Real>& objective);

  /// Marks the present state as one to go back to.
  void keep();
  /// Back to it, with the step length of now.
  void restore();
  /// Back to it, with half of the step length of now.
  void goBack();

  /// The model.
  const ROL::Vector<Real>& iterate() const { return *x_; }
  /// u = z - x.
  const ROL::Vector<Real>& lead() const { return *u_; }
  /// The loss on the last batch at y, before its step.
  Real batchValue() const { return value_; }
  /// Steps taken so far, with those that continueFrom() was told of.
  long steps() const { return steps_; }
  /// \f$ \alpha \f$.
  Real stepLength() const { return stepLength_; }
  /// S and c; see above.
  Real slope() const { return slope_; }
  /// \copydoc slope()
  Real curvature() const { return curvature_; }
  /// Length of the last step of the fast iterate.
  Real lastStepNorm() const { return stepLength_ * direction_->norm(); }

  /// M, as it was given.
  const ROL::Ptr<AdaptiveMetric<Real>>& metric() const { return metric_; }

  /// What a resumed run needs: the iterates, also the kept ones, and the step length with its control.
  void visitState(StateArchive<Real>& archive, const std::string& name);

private:
  Real evaluate(ROL::Objective<Real>& objective, const ROL::Vector<Real>& x);
  void findStepLength(ROL::Objective<Real>& objective);
  void steer(ROL::Objective<Real>& objective);

  ROL::Ptr<AdaptiveMetric<Real>> metric_;
  Options options_;
  ROL::Ptr<ROL::Vector<Real>> x_, u_, keptX_, keptU_; // primal
  ROL::Ptr<ROL::Vector<Real>> point_, direction_;
  ROL::Ptr<ROL::Vector<Real>> gradient_; // dual
  Real value_ = 0;
  Real pairing_ = 0; // s <g, u>
  Real stepLength_ = 0;
  Real slope_ = 0;
  Real curvature_ = 0;
  bool isFirst_ = true; // no step since start() or continueFrom()
  long steps_ = 0;
  long probes_ = 0;  // steps that measured c
  Real weights_ = 0; // sum of all (j+1)^2
};

extern template class AveragedDescent<double>;

} // namespace terrace
