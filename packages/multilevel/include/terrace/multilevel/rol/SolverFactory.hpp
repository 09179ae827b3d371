#pragma once

#include <terrace/multilevel/hierarchy/LevelHierarchy.hpp>
#include <terrace/multilevel/run/SolverContext.hpp>

#include <ROL_Step.hpp>
#include <ROL_TypeU_Algorithm.hpp>
#include <Teuchos_ParameterList.hpp>

namespace terrace {

/// Makes the algorithm that the list Step names: one of ours ("Multilevel Trust Region", "Stochastic
/// Gradient", "Adam"), or any of ROL's unconstrained algorithms ("Trust Region", "Line Search", "Bundle").
/// All but the first run on the finest level.
///
/// The status tests of the list Status Test, ours included, are installed. Run it by
/// `algorithm->run(x, *hierarchy[0].objective)` or with a `ROL::Problem` made of the same. Make a fresh
/// algorithm for each run: the limits count the hierarchy's work, and ROL's relative tolerances are rescaled
/// in place.
///
/// With a state to go on with (SolverContext::checkpoints) ours do so to the bit, wherever run() is asked to
/// start. ROL's own start at the iterate that run() is given, which is to be the kept one
/// (`archive.visit("iterate", x)`), count their iterations on and keep their radius (RolProgress).
///
/// \param[in]     hierarchy   the levels, finest first.
/// \param[in,out] parameters  lists General, Step and Status Test; defaults are filled in.
/// \param[in]     context     observer, clock and receiver of the reason for stopping.
/// \throws ParameterError for unknown names, wrong types, values out of range.
template <class Real>
ROL::Ptr<ROL::TypeU::Algorithm<Real>> makeAlgorithm(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy,
                                                    Teuchos::ParameterList& parameters,
                                                    const SolverContext<Real>& context = {});

/// The same choice as a step for `ROL::Algorithm`: "Multilevel Trust Region", or any step of ROL's
/// `StepFactory`. The stochastic methods are algorithms only.
///
/// The caller brings the status test (makeStatusTest() has the deck's).
template <class Real>
ROL::Ptr<ROL::Step<Real>> makeStep(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy,
                                   Teuchos::ParameterList& parameters,
                                   const SolverContext<Real>& context = {});

/// ROL's status test and ours (target value, work limit, time limit) as the list Status Test sets them,
/// combined. Make a fresh one for each run: ROL's relative tolerances are rescaled in place.
template <class Real>
ROL::Ptr<ROL::StatusTest<Real>> makeStatusTest(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy,
                                               Teuchos::ParameterList& parameters,
                                               const SolverContext<Real>& context = {});

} // namespace terrace
