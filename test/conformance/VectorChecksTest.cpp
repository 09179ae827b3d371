// The checks of a vector catch one that lies.
#include "../multilevel/StdVectors.hpp"

#include <terrace/conformance/VectorChecks.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

using namespace terrace::conformance;
using Vector = ROL::Vector<double>;
using Values = std::vector<double>;

namespace {

// A vector of numbers with block and entrywise operations. A liar derives and is cloned as what it is.
template <class Derived>
struct Numbers : terrace_test::StdVector,
                 terrace::BlockOperations<double>,
                 terrace::EntrywiseOperations<double>,
                 terrace::AdamOperations<double> {
  explicit Numbers(std::size_t n = 9, double value = 0)
      : StdVector(ROL::makePtr<Values>(n, value)), values(*getVector()) {}
  static const Values& of(const Vector& x) { return *dynamic_cast<const StdVector&>(x).getVector(); }

  ROL::Ptr<Vector> clone() const override { return ROL::makePtr<Derived>(values.size()); }
  void innerProducts(const std::vector<terrace::Operand<double>>& left,
                     const std::vector<terrace::Operand<double>>& right,
                     std::vector<double>& products) const override {
    products.clear();
    for (const auto& r : right)
      for (const auto& l : left) products.push_back(l.vector->dot(*r.vector));
  }
  void addCombination(const std::vector<double>& coefficients,
                      const std::vector<terrace::Operand<double>>& vectors) override {
    for (std::size_t j = 0; j < vectors.size(); ++j) axpy(coefficients[j], *vectors[j].vector);
  }
  void averageSquares(double decay, const Vector& g) override {
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = decay * values[i] + (1 - decay) * of(g)[i] * of(g)[i];
  }
  void divideByRoots(const Vector& v, double scale, double shift) override {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] /= scale * std::sqrt(of(v)[i]) + shift;
  }

  void adamStep(Vector& mean, Vector& squares, const Vector& g,
                const terrace::AdamFactors<double>& f) override {
    Values &m = *dynamic_cast<StdVector&>(mean).getVector(),
           &v = *dynamic_cast<StdVector&>(squares).getVector();
    for (std::size_t i = 0; i < values.size(); ++i) {
      m[i] = f.beta1 * m[i] + (1 - f.beta1) * of(g)[i];
      v[i] = f.beta2 * v[i] + (1 - f.beta2) * of(g)[i] * of(g)[i];
      values[i] -= f.rate * m[i] / (f.scale * std::sqrt(v[i]) + f.shift);
    }
  }

  Values& values;
};

struct Honest : Numbers<Honest> {
  using Numbers::Numbers;
};

template <class Type>
VectorCase caseOf() {
  return {ROL::makePtr<Type>()};
}

TEST(VectorChecks, PassAVectorThatIsRight) {
  const auto subject = caseOf<Honest>();
  EXPECT_TRUE(vectorSpaceLawsHold(subject));
  EXPECT_TRUE(dotIsAnInnerProduct(subject));
  EXPECT_TRUE(dualIsTheRieszMap(subject));
  EXPECT_TRUE(applyIsTheDotProductWithTheDual(subject));
  EXPECT_TRUE(clonesAreOfTheSameSpace(subject));
  EXPECT_TRUE(operandMayBeTheVectorItself(subject));
  EXPECT_TRUE(scalingByZeroGivesZero(subject));
  EXPECT_TRUE(hasBasis(*subject.vector));
  EXPECT_TRUE(basisIsOfUnitVectors(subject));
  EXPECT_TRUE(hasElementwiseFunctions(*subject.vector));
  EXPECT_TRUE(elementwiseFunctionsAreThoseOfPlainLoops(subject));
  EXPECT_TRUE(reductionsAreGlobal(subject));
  EXPECT_TRUE(hasBlockOperations(*subject.vector));
  EXPECT_TRUE(blockOperationsAreThoseOneByOne(subject));
  EXPECT_TRUE(hasEntrywiseOperations(*subject.vector));
  EXPECT_TRUE(entrywiseOperationsAreThoseOfPlainLoops(subject));
}

