// The checks of an objective catch one that lies.
#include "Wells.hpp"

#include <terrace/conformance/ObjectiveChecks.hpp>

#include <gtest/gtest.h>

using namespace terrace::conformance;
using terrace_test::makeVector;
using terrace_test::SampledWells;
using Vector = ROL::Vector<double>;

namespace {

template <class Objective>
ObjectiveCase caseOf() {
  const auto objective = ROL::makePtr<Objective>();
  return {objective, makeVector({0.5, -0.3, 1.2, 2, -0.7}), objective->work};
}

TEST(ObjectiveChecks, PassAnObjectiveThatIsRight) {
  const auto subject = caseOf<SampledWells>();
  EXPECT_TRUE(gradientHasTaylorSlopes(subject));
  EXPECT_TRUE(hessianHasTaylorSlopeThree(subject));
  EXPECT_TRUE(hessianIsLinearAndSymmetric(subject));
  EXPECT_TRUE(updatesDoNotChangeTheFunction(subject));
  EXPECT_TRUE(evaluationOverwritesOutputsOnly(subject));
  EXPECT_TRUE(evaluationIsRepeatable(subject));
  EXPECT_TRUE(workIsCounted(subject));
  EXPECT_TRUE(resetBatchRestoresTheFunction(subject));
  EXPECT_TRUE(batchesAverageToTheFunction(subject));
  EXPECT_TRUE(wrongBatchesAreRefused(subject));
}

TEST(ObjectiveChecks, DoNotCallHessianProductsThatAreUnchecked) {
  struct WithoutHessian : SampledWells {
    void hessVec(Vector&, const Vector&, const Vector&, double&) override { throw std::logic_error("none"); }
  };
  auto subject = caseOf<WithoutHessian>();
  subject.hessianUnchecked = "The objective has none.";
  EXPECT_TRUE(evaluationOverwritesOutputsOnly(subject));
  EXPECT_TRUE(evaluationIsRepeatable(subject));
  EXPECT_TRUE(workIsCounted(subject));
  EXPECT_TRUE(resetBatchRestoresTheFunction(subject));
}

TEST(ObjectiveChecks, CatchAGradientThatIsOffByOnePercent) {
  struct Scaled : SampledWells {
    void gradient(Vector& g, const Vector& x, double& tol) override {
      SampledWells::gradient(g, x, tol);
      g.scale(1.01);
    }
  };
  EXPECT_FALSE(gradientHasTaylorSlopes(caseOf<Scaled>()));
  struct OneEntry : SampledWells {
    void gradient(Vector& g, const Vector& x, double& tol) override {
      SampledWells::gradient(g, x, tol);
      of(g)[3] *= 1.01;
    }
  };
  EXPECT_FALSE(gradientHasTaylorSlopes(caseOf<OneEntry>()));
}

TEST(ObjectiveChecks, CatchAValueThatIsNotContinuous) {
  struct Steps : SampledWells {
    double value(const Vector& x, double& tol) override {
      return std::floor(1e3 * SampledWells::value(x, tol)) / 1e3;
    }
  };
  EXPECT_FALSE(gradientHasTaylorSlopes(caseOf<Steps>()));
}

TEST(ObjectiveChecks, CatchAHessianThatIsOffByOnePercent) {
  struct Liar : SampledWells {
    void hessVec(Vector& hv, const Vector& v, const Vector& x, double& tol) override {
      SampledWells::hessVec(hv, v, x, tol);
      of(hv)[3] *= 1.01;
    }
  };
  EXPECT_FALSE(hessianHasTaylorSlopeThree(caseOf<Liar>()));
}

// A quadratic has no remainder of the second degree: 0 passes, but only where an error would be seen.
TEST(ObjectiveChecks, CatchAPointWhereATaylorTestSeesNothing) {
  struct Quadratic : ROL::Objective<double> {
    double value(const Vector& x, double&) override { return 0.5 * x.dot(x); }
    void gradient(Vector& g, const Vector& x, double&) override { g.set(x); }
    void hessVec(Vector& hv, const Vector& v, const Vector&, double&) override { hv.set(v); }
  };
  ObjectiveCase subject{ROL::makePtr<Quadratic>(), makeVector({1, 2, 3})};
  EXPECT_TRUE(gradientHasTaylorSlopes(subject));
  EXPECT_TRUE(hessianHasTaylorSlopeThree(subject));
  subject.distance = 1e-7;
  EXPECT_FALSE(hessianHasTaylorSlopeThree(subject));
  subject.distance = 1;
  subject.point = makeVector({0, 0, 1e-9}); // the gradient is 0 beside the curvature
  EXPECT_FALSE(gradientHasTaylorSlopes(subject));
}

TEST(ObjectiveChecks, CatchAHessianThatIsNotSymmetricOrNotLinear) {
  struct NotSymmetric : SampledWells {
    void hessVec(Vector& hv, const Vector& v, const Vector& x, double& tol) override {
      SampledWells::hessVec(hv, v, x, tol);
      of(hv)[0] += 1e-8 * of(v)[4];
    }
  };
  EXPECT_FALSE(hessianIsLinearAndSymmetric(caseOf<NotSymmetric>()));
  struct NotLinear : SampledWells {
    void hessVec(Vector& hv, const Vector& v, const Vector& x, double& tol) override {
      SampledWells::hessVec(hv, v, x, tol);
      of(hv)[0] += 1e-8;
    }
  };
  EXPECT_FALSE(hessianIsLinearAndSymmetric(caseOf<NotLinear>()));
}

// Keeps the value of the last point that it was told of as a trial or an iterate.
struct Caching : SampledWells {
  double value(const Vector& x, double& tol) override {
    if (!known) kept = SampledWells::value(x, tol);
    known = true;
    return kept;
  }
  void update(const Vector&, ROL::UpdateType type, int) override { known = known && !isNew(type); }
  void update(const Vector&, bool, int) override { known = false; }
  virtual bool isNew(ROL::UpdateType type) const { return type != ROL::UpdateType::Accept; }
  bool known = false;
  double kept = 0;
};

TEST(ObjectiveChecks, CatchAValueThatIsKeptForTooLong) {
  EXPECT_TRUE(updatesDoNotChangeTheFunction(caseOf<Caching>()));
  struct NotReverted : Caching {
    bool isNew(ROL::UpdateType type) const override {
      return Caching::isNew(type) && type != ROL::UpdateType::Revert;
    }
  };
  EXPECT_FALSE(updatesDoNotChangeTheFunction(caseOf<NotReverted>()));
  struct NotTemporary : Caching {
    bool isNew(ROL::UpdateType type) const override {
      return Caching::isNew(type) && type != ROL::UpdateType::Temp;
    }
  };
  EXPECT_FALSE(updatesDoNotChangeTheFunction(caseOf<NotTemporary>()));
}

TEST(ObjectiveChecks, CatchOutputsThatAreAddedToAndInputsThatChange) {
  struct Adds : SampledWells {
    void gradient(Vector& g, const Vector& x, double& tol) override {
      const auto before = g.clone();
      before->set(g);
      SampledWells::gradient(g, x, tol);
      g.axpy(1e-300, *before);
    }
  };
  EXPECT_FALSE(evaluationOverwritesOutputsOnly(caseOf<Adds>()));
  struct ChangesPoint : SampledWells {
    double value(const Vector& x, double& tol) override {
      const_cast<Vector&>(x).scale(1 + 1e-15);
      return SampledWells::value(x, tol);
    }
  };
  EXPECT_FALSE(evaluationOverwritesOutputsOnly(caseOf<ChangesPoint>()));
  struct ChangesDirection : SampledWells {
    void hessVec(Vector& hv, const Vector& v, const Vector& x, double& tol) override {
      SampledWells::hessVec(hv, v, x, tol);
      const_cast<Vector&>(v).scale(1 + 1e-15);
    }
  };
  EXPECT_FALSE(evaluationOverwritesOutputsOnly(caseOf<ChangesDirection>()));
}

TEST(ObjectiveChecks, CatchEvaluationsThatDependOnWhatWasEvaluatedBefore) {
  struct Drifts : SampledWells {
    double value(const Vector& x, double& tol) override {
      return SampledWells::value(x, tol) * (1 + 1e-15 * ++evaluations);
    }
    int evaluations = 0;
  };
  EXPECT_FALSE(evaluationIsRepeatable(caseOf<Drifts>()));
}

TEST(ObjectiveChecks, CatchAHessianOfAPointThatIsKeptForTooLong) {
  struct KeptPoint : SampledWells {
    void hessVec(Vector& hv, const Vector& v, const Vector& x, double& tol) override {
      if (point == ROL::nullPtr) {
        point = x.clone();
        point->set(x);
      }
      SampledWells::hessVec(hv, v, *point, tol);
    }
    ROL::Ptr<Vector> point;
  };
  EXPECT_FALSE(hessianHasTaylorSlopeThree(caseOf<KeptPoint>()));
}

TEST(ObjectiveChecks, CatchWorkThatIsNotCounted) {
  struct Free : SampledWells {
    void hessVec(Vector& hv, const Vector& v, const Vector& x, double& tol) override {
      const terrace::UncountedWork pause(*work);
      SampledWells::hessVec(hv, v, x, tol);
    }
  };
  EXPECT_FALSE(workIsCounted(caseOf<Free>()));
  struct WrongKind : SampledWells {
    double value(const Vector& x, double& tol) override {
      work->addGradient(1);
      const terrace::UncountedWork pause(*work);
      return SampledWells::value(x, tol);
    }
  };
  EXPECT_FALSE(workIsCounted(caseOf<WrongKind>()));
  struct CountsUpdates : SampledWells {
    void update(const Vector&, ROL::UpdateType, int) override { work->addValue(1); }
  };
  EXPECT_FALSE(workIsCounted(caseOf<CountsUpdates>()));
}

TEST(ObjectiveChecks, CatchBatchesThatAreIgnoredOrNotReset) {
  struct Ignores : SampledWells {
    void setBatch(const std::vector<long>& positions) override {
      SampledWells::setBatch(positions);
      SampledWells::resetBatch();
    }
  };
  EXPECT_FALSE(resetBatchRestoresTheFunction(caseOf<Ignores>()));
  struct Forgets : SampledWells {
    void resetBatch() override { batch = {0, 1, 2, 3}; }
  };
  EXPECT_FALSE(resetBatchRestoresTheFunction(caseOf<Forgets>()));
  struct OtherOrder : SampledWells { // rounds differently after a batch
    void setBatch(const std::vector<long>& positions) override {
      SampledWells::setBatch(positions);
      factor = 1 + 1e-15;
    }
    double value(const Vector& x, double& tol) override { return factor * SampledWells::value(x, tol); }
    double factor = 1;
  };
  EXPECT_FALSE(resetBatchRestoresTheFunction(caseOf<OtherOrder>()));
}

TEST(ObjectiveChecks, CatchBatchesThatAreSumsInsteadOfMeans) {
  struct Sum : SampledWells {
    double value(const Vector& x, double& tol) override {
      return static_cast<double>(batch.size()) * SampledWells::value(x, tol);
    }
  };
  EXPECT_FALSE(batchesAverageToTheFunction(caseOf<Sum>()));
}

TEST(ObjectiveChecks, CatchWrongBatchesThatAreTakenOrLeaveTraces) {
  struct TakesEmpty : SampledWells {
    void setBatch(const std::vector<long>& positions) override {
      if (!positions.empty()) SampledWells::setBatch(positions);
    }
  };
  EXPECT_FALSE(wrongBatchesAreRefused(caseOf<TakesEmpty>()));
  struct LeavesTraces : SampledWells {
    void setBatch(const std::vector<long>& positions) override {
      if (positions.size() > 1) batch = {positions.front()};
      SampledWells::setBatch(positions);
    }
  };
  EXPECT_FALSE(wrongBatchesAreRefused(caseOf<LeavesTraces>()));
}

} // namespace
