#pragma once

#include <terrace/conformance/Fill.hpp>
#include <terrace/conformance/tools/Findings.hpp>
#include <terrace/conformance/tools/VectorTools.hpp>
#include <terrace/multilevel/hierarchy/TransferOperator.hpp>

#include <ROL_Ptr.hpp>
#include <ROL_Vector.hpp>

#include <cmath>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace terrace::conformance {

/// A transfer with the vectors of its two levels. The checks below say what is wrong with it.
struct TransferCase {
  ROL::Ptr<TransferOperator<double>> transfer; ///< What is checked.
  ROL::Ptr<ROL::Vector<double>> fine;          ///< Prototype of the fine level's primal vectors.
  ROL::Ptr<ROL::Vector<double>> coarse;        ///< Prototype of the coarse level's primal vectors.

  /// The reason why vectors of another level are not refused. Empty: they are.
  std::string otherLevelsUnchecked{};
  /// Bound of rounding errors, relative to norms; 0: 1e-14 for each entry of a fine vector.
  double tolerance = 0;
  Fill fill = fillUniformly; ///< Makes the random vectors of both levels.
};

namespace detail {

/// One operator of a transfer with prototypes of its output and input.
struct TransferOperation {
  std::string name;
  std::function<void(ROL::Vector<double>& out, const ROL::Vector<double>& in)> apply;
  VectorPtr out, in;

  VectorPtr operator()(const ROL::Vector<double>& input) const {
    const VectorPtr output = zeroLike(*out);
    apply(*output, input);
    return output;
  }
};

inline std::vector<TransferOperation> operationsOf(const TransferCase& c) {
  using Out = ROL::Vector<double>&;
  using In = const ROL::Vector<double>&;
  const auto t = c.transfer;
  const VectorPtr fineDual = zeroLike(c.fine->dual()), coarseDual = zeroLike(c.coarse->dual());
  return {{"prolong", [t](Out out, In in) { t->prolong(out, in); }, c.fine, c.coarse},
          {"restrictDual", [t](Out out, In in) { t->restrictDual(out, in); }, coarseDual, fineDual},
          {"project", [t](Out out, In in) { t->project(out, in); }, c.coarse, c.fine},
          {"prolongDual", [t](Out out, In in) { t->prolongDual(out, in); }, fineDual, coarseDual},
          {"prolongStep", [t](Out out, In in) { t->prolongStep(out, in); }, c.fine, c.coarse}};
}

// prolongIterate() need not be linear.
inline std::vector<TransferOperation> allOperationsOf(const TransferCase& c) {
  auto operations = operationsOf(c);
  const auto t = c.transfer;
  operations.push_back(
      {"prolongIterate",
       [t](ROL::Vector<double>& out, const ROL::Vector<double>& in) { t->prolongIterate(out, in); }, c.fine,
       c.coarse});
  return operations;
}

inline double toleranceOf(const TransferCase& c) {
  return toleranceOf(c.tolerance, *c.fine);
}

inline bool isInvalidArgument(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::invalid_argument&) {
    return true;
  } catch (const std::exception&) {
    return false;
  }
  return false;
}

} // namespace detail

/// <P^T g, s> = <g, P s>, relative to the norms of g and P s.
///
/// g is random, and also the dual of P s. Two long random vectors are nearly orthogonal, so the random one
/// alone would hide small errors.
inline ::testing::AssertionResult restrictionIsAdjoint(const TransferCase& c) {
  detail::Findings findings;
  const auto operations = detail::operationsOf(c);
  const auto &prolong = operations[0], &restrictDual = operations[1];
  for (unsigned seed = 1; seed <= 4; ++seed) {
    const auto s = detail::randomLike(*c.coarse, c.fill, seed);
    const auto ps = prolong(*s);
    findings.expect(ps->norm() > 0, "prolong: a random vector became zero; then no projection can undo it.");
    for (const auto& g :
         {detail::copyOf(ps->dual()), detail::randomLike(*restrictDual.in, c.fill, 10 + seed)}) {
      const double error = s->apply(*restrictDual(*g)) - ps->apply(*g);
      findings.atMost(std::abs(error) / (ps->norm() * g->norm()), detail::toleranceOf(c),
                      "restrictDual is not the adjoint of prolong");
    }
  }
  return findings.result();
}

