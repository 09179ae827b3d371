#pragma once

#include <terrace/multilevel/engine/MultilevelTrustRegion.hpp>

#include <ROL_TypeU_Algorithm.hpp>

#include <iostream>

namespace terrace {

/// The multilevel trust-region method as an unconstrained (Type-U) algorithm of ROL: one iteration is one
/// cycle.
///
/// The state has the same meaning as with MultilevelTrustRegionStep. `searchSize` is the radius of the finest
/// level.
template <class Real>
class MultilevelTrustRegionAlgorithm : public ROL::TypeU::Algorithm<Real> {
public:
  /// See MultilevelTrustRegion.
  MultilevelTrustRegionAlgorithm(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy,
                                 Teuchos::ParameterList& parameters, const SolverContext<Real>& context = {},
                                 const ROL::Ptr<const RunLimits>& limits = ROL::nullPtr)
      : engine_(hierarchy, parameters, context, limits), checkpoints_(context.checkpoints),
        verbosity_(parameters.sublist("General").get("Output Level", 0)) {}

  using ROL::TypeU::Algorithm<Real>::run;

  /// Sets a test that is asked before the status test and that setStatusTest() does not replace.
  void setGuard(const ROL::Ptr<ROL::StatusTest<Real>>& guard) { guard_ = guard; }

  void run(ROL::Vector<Real>& x, const ROL::Vector<Real>& g, ROL::Objective<Real>& objective,
           std::ostream& out = std::cout) override;

  void writeHeader(std::ostream& out) const override;
  void writeName(std::ostream& out) const override;
  void writeOutput(std::ostream& out, bool writeHeader = false) const override;

  /// The method itself, for its counts and records.
  MultilevelTrustRegion<Real>& engine() { return engine_; }

private:
  void copyState();
  bool continues();

  MultilevelTrustRegion<Real> engine_;
  ROL::Ptr<Checkpoints<Real>> checkpoints_;
  ROL::Ptr<ROL::StatusTest<Real>> guard_; // may be null
  int verbosity_;
};

extern template class MultilevelTrustRegionAlgorithm<double>;

} // namespace terrace
