#pragma once

#include <terrace/conformance/Fill.hpp>
#include <terrace/conformance/tools/Findings.hpp>
#include <terrace/conformance/tools/VectorTools.hpp>
#include <terrace/multilevel/hierarchy/AdamOperations.hpp>
#include <terrace/multilevel/hierarchy/BlockOperations.hpp>
#include <terrace/multilevel/hierarchy/EntrywiseOperations.hpp>

#include <ROL_Ptr.hpp>
#include <ROL_Vector.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <vector>

namespace terrace::conformance {

/// A vector of the space to be checked; what is in it does not matter.
struct VectorCase {
  ROL::Ptr<ROL::Vector<double>> vector; ///< Prototype: the checks work on clones of it.
  bool isDual = false; ///< Whether the space is that of derivatives; only BlockOperations ask.

  /// The reason why basis() does not return unit vectors. All tests of single entries are then left out,
  /// since they use it. Empty: it does, or there is no basis.
  std::string basisUnchecked{};
  /// Bound of rounding errors, relative to norms; 0: 1e-14 for each entry.
  double tolerance = 0;
  Fill fill = fillUniformly; ///< Makes the random vectors.
};

namespace detail {

inline double toleranceOf(const VectorCase& c) {
  return toleranceOf(c.tolerance, *c.vector);
}

inline VectorPtr randomVector(const VectorCase& c, unsigned seed) {
  return normalized(randomLike(*c.vector, c.fill, seed));
}

inline VectorPtr randomDual(const VectorCase& c, unsigned seed) {
  return normalized(randomLike(*zeroLike(c.vector->dual()), c.fill, seed));
}

/// Entry i, by the pairing with a unit vector of the other space.
inline double entry(const ROL::Vector<double>& v, int i) {
  return v.apply(*v.dual().basis(i));
}

/// All positions of a short vector; of a long one some, with the first and the last.
inline std::vector<int> somePositions(const ROL::Vector<double>& v) {
  const int n = v.dimension(), count = std::min(n, 80);
  std::vector<int> positions;
  positions.reserve(static_cast<std::size_t>(count));
  for (int k = 0; k < count; ++k)
    positions.push_back(count == n ? k : static_cast<int>(static_cast<long>(k) * (n - 1) / (count - 1)));
  return positions;
}

/// \param expected  the number that should stand at a position.
template <class Expected>
void compareEntries(Findings& findings, const VectorCase& c, const ROL::Vector<double>& v,
                    const Expected& expected, const std::string& what) {
  for (const int i : somePositions(v)) {
    const double value = expected(i);
    findings.atMost(std::abs(entry(v, i) - value), toleranceOf(c) * (1 + std::abs(value)),
                    what + ", entry " + std::to_string(i));
  }
}

template <class Function>
auto unary(Function function) {
  return ROL::Elementwise::UnaryFunctionWrapper<double, Function>(function);
}

template <class Function>
auto binary(Function function) {
  return ROL::Elementwise::BinaryFunctionWrapper<double, Function>(function);
}

} // namespace detail

/// Whether the vector has a dimension() and a basis().
inline bool hasBasis(const ROL::Vector<double>& v) {
  return v.dimension() > 0 && v.basis(0) != ROL::nullPtr;
}

/// Whether the vector has ROL's elementwise functions and reductions.
inline bool hasElementwiseFunctions(const ROL::Vector<double>& v) {
  try {
    const auto copy = detail::zeroLike(v);
    copy->applyUnary(ROL::Elementwise::AbsoluteValue<double>());
    copy->applyBinary(ROL::Elementwise::Multiply<double>(), v);
    copy->reduce(ROL::Elementwise::ReductionSum<double>());
  } catch (const std::logic_error& error) {
    if (typeid(error) != typeid(std::logic_error)) throw; // not ROL's "not implemented"
    return false;
  }
  return true;
}

/// ROL's own ROL::Vector::checkVector(), on vectors of norm 1.
inline ::testing::AssertionResult vectorSpaceLawsHold(const VectorCase& c) {
  static const char* const laws[] = {"x + y = y + x",
                                     "x + (y + z) = (x + y) + z",
                                     "0 + x = x",
                                     "x + (-x) = 0",
                                     "1 x = x",
                                     "a (b x) = (a b) x",
                                     "(a + b) x = a x + b x",
                                     "a (x + y) = a x + a y",
                                     "x . y = y . x",
                                     "x . (y + z) = x . y + x . z",
                                     "the norm of x / |x| is 1",
                                     "dual(dual(x)) = x",
                                     "x.apply(y) = x . dual(y) = dual(x) . y"};
  const auto x = detail::randomVector(c, 1), y = detail::randomVector(c, 2), z = detail::randomVector(c, 3);
  const std::vector<double> errors = x->checkVector(*y, *z, false);
  detail::Findings findings;
  for (std::size_t law = 0; law < errors.size(); ++law)
    findings.atMost(errors[law], detail::toleranceOf(c),
                    law < std::size(laws) ? laws[law] : "a law of ROL's checkVector()");
  return findings.result();
}

/// dot() is symmetric, linear and positive, obeys Cauchy-Schwarz, and norm() is its root.
inline ::testing::AssertionResult dotIsAnInnerProduct(const VectorCase& c) {
  detail::Findings findings;
  const double tolerance = detail::toleranceOf(c);
  for (unsigned seed = 1; seed <= 4; ++seed) {
    const auto x = detail::randomVector(c, seed), y = detail::randomVector(c, 10 + seed);
    findings.atMost(std::abs(x->dot(*y) - y->dot(*x)), tolerance, "dot() is not symmetric");
    findings.expect(x->dot(*x) > 0, "dot() of a random vector with itself is not positive.");
    findings.expect(std::abs(x->dot(*y)) <= 1 + tolerance, "dot() is larger than the product of the norms.");
    findings.atMost(std::abs(x->norm() - std::sqrt(x->dot(*x))), tolerance,
                    "norm() is not the root of dot() with itself");
    const auto sum = detail::combination(2, *x, -3, *y);
    findings.atMost(std::abs(sum->dot(*x) - 2 * x->dot(*x) + 3 * y->dot(*x)), 5 * tolerance,
                    "dot() is not linear");
  }
  findings.expect(detail::zeroLike(*c.vector)->norm() == 0, "The norm of zero is not 0.");
  return findings.result();
}

/// dual() keeps products and norms, and is its own inverse.
inline ::testing::AssertionResult dualIsTheRieszMap(const VectorCase& c) {
  detail::Findings findings;
  const double tolerance = detail::toleranceOf(c);
  const auto x = detail::randomVector(c, 1), y = detail::randomVector(c, 2);
  const auto dx = detail::copyOf(x->dual()), dy = detail::copyOf(y->dual());
  findings.atMost(detail::distance(dx->dual(), *x), tolerance, "dual() of dual() is not the vector");
  findings.atMost(std::abs(dx->dot(*dy) - x->dot(*y)), tolerance,
                  "dot() of duals is not that of the vectors");
  findings.atMost(std::abs(dx->norm() - 1), tolerance, "The norm of dual() is not that of the vector");
  const auto sum = detail::combination(2, *x, -3, *y);
  findings.atMost(detail::distance(sum->dual(), *detail::combination(2, *dx, -3, *dy)), 5 * tolerance,
                  "dual() is not linear");
  return findings.result();
}

/// y.apply(dual of x) = dual(x).apply(y) = x . y
inline ::testing::AssertionResult applyIsTheDotProductWithTheDual(const VectorCase& c) {
  detail::Findings findings;
  for (unsigned seed = 1; seed <= 4; ++seed) {
    const auto x = detail::randomVector(c, seed), y = detail::randomVector(c, 10 + seed);
    const auto dual = detail::copyOf(x->dual());
    findings.atMost(std::abs(y->apply(*dual) - x->dot(*y)), detail::toleranceOf(c),
                    "y.apply(dual of x) is not dot()");
    findings.atMost(std::abs(dual->apply(*y) - x->dot(*y)), detail::toleranceOf(c),
                    "(dual of x).apply(y) is not dot()");
  }
  return findings.result();
}

/// A clone is of the same space and has memory of its own. A fresh one is zero, or else set() and zero() do
/// not read what was there.
inline ::testing::AssertionResult clonesAreOfTheSameSpace(const VectorCase& c) {
  detail::Findings findings;
  const auto x = detail::randomVector(c, 1), y = detail::randomVector(c, 2);
  const auto clone = x->clone();
  findings.expect(x->dimension() == c.vector->dimension(), "The dimension of a clone differs.");
  if (!(clone->norm() == 0)) {
    const auto written = detail::nanLike(*x), cleared = detail::nanLike(*x);
    written->set(*x);
    findings.atMost(detail::distance(*written, *x), 0,
                    "A fresh clone is not zero, and set() reads what is there");
    cleared->zero();
    findings.atMost(cleared->norm(), 0, "A fresh clone is not zero, and zero() reads what is there");
  }
  clone->set(*x);
  findings.atMost(detail::distance(*clone, *x), 0, "set() on a clone is not a copy");
  findings.atMost(std::abs(clone->dot(*y) - x->dot(*y)), detail::toleranceOf(c),
                  "dot() of a clone is another one");
  findings.atMost(detail::distance(clone->dual(), *detail::copyOf(x->dual())), detail::toleranceOf(c),
                  "dual() of a clone is another one");
  clone->scale(-2);
  findings.atMost(std::abs(x->norm() - 1), detail::toleranceOf(c), "Writing to a clone changes the original");
  return findings.result();
}

/// set(), plus() and axpy() with the vector itself as the operand.
inline ::testing::AssertionResult operandMayBeTheVectorItself(const VectorCase& c) {
  detail::Findings findings;
  const double tolerance = detail::toleranceOf(c);
  const auto x = detail::randomVector(c, 1), y = detail::copyOf(*x);
  y->set(*y);
  findings.atMost(detail::distance(*y, *x), 0, "y.set(y) changes y");
  y->plus(*y);
  findings.atMost(detail::distance(*y, *detail::combination(2, *x, 0, *x)), tolerance,
                  "y.plus(y) is not 2 y");
  y->axpy(-0.75, *y);
  findings.atMost(detail::distance(*y, *detail::combination(0.5, *x, 0, *x)), tolerance,
                  "y.axpy(-0.75, y) is not y / 4");
  return findings.result();
}

/// scale(0) and zero() leave no entry, to the bit.
inline ::testing::AssertionResult scalingByZeroGivesZero(const VectorCase& c) {
  detail::Findings findings;
  const auto x = detail::randomVector(c, 1), y = detail::randomVector(c, 2);
  x->scale(0);
  findings.atMost(x->norm(), 0, "scale(0) does not give zero");
  y->zero();
  findings.atMost(y->norm(), 0, "zero() does not give zero");
  x->plus(*detail::randomVector(c, 2));
  findings.atMost(detail::distance(*x, *detail::randomVector(c, 2)), 0, "0 + x is not x after scale(0)");
  return findings.result();
}

/// basis(i) is 1 at position i and 0 elsewhere, in both spaces, and there are dimension() of them. Call it if
/// hasBasis().
inline ::testing::AssertionResult basisIsOfUnitVectors(const VectorCase& c) {
  detail::Findings findings;
  const auto x = detail::randomVector(c, 1), dual = detail::copyOf(x->dual());
  const auto positions = detail::somePositions(*x);
  const auto rest = detail::copyOf(*x);
  for (const int i : positions) {
    const auto unit = x->basis(i);
    for (const int k : positions)
      findings.expect(unit->apply(*dual->basis(k)) == (i == k ? 1 : 0),
                      "basis(" + std::to_string(i) + ") at position " + std::to_string(k) +
                          " is not what a unit vector has there.");
    rest->axpy(-detail::entry(*x, i), *unit);
  }
  if (positions.size() == static_cast<std::size_t>(x->dimension()))
    findings.atMost(rest->norm(), detail::toleranceOf(c), "The basis does not span the space");
  return findings.result();
}

/// applyUnary(), applyBinary() and setScalar(), in plain loops. Call it if hasBasis() and
/// hasElementwiseFunctions().
inline ::testing::AssertionResult elementwiseFunctionsAreThoseOfPlainLoops(const VectorCase& c) {
  detail::Findings findings;
  const auto x = detail::randomVector(c, 1), z = detail::randomVector(c, 2);
  const auto f = [](double a) { return a * a - 0.5; };
  const auto g = [](double a, double b) { return a - 2 * a * b + 0.25; };
  const auto y = detail::copyOf(*x);
  y->applyUnary(detail::unary(f));
  detail::compareEntries(
      findings, c, *y, [&](int i) { return f(detail::entry(*x, i)); }, "applyUnary");
  y->set(*x);
  y->applyBinary(detail::binary(g), *z);
  detail::compareEntries(
      findings, c, *y, [&](int i) { return g(detail::entry(*x, i), detail::entry(*z, i)); }, "applyBinary");
  y->set(*x);
  y->applyBinary(detail::binary(g), *y);
  detail::compareEntries(
      findings, c, *y, [&](int i) { return g(detail::entry(*x, i), detail::entry(*x, i)); },
      "applyBinary with itself");
  y->setScalar(-1.5);
  detail::compareEntries(
      findings, c, *y, [](int) { return -1.5; }, "setScalar");
  return findings.result();
}

/// Sums and extremes are those of all entries, wherever they lie. Call it if hasBasis() and
/// hasElementwiseFunctions().
inline ::testing::AssertionResult reductionsAreGlobal(const VectorCase& c) {
  using namespace ROL::Elementwise;
  detail::Findings findings;
  const auto x = detail::randomVector(c, 1), ones = detail::randomDual(c, 2);
  ones->setScalar(1);
  const double magnitude = x->norm() * ones->norm();
  findings.atMost(std::abs(x->reduce(ReductionSum<double>()) - x->apply(*ones)),
                  detail::toleranceOf(c) * magnitude, "reduce to the sum");
  for (const int i : detail::somePositions(*x)) {
    const auto y = x->basis(i);
    const std::string at = " of a unit vector with its 1 at position " + std::to_string(i);
    findings.atMost(std::abs(y->reduce(ReductionSum<double>()) - 1), 0, "reduce to the sum" + at);
    findings.atMost(std::abs(y->reduce(ReductionMax<double>()) - 1), 0, "reduce to the maximum" + at);
    y->scale(-1);
    findings.atMost(std::abs(y->reduce(ReductionMin<double>()) + 1), 0,
                    "reduce to the minimum" + at + ", negated");
  }
  return findings.result();
}

/// Whether the vector offers BlockOperations; others are served by the generic functions.
inline bool hasBlockOperations(const ROL::Vector<double>& v) {
  return dynamic_cast<const BlockOperations<double>*>(&v) != nullptr;
}

/// Products and combinations of vectors of both spaces are those of dot(), apply() and axpy(). Call it if
/// hasBlockOperations().
inline ::testing::AssertionResult blockOperationsAreThoseOneByOne(const VectorCase& c) {
  detail::Findings findings;
  std::vector<detail::VectorPtr> vectors;
  std::vector<Operand<double>> operands;
  for (unsigned j = 0; j < 7; ++j) {
    const bool ofThisSpace = j % 3 != 1;
    vectors.push_back(ofThisSpace ? detail::randomVector(c, j + 1) : detail::randomDual(c, j + 1));
    operands.push_back({vectors.back().get(), ofThisSpace == c.isDual});
  }
  const std::vector<Operand<double>> left(operands.begin(), operands.begin() + 3);
  std::vector<double> products;
  innerProducts(left, operands, products);
  findings.expect(products.size() == 21, "innerProducts: the number of products is not left times right.");
  for (std::size_t k = 0; k < products.size(); ++k) {
    const auto &l = left[k % 3], &r = operands[k / 3];
    const double expected = l.isDual == r.isDual ? l.vector->dot(*r.vector) : l.vector->apply(*r.vector);
    findings.atMost(std::abs(products[k] - expected), detail::toleranceOf(c),
                    "innerProducts: left " + std::to_string(k % 3) + ", right " + std::to_string(k / 3));
  }

  const std::vector<double> coefficients{1, -2, 3, 0.5, -0.25, 7, -1};
  for (const bool inThisSpace : {true, false}) {
    const bool isDual = inThisSpace == c.isDual;
    const auto sum = inThisSpace ? detail::randomVector(c, 20) : detail::randomDual(c, 20);
    const auto expected = detail::copyOf(*sum), scratch = detail::copyOf(sum->dual());
    for (std::size_t j = 0; j < vectors.size(); ++j)
      expected->axpy(coefficients[j], operands[j].isDual == isDual ? *vectors[j] : vectors[j]->dual());
    addCombination(*sum, isDual, coefficients, operands, *scratch);
    findings.atMost(detail::distance(*sum, *expected) / 15, detail::toleranceOf(c),
                    std::string("addCombination to a vector of ") + (inThisSpace ? "this" : "the other") +
                        " space");
  }
  return findings.result();
}

/// Whether the vector offers EntrywiseOperations; others are served by the generic functions.
inline bool hasEntrywiseOperations(const ROL::Vector<double>& v) {
  return dynamic_cast<const EntrywiseOperations<double>*>(&v) != nullptr;
}

namespace detail {

inline void adamStepIsItsFormula(Findings& findings, const VectorCase& c) {
  const auto g = randomDual(c, 4), before = randomVector(c, 5), x = copyOf(*before);
  const auto mean = randomDual(c, 6), squares = copyOf(*mean), meanBefore = copyOf(*mean);
  squares->applyUnary(unary([](double a) { return a * a; }));
  const auto squaresBefore = copyOf(*squares), scratch = copyOf(*mean);
  adamStep(*x, *mean, *squares, *g, {0.75, 0.5, 0.25, 2.0, 0.5}, *scratch);
  const auto newMean = [&](int i) { return 0.75 * entry(*meanBefore, i) + 0.25 * entry(*g, i); };
  const auto newSquare = [&](int i) {
    return 0.5 * entry(*squaresBefore, i) + 0.5 * entry(*g, i) * entry(*g, i);
  };
  compareEntries(findings, c, *mean, newMean, "adamStep, mean");
  compareEntries(findings, c, *squares, newSquare, "adamStep, squares");
  compareEntries(
      findings, c, *x,
      [&](int i) {
        return entry(*before, i) - 0.25 * newMean(i) / (2 * std::sqrt(std::abs(newSquare(i))) + 0.5);
      },
      "adamStep");
}

} // namespace detail

/// averageSquares(), divideByRoots() and adamStep() are their formulas, in plain loops. Call it if hasBasis()
/// and hasEntrywiseOperations().
inline ::testing::AssertionResult entrywiseOperationsAreThoseOfPlainLoops(const VectorCase& c) {
  detail::Findings findings;
  const auto x = detail::randomVector(c, 1), squares = detail::copyOf(*x);
  squares->applyUnary(detail::unary([](double a) { return a * a; }));
  for (const bool ofThisSpace : {true, false}) {
    const auto g = ofThisSpace ? detail::randomVector(c, 2) : detail::randomDual(c, 2);
    const auto v = detail::copyOf(*squares);
    averageSquares(*v, 0.75, *g);
    detail::compareEntries(
        findings, c, *v,
        [&](int i) {
          const double gi = detail::entry(*g, i);
          return 0.75 * detail::entry(*squares, i) + 0.25 * gi * gi;
        },
        "averageSquares");
  }
  const auto d = detail::randomVector(c, 3), quotient = detail::copyOf(*d);
  divideByRoots(*quotient, *squares, 2.0, 0.5);
  detail::compareEntries(
      findings, c, *quotient,
      [&](int i) {
        return detail::entry(*d, i) / (2 * std::sqrt(std::abs(detail::entry(*squares, i))) + 0.5);
      },
      "divideByRoots");
  detail::adamStepIsItsFormula(findings, c);
  return findings.result();
}

} // namespace terrace::conformance
