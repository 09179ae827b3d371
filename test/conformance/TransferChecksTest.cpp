// The checks of a transfer catch one that lies.
#include "../multilevel/PairTransfer.hpp"

#include <terrace/conformance/TransferChecks.hpp>

#include <gtest/gtest.h>

using namespace terrace::conformance;
using terrace_test::makeVector;
using terrace_test::PairTransfer;
using Vector = ROL::Vector<double>;

namespace {

template <class Transfer>
TransferCase caseOf() {
  return {ROL::makePtr<Transfer>(), makeVector(12), makeVector(6)};
}

TEST(TransferChecks, PassATransferThatIsRight) {
  const auto subject = caseOf<PairTransfer>();
  EXPECT_TRUE(restrictionIsAdjoint(subject));
  EXPECT_TRUE(projectionUndoesProlongation(subject));
  EXPECT_TRUE(dualsAreProlongedAsRieszRepresentatives(subject));
  EXPECT_TRUE(transferIsLinear(subject));
  EXPECT_TRUE(outputsAreOverwrittenAndInputsAreLeftAlone(subject));
}

TEST(TransferChecks, CatchARestrictionThatIsOffByOnePartIn1e8) {
  struct Liar : PairTransfer {
    void restrictDual(Vector& coarse, const Vector& fine) const override {
      PairTransfer::restrictDual(coarse, fine);
      coarse.scale(1 + 1e-8);
    }
  };
  EXPECT_FALSE(restrictionIsAdjoint(caseOf<Liar>()));
  struct OneEntry : PairTransfer {
    void restrictDual(Vector& coarse, const Vector& fine) const override {
      PairTransfer::restrictDual(coarse, fine);
      entries(coarse)[5] += 1e-8 * entries(fine)[2];
    }
  };
  EXPECT_FALSE(restrictionIsAdjoint(caseOf<OneEntry>()));
}

TEST(TransferChecks, CatchAProlongationToZeroWhoseAdjointIsZeroToo) {
  struct Liar : PairTransfer {
    void prolong(Vector& fine, const Vector&) const override { fine.zero(); }
    void restrictDual(Vector& coarse, const Vector&) const override { coarse.zero(); }
  };
  EXPECT_FALSE(restrictionIsAdjoint(caseOf<Liar>()));
}

TEST(TransferChecks, CatchAProjectionThatIsNoLeftInverse) {
  struct Liar : PairTransfer {
    void project(Vector& coarse, const Vector& fine) const override {
      PairTransfer::project(coarse, fine);
      entries(coarse)[0] = entries(fine)[2];
    }
  };
  EXPECT_FALSE(projectionUndoesProlongation(caseOf<Liar>()));
}

TEST(TransferChecks, CatchADualThatIsProlongedWithoutTheMetrics) {
  struct Liar : PairTransfer {
    void prolongDual(Vector& fine, const Vector& coarse) const override {
      prolong(fine, coarse);
      fine.scale(0.5);
    }
  };
  EXPECT_FALSE(dualsAreProlongedAsRieszRepresentatives(caseOf<Liar>()));
}

TEST(TransferChecks, CatchATransferThatIsNotLinear) {
  struct Affine : PairTransfer {
    void prolong(Vector& fine, const Vector& coarse) const override {
      PairTransfer::prolong(fine, coarse);
      entries(fine)[1] += 1e-8;
    }
  };
  EXPECT_FALSE(transferIsLinear(caseOf<Affine>()));
  struct Clipped : PairTransfer {
    void project(Vector& coarse, const Vector& fine) const override {
      PairTransfer::project(coarse, fine);
      for (double& value : entries(coarse)) value = std::min(value, 0.5);
    }
  };
  EXPECT_FALSE(transferIsLinear(caseOf<Clipped>()));
}

TEST(TransferChecks, CatchAnOutputThatIsAddedToAndAnInputThatChanges) {
  struct Adds : PairTransfer {
    void restrictDual(Vector& coarse, const Vector& fine) const override {
      for (std::size_t i = 0; i < entries(fine).size(); ++i) entries(coarse)[i / 2] += entries(fine)[i];
    }
  };
  EXPECT_FALSE(outputsAreOverwrittenAndInputsAreLeftAlone(caseOf<Adds>()));
  struct Changes : PairTransfer {
    void project(Vector& coarse, const Vector& fine) const override {
      PairTransfer::project(coarse, fine);
      const_cast<Vector&>(fine).scale(1 + 1e-15);
    }
  };
  EXPECT_FALSE(outputsAreOverwrittenAndInputsAreLeftAlone(caseOf<Changes>()));
}

TEST(TransferChecks, CatchATransferThatTakesVectorsOfTheOtherLevel) {
  EXPECT_FALSE(otherLevelsAreRefused(caseOf<PairTransfer>()));
  struct Strict : PairTransfer {
    static void check(const Vector& fine, const Vector& coarse) {
      if (fine.dimension() != 12 || coarse.dimension() != 6) throw std::invalid_argument("another level");
    }
    void prolong(Vector& fine, const Vector& coarse) const override { check(fine, coarse); }
    void restrictDual(Vector& coarse, const Vector& fine) const override { check(fine, coarse); }
    void project(Vector& coarse, const Vector& fine) const override { check(fine, coarse); }
    void prolongDual(Vector& fine, const Vector& coarse) const override { check(fine, coarse); }
  };
  EXPECT_TRUE(otherLevelsAreRefused(caseOf<Strict>()));
  struct OtherError : Strict {
    void prolongDual(Vector&, const Vector&) const override { throw std::runtime_error("something else"); }
  };
  EXPECT_FALSE(otherLevelsAreRefused(caseOf<OtherError>()));
}

TEST(TransferChecks, SayWhatIsWrongAndByHowMuch) {
  struct Liar : PairTransfer {
    void project(Vector& coarse, const Vector& fine) const override {
      PairTransfer::project(coarse, fine);
      coarse.scale(2);
    }
  };
  const std::string message = projectionUndoesProlongation(caseOf<Liar>()).message();
  EXPECT_NE(message.find("project does not undo prolong: the error is 1; expected at most 1.2e-13."),
            std::string::npos)
      << message;
}

} // namespace
