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
/// The status tests of the list Status Test, ours included, are installed beside those that ROL's algorithm
/// brings. setStatusTest() replaces tolerances, Iteration Limit and Target Value; observer, checkpoints, work
/// and time limits and early stopping stay. Run the algorithm by
/// `algorithm->run(x, *hierarchy[0].objective)` or with a `ROL::Problem` of that objective. Make a fresh
/// algorithm for each run: the limits count the hierarchy's work, and ROL's relative tolerances are rescaled
/// in place.
///
/// With a state to resume (SolverContext::checkpoints), our algorithms continue to the bit and ignore the
/// iterate that run() is given. ROL's own algorithms start at that iterate, which the caller restores
/// (`archive.visit("iterate", x)`); they continue to count iterations and keep their radius (RolProgress).
///
/// \param[in]     hierarchy   the levels, finest first.
/// \param[in,out] parameters  lists General, Step and Status Test; defaults are filled in.
/// \param[in]     context     observer, clock and receiver of the reason for stopping.
/// \throws ParameterError for unknown names (in ROL's lists only where they look like a slip), wrong types,
/// values out of range or not implemented: checkSolverLists().
template <class Real>
ROL::Ptr<ROL::TypeU::Algorithm<Real>> makeAlgorithm(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy,
                                                    Teuchos::ParameterList& parameters,
                                                    const SolverContext<Real>& context = {});

/// Makes the same choice as a step for `ROL::Algorithm`: "Multilevel Trust Region", or any step of ROL's
/// `StepFactory`. The stochastic methods are algorithms only.
///
/// The caller brings the status test; makeStatusTest() makes the deck's.
template <class Real>
ROL::Ptr<ROL::Step<Real>> makeStep(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy,
                                   Teuchos::ParameterList& parameters,
                                   const SolverContext<Real>& context = {});

/// Makes the status test of the list Status Test: ROL's and ours (target value, limits, patience), combined.
/// Make a fresh one for each run: ROL's relative tolerances are rescaled in place.
template <class Real>
ROL::Ptr<ROL::StatusTest<Real>> makeStatusTest(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy,
                                               Teuchos::ParameterList& parameters,
                                               const SolverContext<Real>& context = {});

} // namespace terrace