TEST(VectorChecks, KnowWhatROLLeavesToTheVector) {
  struct Plain : Numbers<Plain> {
    using Numbers::Numbers;
    int dimension() const override { return 0; }
    void applyUnary(const ROL::Elementwise::UnaryFunction<double>&) override {
      throw std::logic_error("as ROL's own");
    }
  };
  EXPECT_FALSE(hasBasis(Plain()));
  EXPECT_FALSE(hasElementwiseFunctions(Plain()));
  struct Fails : Numbers<Fails> {
    using Numbers::Numbers;
    void applyUnary(const ROL::Elementwise::UnaryFunction<double>&) override {
      throw std::invalid_argument("a defect");
    }
  };
  EXPECT_THROW(hasElementwiseFunctions(Fails()), std::invalid_argument);
  EXPECT_FALSE(hasBlockOperations(*terrace_test::makeVector(3)));
  EXPECT_FALSE(hasEntrywiseOperations(*terrace_test::makeVector(3)));
}

TEST(VectorChecks, CatchArithmeticThatIsNotThatOfAVectorSpace) {
  struct Liar : Numbers<Liar> {
    using Numbers::Numbers;
    void axpy(double alpha, const Vector& x) override { StdVector::axpy(alpha * (1 + 1e-8), x); }
  };
  EXPECT_FALSE(vectorSpaceLawsHold(caseOf<Liar>()));
}

TEST(VectorChecks, CatchADotProductThatIsNone) {
  struct NotSymmetric : Numbers<NotSymmetric> {
    using Numbers::Numbers;
    double dot(const Vector& x) const override { return StdVector::dot(x) + 1e-8 * values[0] * of(x)[1]; }
  };
  EXPECT_FALSE(dotIsAnInnerProduct(caseOf<NotSymmetric>()));
  struct Indefinite : Numbers<Indefinite> {
    using Numbers::Numbers;
    double dot(const Vector& x) const override { return StdVector::dot(x) - 20 * values[0] * of(x)[0]; }
    double norm() const override { return std::sqrt(StdVector::dot(*this)); }
  };
  EXPECT_FALSE(dotIsAnInnerProduct(caseOf<Indefinite>()));
  struct OtherNorm : Numbers<OtherNorm> {
    using Numbers::Numbers;
    double norm() const override {
      double sum = 0;
      for (const double value : values) sum += std::abs(value);
      return sum;
    }
  };
  EXPECT_FALSE(dotIsAnInnerProduct(caseOf<OtherNorm>()));
}

// The dual space of Weighted is another one: products there have the inverse weight.
template <class Derived>
struct Weighted : Numbers<Derived> {
  explicit Weighted(std::size_t n = 9, double value = 4) : Numbers<Derived>(n), weight(value) {}
  double dot(const Vector& x) const override { return weight * terrace_test::StdVector::dot(x); }
  double apply(const Vector& x) const override { return terrace_test::StdVector::dot(x); }
  double norm() const override { return std::sqrt(dot(*this)); }
  ROL::Ptr<Vector> clone() const override { return ROL::makePtr<Derived>(this->values.size(), weight); }
  const Vector& dual() const override {
    dual_ = ROL::makePtr<Derived>(this->values.size(), 1 / weight);
    dual_->set(*this);
    dual_->scale(weight);
    return *dual_;
  }
  double weight;
  mutable ROL::Ptr<Vector> dual_;
};