/// \f$ \Pi P = I \f$
inline ::testing::AssertionResult projectionUndoesProlongation(const TransferCase& c) {
  detail::Findings findings;
  const auto operations = detail::operationsOf(c);
  for (unsigned seed = 1; seed <= 4; ++seed) {
    const auto s = detail::randomLike(*c.coarse, c.fill, seed);
    const auto back = operations[2](*operations[0](*s));
    findings.atMost(detail::distance(*back, *s) / s->norm(), detail::toleranceOf(c),
                    "project does not undo prolong");
  }
  return findings.result();
}

/// prolongDual(y) is the dual of prolongStep(dual of y), in the metrics of the two levels.
inline ::testing::AssertionResult dualsAreProlongedAsRieszRepresentatives(const TransferCase& c) {
  detail::Findings findings;
  const auto operations = detail::operationsOf(c);
  const auto &prolongDual = operations[3], &prolongStep = operations[4];
  for (unsigned seed = 1; seed <= 4; ++seed) {
    const auto y = detail::randomLike(*prolongDual.in, c.fill, seed);
    const auto expected = prolongStep(*detail::copyOf(y->dual()));
    findings.atMost(detail::distance(prolongDual(*y)->dual(), *expected) / expected->norm(),
                    detail::toleranceOf(c), "prolongDual is not the prolonged Riesz representative");
  }
  return findings.result();
}

/// All but prolongIterate.
inline ::testing::AssertionResult transferIsLinear(const TransferCase& c) {
  detail::Findings findings;
  for (const auto& operation : detail::operationsOf(c)) {
    const auto x = detail::randomLike(*operation.in, c.fill, 1);
    const auto y = detail::randomLike(*operation.in, c.fill, 2);
    const auto tx = operation(*x), ty = operation(*y);
    const auto both = operation(*detail::combination(0.75, *x, -3, *y));
    findings.atMost(detail::distance(*both, *detail::combination(0.75, *tx, -3, *ty)) /
                        (tx->norm() + 3 * ty->norm()),
                    detail::toleranceOf(c), operation.name + " is not linear");
  }
  return findings.result();
}

/// The result does not depend on what the output held before, and an input does not change.
inline ::testing::AssertionResult outputsAreOverwrittenAndInputsAreLeftAlone(const TransferCase& c) {
  detail::Findings findings;
  for (const auto& operation : detail::allOperationsOf(c)) {
    const auto in = detail::randomLike(*operation.in, c.fill, 1), before = detail::copyOf(*in);
    const auto expected = operation(*in);
    const auto out = detail::nanLike(*operation.out);
    operation.apply(*out, *in);
    findings.atMost(detail::distance(*out, *expected) / expected->norm(), detail::toleranceOf(c),
                    operation.name + " does not overwrite its output");
    findings.expect(detail::distance(*in, *before) == 0, operation.name + " changes its input.");
  }
  return findings.result();
}

/// An output or an input of the other level is an std::invalid_argument.
inline ::testing::AssertionResult otherLevelsAreRefused(const TransferCase& c) {
  detail::Findings findings;
  for (const auto& operation : detail::allOperationsOf(c)) {
    const auto in = detail::randomLike(*operation.in, c.fill, 1), out = detail::zeroLike(*operation.out);
    const auto otherIn = detail::randomLike(*operation.out, c.fill, 2);
    const auto otherOut = detail::zeroLike(*operation.in);
    const std::string expected = "; expected an std::invalid_argument.";
    findings.expect(detail::isInvalidArgument([&] { operation.apply(*otherOut, *in); }),
                    operation.name + " takes an output of the other level" + expected);
    findings.expect(detail::isInvalidArgument([&] { operation.apply(*out, *otherIn); }),
                    operation.name + " takes an input of the other level" + expected);
  }
  return findings.result();
}

} // namespace terrace::conformance
