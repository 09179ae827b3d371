#pragma once

#include <terrace/conformance/VectorChecks.hpp>

#include <gtest/gtest.h>

#include <string>

namespace terrace::conformance {

/// What the solver relies on in a ROL::Vector. A vector joins with these lines, its dual space likewise:
///
/// ```cpp
/// using namespace terrace::conformance;
/// struct MyVectors : VectorCase {
///   MyVectors() : VectorCase{makeMyVector()} {}
/// };
/// INSTANTIATE_TYPED_TEST_SUITE_P(Mine, VectorConformance, ::testing::Types<MyVectors>);
/// ```
///
/// What ROL leaves to the vector (basis, elementwise functions, block operations) is tested where it exists.
///
/// \tparam Case  a VectorCase with a default constructor; each test makes its own.
template <class Case>
struct VectorConformance : ::testing::Test {
  Case subject; ///< Made for each test.

  /// Why a test of single entries is left out; empty: it is not.
  std::string withoutEntries() const {
    if (!subject.basisUnchecked.empty()) return subject.basisUnchecked;
    return hasBasis(*subject.vector) ? "" : "The vector has no basis.";
  }
  /// Why a test of elementwise functions and reductions is left out; empty: it is not.
  std::string withoutElementwise() const {
    if (!withoutEntries().empty()) return withoutEntries();
    return hasElementwiseFunctions(*subject.vector) ? "" : "The vector has no elementwise functions.";
  }
};
TYPED_TEST_SUITE_P(VectorConformance);

TYPED_TEST_P(VectorConformance, ObeysTheLawsOfAVectorSpace) {
  EXPECT_TRUE(vectorSpaceLawsHold(this->subject));
}
TYPED_TEST_P(VectorConformance, DotIsAnInnerProductAndNormItsRoot) {
  EXPECT_TRUE(dotIsAnInnerProduct(this->subject));
}
TYPED_TEST_P(VectorConformance, DualIsTheRieszMapAndItsOwnInverse) {
  EXPECT_TRUE(dualIsTheRieszMap(this->subject));
}
TYPED_TEST_P(VectorConformance, ApplyIsTheDotProductWithTheDual) {
  EXPECT_TRUE(applyIsTheDotProductWithTheDual(this->subject));
}
TYPED_TEST_P(VectorConformance, ClonesAreOfTheSameSpaceAndCanBeOverwritten) {
  EXPECT_TRUE(clonesAreOfTheSameSpace(this->subject));
}
TYPED_TEST_P(VectorConformance, OperandsMayBeTheVectorItself) {
  EXPECT_TRUE(operandMayBeTheVectorItself(this->subject));
}
TYPED_TEST_P(VectorConformance, ScalingByZeroGivesZero) {
  EXPECT_TRUE(scalingByZeroGivesZero(this->subject));
}
TYPED_TEST_P(VectorConformance, BasisIsOfUnitVectors) {
  const auto reason = this->withoutEntries();
  if (!reason.empty()) GTEST_SKIP() << reason;
  EXPECT_TRUE(basisIsOfUnitVectors(this->subject));
}
TYPED_TEST_P(VectorConformance, ElementwiseFunctionsAreThoseOfPlainLoops) {
  const auto reason = this->withoutElementwise();
  if (!reason.empty()) GTEST_SKIP() << reason;
  EXPECT_TRUE(elementwiseFunctionsAreThoseOfPlainLoops(this->subject));
}
TYPED_TEST_P(VectorConformance, ReductionsAreGlobal) {
  const auto reason = this->withoutElementwise();
  if (!reason.empty()) GTEST_SKIP() << reason;
  EXPECT_TRUE(reductionsAreGlobal(this->subject));
}
TYPED_TEST_P(VectorConformance, BlockOperationsAreThoseOneByOne) {
  if (!hasBlockOperations(*this->subject.vector)) GTEST_SKIP() << "The vector has no BlockOperations.";
  EXPECT_TRUE(blockOperationsAreThoseOneByOne(this->subject));
}
TYPED_TEST_P(VectorConformance, EntrywiseOperationsAreThoseOfPlainLoops) {
  const auto reason = this->withoutElementwise();
  if (!reason.empty()) GTEST_SKIP() << reason;
  if (!hasEntrywiseOperations(*this->subject.vector))
    GTEST_SKIP() << "The vector has no EntrywiseOperations.";
  EXPECT_TRUE(entrywiseOperationsAreThoseOfPlainLoops(this->subject));
}

REGISTER_TYPED_TEST_SUITE_P(VectorConformance, ObeysTheLawsOfAVectorSpace, DotIsAnInnerProductAndNormItsRoot,
                            DualIsTheRieszMapAndItsOwnInverse, ApplyIsTheDotProductWithTheDual,
                            ClonesAreOfTheSameSpaceAndCanBeOverwritten, OperandsMayBeTheVectorItself,
                            ScalingByZeroGivesZero, BasisIsOfUnitVectors,
                            ElementwiseFunctionsAreThoseOfPlainLoops, ReductionsAreGlobal,
                            BlockOperationsAreThoseOneByOne, EntrywiseOperationsAreThoseOfPlainLoops);

} // namespace terrace::conformance