TEST(VectorChecks, CatchADualThatIsNotTheRieszMap) {
  struct Right : Weighted<Right> {
    using Weighted::Weighted;
  };
  EXPECT_TRUE(dualIsTheRieszMap(caseOf<Right>()));
  EXPECT_TRUE(applyIsTheDotProductWithTheDual(caseOf<Right>()));
  EXPECT_TRUE(vectorSpaceLawsHold(caseOf<Right>()));
  struct Scaled : Weighted<Scaled> {
    using Weighted::Weighted;
    const Vector& dual() const override {
      const Vector& dual = Weighted::dual();
      dual_->scale(1 + 1e-8);
      return dual;
    }
  };
  EXPECT_FALSE(dualIsTheRieszMap(caseOf<Scaled>()));
  struct WeightedPairing : Weighted<WeightedPairing> {
    using Weighted::Weighted;
    double apply(const Vector& x) const override { return dot(x); }
  };
  EXPECT_FALSE(applyIsTheDotProductWithTheDual(caseOf<WeightedPairing>()));
}

TEST(VectorChecks, CatchClonesThatShareMemoryOrCannotBeOverwritten) {
  struct Shared : terrace_test::StdVector {
    explicit Shared(const ROL::Ptr<Values>& values = ROL::makePtr<Values>(9, 1.0)) : StdVector(values) {}
    ROL::Ptr<Vector> clone() const override {
      return ROL::makePtr<Shared>(ROL::constPtrCast<Values>(getVector()));
    }
  };
  const auto shared = caseOf<Shared>();
  EXPECT_FALSE(clonesAreOfTheSameSpace(shared));
  struct Shorter : Numbers<Shorter> {
    using Numbers::Numbers;
    ROL::Ptr<Vector> clone() const override { return terrace_test::makeVector(9); }
    int dimension() const override { return 10; }
    void set(const Vector& x) override { values = of(x); }
  };
  auto shorter = caseOf<Shorter>();
  shorter.fill = [](Vector& v, unsigned) { v.setScalar(1); };
  EXPECT_FALSE(clonesAreOfTheSameSpace(shorter));
  // ROL's defaults on memory that is not zero: set() is zero() and plus(), zero() is scale(0).
  struct Dirty : Numbers<Dirty> {
    explicit Dirty(std::size_t n = 9) : Numbers(n, std::numeric_limits<double>::quiet_NaN()) {}
    void zero() override { scale(0); }
  };
  EXPECT_FALSE(clonesAreOfTheSameSpace(caseOf<Dirty>()));
  struct DirtySet : Numbers<DirtySet> {
    explicit DirtySet(std::size_t n = 9) : Numbers(n, 1.0) {}
    void set(const Vector& x) override {
      scale(0);
      plus(x);
    }
    void zero() override { values.assign(values.size(), 0.0); }
  };
  EXPECT_FALSE(clonesAreOfTheSameSpace(caseOf<DirtySet>()));
}

TEST(VectorChecks, CatchOperandsThatMustNotBeTheVectorItself) {
  struct Liar : Numbers<Liar> {
    using Numbers::Numbers;
    void set(const Vector& x) override { // as ROL's default
      zero();
      plus(x);
    }
  };
  EXPECT_FALSE(operandMayBeTheVectorItself(caseOf<Liar>()));
}

TEST(VectorChecks, CatchAScalingByZeroThatLeavesSomething) {
  struct Liar : Numbers<Liar> {
    using Numbers::Numbers;
    void scale(double alpha) override { StdVector::scale(std::abs(alpha) < 1e-8 ? 1e-8 : alpha); }
  };
  EXPECT_FALSE(scalingByZeroGivesZero(caseOf<Liar>()));
}

TEST(VectorChecks, CatchABasisThatIsNone) {
  struct TwoOnes : Numbers<TwoOnes> {
    using Numbers::Numbers;
    ROL::Ptr<Vector> basis(int i) const override {
      const auto unit = Numbers::basis(i);
      if (i == 3) unit->plus(*Numbers::basis(7));
      return unit;
    }
  };
  EXPECT_FALSE(basisIsOfUnitVectors(caseOf<TwoOnes>()));
  struct TooShort : Numbers<TooShort> {
    using Numbers::Numbers;
    int dimension() const override { return 8; }
    void set(const Vector& x) override { values = of(x); }
    void axpy(double alpha, const Vector& x) override {
      for (std::size_t i = 0; i < values.size(); ++i) values[i] += alpha * of(x)[i];
    }
    double dot(const Vector& x) const override {
      return std::inner_product(values.begin(), values.end(), of(x).begin(), 0.0);
    }
  };
  EXPECT_FALSE(basisIsOfUnitVectors(caseOf<TooShort>()));
}

