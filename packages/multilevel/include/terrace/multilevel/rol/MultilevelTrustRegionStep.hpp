#pragma once

#include <terrace/multilevel/engine/MultilevelTrustRegion.hpp>

#include <ROL_Step.hpp>

#include <string>

namespace terrace {

/// The multilevel trust-region method as a step of `ROL::Algorithm`: one step is one cycle.
///
/// initialize() does the nested iteration, so `AlgorithmState` is always that of the finest level: value,
/// gradient norm and iterate, the counts `nfval` and `ngrad` of its evaluations. `StepState::searchSize` is
/// its radius. Bounds and constraints are not supported.
template <class Real>
class MultilevelTrustRegionStep : public ROL::Step<Real> {
public:
  /// See MultilevelTrustRegion. The objective passed to `ROL::Algorithm::run` is the finest level's.
  MultilevelTrustRegionStep(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy,
                            Teuchos::ParameterList& parameters, const SolverContext<Real>& context = {},
                            const ROL::Ptr<const RunLimits>& limits = ROL::nullPtr)
      : engine_(hierarchy, parameters, context, limits) {
    engine_.enableOldUpdate();
  }

  using ROL::Step<Real>::initialize;
  using ROL::Step<Real>::compute;
  using ROL::Step<Real>::update;

  void initialize(ROL::Vector<Real>& x, const ROL::Vector<Real>& s, const ROL::Vector<Real>& g,
                  ROL::Objective<Real>& objective, ROL::BoundConstraint<Real>& bound,
                  ROL::AlgorithmState<Real>& state) override;
  void compute(ROL::Vector<Real>& s, const ROL::Vector<Real>& x, ROL::Objective<Real>& objective,
               ROL::BoundConstraint<Real>& bound, ROL::AlgorithmState<Real>& state) override;
  void update(ROL::Vector<Real>& x, const ROL::Vector<Real>& s, ROL::Objective<Real>& objective,
              ROL::BoundConstraint<Real>& bound, ROL::AlgorithmState<Real>& state) override;

  std::string printHeader() const override;
  std::string printName() const override;
  std::string print(ROL::AlgorithmState<Real>& state, bool printHeader = false) const override;

  /// The method itself, for its counts and records.
  MultilevelTrustRegion<Real>& engine() { return engine_; }

private:
  void copyState(ROL::AlgorithmState<Real>& state);

  MultilevelTrustRegion<Real> engine_;
};

extern template class MultilevelTrustRegionStep<double>;

} // namespace terrace
