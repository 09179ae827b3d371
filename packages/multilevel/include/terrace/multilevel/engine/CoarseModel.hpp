#pragma once

#include <terrace/multilevel/engine/EvaluationCounts.hpp>
#include <terrace/multilevel/hierarchy/TransferOperator.hpp>
#include <terrace/multilevel/hierarchy/ValueWithGradient.hpp>

#include <ROL_Objective.hpp>
#include <ROL_Ptr.hpp>

namespace terrace {

/// The model that a level minimises: the level's objective L itself, or one that agrees with a finer level.
///
/// The first-order-consistent model of a coarse level is
/// \f$ H(x) = L(x) + \langle v, x - x_0 \rangle \f$ with \f$ v = P^T g - \nabla L(x_0) \f$. Its gradient at
/// \f$ x_0 \f$ is \f$ P^T g \f$, so to first order it predicts what a step of the coarse level does on the
/// fine one.
///
/// The second-order-consistent model adds \f$ \tfrac12 \langle W (x - x_0), x - x_0 \rangle \f$ with the
/// Galerkin difference \f$ W = P^T \nabla^2 H_f\, P - \nabla^2 L(x_0) \f$, where \f$ H_f \f$ is the model of
/// the finer level at its iterate. Every evaluation then costs a Hessian product on both levels.
///
/// Evaluations are counted.
///
/// Source: Nash (Optim. Methods Softw. 14, 2000); Gratton, Sartenaer & Toint (2008),
/// section 2; Yavneh & Dardyk (SIAM J. Sci. Comput. 28, 2006) for second order.
template <class Real>
class CoarseModel : public ROL::Objective<Real>, public ValueWithGradient<Real> {
public:
  /// \param objective  the level's own objective L.
  /// \param primal, dual  prototypes of the level's vectors.
  CoarseModel(const ROL::Ptr<ROL::Objective<Real>>& objective, const ROL::Vector<Real>& primal,
              const ROL::Vector<Real>& dual);

  /// Sets the linear term.
  /// \param origin            \f$ x_0 \f$.
  /// \param restricted        \f$ P^T g \f$, the model's gradient there.
  /// \param originalGradient  \f$ \nabla L(x_0) \f$.
  void setLinearTerm(const ROL::Vector<Real>& origin, const ROL::Vector<Real>& restricted,
                     const ROL::Vector<Real>& originalGradient);

  /// Makes the vectors that the quadratic term needs.
  /// \param fine  primal prototype of the finer level.
  void reserveQuadraticTerm(const ROL::Vector<Real>& fine);

  /// Sets the quadratic term, after setLinearTerm() and reserveQuadraticTerm(). The arguments must live until
  /// clear().
  /// \param fine         model of the finer level.
  /// \param fineIterate  the finer level's iterate.
  /// \param transfer     from the finer level to this one.
  void setQuadraticTerm(ROL::Objective<Real>& fine, const ROL::Vector<Real>& fineIterate,
                        const TransferOperator<Real>& transfer);

  /// From now on, until clear(), an evaluation that throws yields NaN instead: a coarse level's failure does
  /// not end the run. In a parallel run an objective must throw on all ranks or on none.
  void tolerateFailures() { toleratesFailures_ = true; }

  /// Back to the level's own objective. Its exceptions pass.
  void clear();

  /// Replaces L, for example by an objective that wraps it.
  void setObjective(const ROL::Ptr<ROL::Objective<Real>>& objective) { objective_ = objective; }
  /// \f$ x_0 \f$. Valid once setLinearTerm() was called.
  const ROL::Vector<Real>& origin() const { return *origin_; }
  /// Evaluations of L through this model since the last resetCounts().
  const EvaluationCounts& counts() const { return counts_; }
  /// Starts counting at 0.
  void resetCounts() { counts_ = {}; }
  /// The counts. Between two cycles a model has no other state.
  void visitState(StateArchive<Real>& archive, const std::string& name) { counts_.visitState(archive, name); }

  /// From now on calls the objective's older update(x, flag, iter) too: objectives written for ROL's steps
  /// may have no other.
  void enableOldUpdate() { callsOldUpdate_ = true; }

  void update(const ROL::Vector<Real>& x, ROL::UpdateType type, int iter = -1) override;
  void update(const ROL::Vector<Real>& x, bool flag = true, int iter = -1) override;
  Real value(const ROL::Vector<Real>& x, Real& tol) override;
  void gradient(ROL::Vector<Real>& g, const ROL::Vector<Real>& x, Real& tol) override;
  Real valueWithGradient(ROL::Vector<Real>& g, const ROL::Vector<Real>& x, Real& tol) override;
  void hessVec(ROL::Vector<Real>& hv, const ROL::Vector<Real>& v, const ROL::Vector<Real>& x,
               Real& tol) override;
  /// The objective's preconditioner, which a linear term does not change; the Riesz map where it fails.
  void precond(ROL::Vector<Real>& pv, const ROL::Vector<Real>& v, const ROL::Vector<Real>& x,
               Real& tol) override;

private:
  template <class Evaluation>
  bool attempt(const Evaluation& evaluation);
  void displace(const ROL::Vector<Real>& x);
  void applyGalerkinDifference(ROL::Vector<Real>& result, const ROL::Vector<Real>& v,
                               const ROL::Vector<Real>& x, Real& tol);

  ROL::Ptr<ROL::Objective<Real>> objective_;
  ROL::Ptr<ROL::Vector<Real>> origin_, displacement_, linear_;
  bool hasLinearTerm_ = false;
  bool callsOldUpdate_ = false;
  bool toleratesFailures_ = false;
  EvaluationCounts counts_;

  // The quadratic term.
  ROL::Objective<Real>* fine_ = nullptr;
  const ROL::Vector<Real>* fineIterate_ = nullptr;
  const TransferOperator<Real>* transfer_ = nullptr;
  ROL::Ptr<ROL::Vector<Real>> fineStep_, fineProduct_;              // of the finer level
  ROL::Ptr<ROL::Vector<Real>> lastDisplacement_, quadratic_, work_; // W times the last displacement
  bool quadraticIsValid_ = false;
};

extern template class CoarseModel<double>;

} // namespace terrace