TEST(VectorChecks, CatchElementwiseFunctionsThatLeaveOutAnEntry) {
  struct Unary : Numbers<Unary> {
    using Numbers::Numbers;
    void applyUnary(const ROL::Elementwise::UnaryFunction<double>& f) override {
      for (std::size_t i = 0; i + 1 < values.size(); ++i) values[i] = f.apply(values[i]);
    }
  };
  EXPECT_FALSE(elementwiseFunctionsAreThoseOfPlainLoops(caseOf<Unary>()));
  struct Exchanged : Numbers<Exchanged> {
    using Numbers::Numbers;
    void applyBinary(const ROL::Elementwise::BinaryFunction<double>& f, const Vector& x) override {
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = f.apply(of(x)[i], values[i]);
    }
  };
  EXPECT_FALSE(elementwiseFunctionsAreThoseOfPlainLoops(caseOf<Exchanged>()));
  struct Reduction : Numbers<Reduction> {
    using Numbers::Numbers;
    double reduce(const ROL::Elementwise::ReductionOp<double>& r) const override {
      double result = r.initialValue();
      for (std::size_t i = 0; i + 1 < values.size(); ++i) r.reduce(values[i], result);
      return result;
    }
  };
  EXPECT_FALSE(reductionsAreGlobal(caseOf<Reduction>()));
}

TEST(VectorChecks, CatchBlockOperationsThatAreOthers) {
  struct Transposed : Numbers<Transposed> {
    using Numbers::Numbers;
    void innerProducts(const std::vector<terrace::Operand<double>>& left,
                       const std::vector<terrace::Operand<double>>& right,
                       std::vector<double>& products) const override {
      Numbers::innerProducts(right, left, products);
    }
  };
  EXPECT_FALSE(blockOperationsAreThoseOneByOne(caseOf<Transposed>()));
  struct LastOne : Numbers<LastOne> {
    using Numbers::Numbers;
    void addCombination(const std::vector<double>& coefficients,
                        const std::vector<terrace::Operand<double>>& vectors) override {
      for (std::size_t j = 0; j + 1 < vectors.size(); ++j) axpy(coefficients[j], *vectors[j].vector);
    }
  };
  EXPECT_FALSE(blockOperationsAreThoseOneByOne(caseOf<LastOne>()));
}

TEST(VectorChecks, CatchEntrywiseOperationsThatAreOthers) {
  struct Average : Numbers<Average> {
    using Numbers::Numbers;
    void averageSquares(double decay, const Vector& g) override { Numbers::averageSquares(1 - decay, g); }
  };
  EXPECT_FALSE(entrywiseOperationsAreThoseOfPlainLoops(caseOf<Average>()));
  struct Roots : Numbers<Roots> {
    using Numbers::Numbers;
    void divideByRoots(const Vector& v, double scale, double shift) override {
      Numbers::divideByRoots(v, shift, scale);
    }
  };
  EXPECT_FALSE(entrywiseOperationsAreThoseOfPlainLoops(caseOf<Roots>()));
  struct Step : Numbers<Step> {
    using Numbers::Numbers;
    void adamStep(Vector& mean, Vector& squares, const Vector& g,
                  const terrace::AdamFactors<double>& f) override {
      Numbers::adamStep(mean, squares, g, {f.beta1, f.beta2, f.rate, f.scale, 2 * f.shift});
    }
  };
  EXPECT_FALSE(entrywiseOperationsAreThoseOfPlainLoops(caseOf<Step>()));
}

} // namespace
