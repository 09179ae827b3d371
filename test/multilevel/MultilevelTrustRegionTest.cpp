#include "LyingCoarseLevels.hpp"
#include "PassCountingVector.hpp"

#include <terrace/multilevel/engine/MultilevelTrustRegion.hpp>
#include <terrace/multilevel/rol/SolverFactory.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

using namespace terrace_test;

namespace {

using Objectives = std::vector<ROL::Ptr<ROL::Objective<double>>>;

// The residuals at a shifted and scaled point: a coarse objective that is related to the fine one but wrong.
ROL::Ptr<ROL::Objective<double>> distorted(const Problem& problem, double scale, double shift) {
  const auto residuals = problem.residuals;
  return ROL::makePtr<SumOfSquares>([residuals, scale, shift](const Values& x) {
    Values moved(x);
    for (double& entry : moved) entry += shift;
    auto r = residuals(moved);
    for (auto& residual : r) {
      residual.value *= scale;
      for (double& entry : residual.gradient) entry *= scale;
    }
    return r;
  });
}

// The wrong sign: a bounded function of the objective that falls where the objective rises.
struct Upside : ROL::Objective<double> {
  explicit Upside(ROL::Ptr<ROL::Objective<double>> objective) : right(std::move(objective)) {}
  double value(const ROL::Vector<double>& x, double& tol) override {
    return -std::atan(right->value(x, tol));
  }
  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& tol) override {
    const double v = right->value(x, tol);
    right->gradient(g, x, tol);
    g.scale(-1 / (1 + v * v));
  }
  ROL::Ptr<ROL::Objective<double>> right;
};

// f(x) = -x_0, unbounded below.
struct Slope : ROL::Objective<double> {
  double value(const ROL::Vector<double>& x, double& /*tol*/) override {
    return -SumOfSquares::entries(x)[0];
  }
  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& /*x*/, double& /*tol*/) override {
    g.zero();
    (*dynamic_cast<StdVector&>(g).getVector())[0] = -1;
  }
};

struct Records : terrace::IterationObserver<double> {
  void observe(const terrace::IterationRecord<double>& record, const ROL::Vector<double>& iterate) override {
    rows.push_back(record);
    finite = finite && std::isfinite(iterate.norm());
  }
  std::vector<terrace::IterationRecord<double>> rows;
  bool finite = true;
};

// A vector that counts how often it is cloned.
class CountingVector : public StdVector {
public:
  CountingVector(const ROL::Ptr<std::vector<double>>& values, int& clones)
      : StdVector(values), clones_(clones) {}
  ROL::Ptr<ROL::Vector<double>> clone() const override {
    ++clones_;
    return ROL::makePtr<CountingVector>(ROL::makePtr<std::vector<double>>(getVector()->size()), clones_);
  }

private:
  int& clones_;
};

// NaN or infinity outside a ball around the origin, a quadratic inside.
struct Cliff : ROL::Objective<double> {
  explicit Cliff(double outside) : outside_(outside) {}
  double value(const ROL::Vector<double>& x, double& /*tol*/) override {
    if (x.norm() > 1.5) ++falls;
    return x.norm() > 1.5 ? outside_ : distance(x)->dot(*distance(x));
  }
  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& /*tol*/) override {
    g.set(*distance(x));
    g.scale(x.norm() > 1.5 ? outside_ : 2.0);
  }
  static ROL::Ptr<StdVector> distance(const ROL::Vector<double>& x) {
    const auto d = makeVector({1.4, 0.0});
    d->scale(-1);
    d->plus(x);
    return d;
  }
  double outside_;
  int falls = 0;
};

std::shared_ptr<Records> solve(const ROL::Ptr<terrace::LevelHierarchy<double>>& hierarchy,
                               Teuchos::ParameterList parameters, const ROL::Ptr<StdVector>& x) {
  terrace::SolverContext<double> context;
  const auto records = ROL::makePtr<Records>();
  context.observer = records;
  const auto algorithm = terrace::makeAlgorithm(hierarchy, parameters, context);
  algorithm->run(*x, *(*hierarchy)[0].objective);
  return std::shared_ptr<Records>(records.get(), [records](Records*) {});
}

double gradientNorm(const Problem& problem, const ROL::Ptr<StdVector>& x) {
  const auto g = makeVector(x->dimension());
  double tol = 0;
  problem.objective()->gradient(*g, *x, tol);
  return g->norm();
}

} // namespace

TEST(MultilevelTrustRegion, ConvergesFromTheStandardStartsOnOneLevel) {
  for (const Problem& problem : standardProblems()) {
    const auto x = makeVector(problem.start);
    const auto records =
        solve(artificialHierarchy({problem.objective()}, x->dimension()), solverParameters(), x);
    EXPECT_LE(gradientNorm(problem, x), 1e-6) << problem.name;
    EXPECT_NEAR(records->rows.back().value, problem.optimum, 1e-8) << problem.name;
  }
}

// Coarse objectives that agree with the fine one, are distorted, or have the wrong sign: the limit is the
// same.
TEST(MultilevelTrustRegion, ConvergesFromTheStandardStartsOnTwoLevels) {
  for (const Problem& problem : standardProblems()) {
    for (const auto& coarse :
         {problem.objective(), distorted(problem, 0.7, 0.1), distorted(problem, 3.0, -0.5)}) {
      for (const std::string recursion : {"Always", "Adaptive"}) {
        for (const bool nested : {false, true}) {
          auto parameters = solverParameters();
          auto& cycle = parameters.sublist("Step").sublist("Multilevel Trust Region");
          cycle.set("Recursion", recursion).set("Nested Iteration", nested);
          // With curvatures of 1e12 (Brown) a step of 1e-12 is a gradient of 1.
          parameters.sublist("Status Test").set("Step Tolerance", 0.0);
          const auto x = makeVector(problem.start);
          solve(artificialHierarchy({problem.objective(), coarse}, x->dimension()), parameters, x);
          EXPECT_LE(gradientNorm(problem, x), 1e-6) << problem.name << ' ' << recursion << ' ' << nested;
        }
      }
    }
  }
}

TEST(MultilevelTrustRegion, EveryCycleShapeVisitsTheCoarsestLevelAndConverges) {
  const Problem problem = standardProblems()[0];
  for (const std::string shape : {"V", "W", "F"}) {
    auto parameters = solverParameters();
    parameters.sublist("Step")
        .sublist("Multilevel Trust Region")
        .set("Cycle", shape)
        .set("Recursion", "Always")
        .set("Nested Iteration", false);
    const auto x = makeVector(problem.start);
    const auto hierarchy = artificialHierarchy(
        {problem.objective(), distorted(problem, 0.9, 0.05), distorted(problem, 0.8, 0.1)}, 2);
    const auto records = solve(hierarchy, parameters, x);
    EXPECT_LE(gradientNorm(problem, x), 1e-6) << shape;
    EXPECT_EQ(records->rows.at(1).coarsestLevel, 2) << shape;
  }
}

// On four levels the coarsest is visited once by a V-cycle, three times by an F-cycle, four times by a
// W-cycle; each visit evaluates its start and a step (a second one is not possible where the first used up
// the radius).
TEST(MultilevelTrustRegion, CycleShapesVisitTheCoarsestLevelAsOftenAsTheyShould) {
  struct Counting : SumOfSquares {
    using SumOfSquares::SumOfSquares;
    double value(const ROL::Vector<double>& x, double& tol) override {
      ++values;
      return SumOfSquares::value(x, tol);
    }
    int values = 0;
  };
  const Problem problem = standardProblems()[0];
  for (const auto& [shape, visits] : std::vector<std::pair<std::string, int>>{{"V", 1}, {"F", 3}, {"W", 4}}) {
    auto parameters = solverParameters();
    parameters.sublist("Step")
        .sublist("Multilevel Trust Region")
        .set("Cycle", shape)
        .set("Recursion", "Always")
        .set("Nested Iteration", false)
        .set("Coarse Steps", 1)
        .set("Criticality", 0.0);
    parameters.sublist("Status Test").set("Iteration Limit", 1);
    const auto x = makeVector(problem.start);
    const auto coarsest = ROL::makePtr<Counting>(problem.residuals);
    solve(artificialHierarchy({problem.objective(), problem.objective(), problem.objective(), coarsest}, 2),
          parameters, x);
    EXPECT_EQ(coarsest->values, 2 * visits) << shape;
  }
}

TEST(MultilevelTrustRegion, ValuesNeverIncreaseOnAnyLevel) {
  for (const Problem& problem : standardProblems()) {
    const auto x = makeVector(problem.start);
    const auto records = solve(artificialHierarchy({problem.objective(), distorted(problem, 2.0, 0.3),
                                                    distorted(problem, 0.5, -0.2)},
                                                   x->dimension()),
                               solverParameters(), x);
    std::vector<double> last(3, std::numeric_limits<double>::infinity());
    for (const auto& row : records->rows) {
      double& previous = last[static_cast<std::size_t>(row.level)];
      EXPECT_LE(row.value, previous + 1e-14 * std::max(1.0, std::abs(previous)))
          << problem.name << " iteration " << row.iteration;
      previous = row.value;
    }
    for (const double value : last)
      EXPECT_TRUE(std::isfinite(value)) << problem.name; // every level was there
  }
}

TEST(MultilevelTrustRegion, ANonFiniteTrialValueShrinksTheRadiusAndNeverReachesTheIterate) {
  for (const double outside :
       {std::nan(""), std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}) {
    const auto cliff = ROL::makePtr<Cliff>(outside);
    auto parameters = solverParameters();
    parameters.sublist("Step").sublist("Multilevel Trust Region").set("Initial Radius", 100.0);
    const auto x = makeVector({-1.0, 0.2});
    const auto records = solve(artificialHierarchy({cliff}, 2), parameters, x);
    EXPECT_GT(cliff->falls, 0);
    EXPECT_TRUE(records->finite);
    EXPECT_NEAR(at(x, 0), 1.4, 1e-6);
    EXPECT_NEAR(at(x, 1), 0.0, 1e-6);
  }
}

TEST(MultilevelTrustRegion, ACoarseLevelThatIsNotFiniteIsLeftAlone) {
  const Problem problem = standardProblems()[2];
  const auto broken = ROL::makePtr<SumOfSquares>([](const Values&) {
    return std::vector<SumOfSquares::Residual>{{std::nan(""), {0.0, 0.0}}};
  });
  auto parameters = solverParameters();
  parameters.sublist("Step")
      .sublist("Multilevel Trust Region")
      .set("Nested Iteration", false)
      .set("Recursion", "Always");
  const auto x = makeVector(problem.start);
  solve(artificialHierarchy({problem.objective(), broken}, 2), parameters, x);
  EXPECT_LE(gradientNorm(problem, x), 1e-6);
}

TEST(MultilevelTrustRegion, ReportsAStartThatIsNotFinite) {
  const auto cliff = ROL::makePtr<Cliff>(std::nan(""));
  const auto x = makeVector({5.0, 0.0});
  EXPECT_THROW(solve(artificialHierarchy({cliff}, 2), solverParameters(), x), std::runtime_error);
}

TEST(MultilevelTrustRegion, AllocatesNoVectorAfterConstruction) {
  std::mt19937_64 random(5);
  int clones = 0;
  const auto counter = ROL::makePtr<terrace::WorkCounter>();
  const auto hierarchy = ROL::makePtr<terrace::LevelHierarchy<double>>(counter);
  for (int l = 0; l < 3; ++l) {
    terrace::Level<double> level;
    level.objective = ROL::makePtr<Wells>(2, random);
    level.vector = ROL::makePtr<CountingVector>(ROL::makePtr<std::vector<double>>(2), clones);
    level.toCoarser = ROL::makePtr<terrace::IdentityTransfer<double>>();
    hierarchy->add(level);
  }
  for (const std::string smoother : {"Secant", "Newton"}) {
    auto parameters = solverParameters();
    parameters.sublist("Step")
        .sublist("Multilevel Trust Region")
        .set("Recursion", "Always")
        .set("Smoother", smoother)
        .set("Coarse Model", "Second Order");
    terrace::MultilevelTrustRegion<double> engine(hierarchy, parameters, {});
    EXPECT_GT(clones, 0);
    clones = 0;
    const CountingVector x(ROL::makePtr<std::vector<double>>(2, 0.3), clones);
    engine.initialize(x, *(*hierarchy)[0].objective);
    for (int i = 0; i < 20; ++i) engine.iterate();
    EXPECT_EQ(clones, 0) << smoother;
    EXPECT_LT(engine.record().gradientNorm, 1e-6) << smoother;
  }
}

// One pass for the new pair, which serves the next gradient as well; one more after a rejected step, whose
// gradient the pass was not for.
TEST(MultilevelTrustRegion, ReadsThePairsOnceForAnAcceptedStep) {
  std::mt19937_64 random(7);
  const int n = 40;
  const auto count = std::make_shared<int>(0);
  const auto hierarchy = artificialHierarchy({ROL::makePtr<Wells>(n, random)}, n);
  const auto counting = ROL::makePtr<terrace::LevelHierarchy<double>>(hierarchy->work());
  terrace::Level<double> level = (*hierarchy)[0];
  level.vector = ROL::makePtr<PassCountingVector>(Values(n), count);
  counting->add(level);
  auto parameters = solverParameters();
  parameters.sublist("Step").sublist("Multilevel Trust Region").set("Post-Smoothing Steps", 0);
  terrace::MultilevelTrustRegion<double> engine(counting, parameters, {});
  engine.initialize(PassCountingVector(Values(n, 0.3), count), *level.objective);
  int passes = 1, rejected = 0; // the first gradient
  for (int i = 0; i < 15; ++i) {
    engine.iterate();
    ++passes;
    if (engine.record().accepted) continue;
    ++passes;
    ++rejected;
  }
  EXPECT_GT(rejected, 0);
  EXPECT_LT(rejected, 15);
  if (!engine.record().accepted) --passes;
  EXPECT_EQ(*count, passes);
}

// A coarse level that converges long before it has cost a work unit, and one without a minimum, are left.
TEST(MultilevelTrustRegion, NestedIterationEndsOnEveryCoarseLevel) {
  const Problem problem = standardProblems()[1];
  const auto slope = ROL::makePtr<Slope>();
  for (const double coarseWork : {0.1, 0.001, 0.0}) {
    for (const bool unbounded : {false, true}) {
      const auto counter = ROL::makePtr<terrace::WorkCounter>();
      const auto hierarchy = ROL::makePtr<terrace::LevelHierarchy<double>>(counter);
      for (const bool coarse : {false, true}) {
        const ROL::Ptr<ROL::Objective<double>> objective =
            coarse && unbounded ? ROL::Ptr<ROL::Objective<double>>(slope) : problem.objective();
        terrace::Level<double> level;
        level.work = coarse ? coarseWork : 1.0;
        level.objective = ROL::makePtr<terrace::CountedObjective<double>>(objective, counter, level.work);
        level.vector = makeVector(4);
        level.toCoarser = ROL::makePtr<terrace::IdentityTransfer<double>>();
        hierarchy->add(level);
      }
      const auto x = makeVector(problem.start);
      auto parameters = solverParameters();
      parameters.sublist("Step").sublist("Multilevel Trust Region").set("Nested Cycles", 200);
      solve(hierarchy, parameters, x);
      EXPECT_LE(gradientNorm(problem, x), 1e-6) << coarseWork << ' ' << unbounded;
    }
  }
}

// On three levels with a finest one that rejects everything: no level strays further from its origin than
// level 0 allows.
TEST(MultilevelTrustRegion, CoarseStepsStayWithinTheRadiiOfAllFinerLevels) {
  struct Tracking : Slope {
    explicit Tracking(ROL::Ptr<StdVector> origin) : origin_(std::move(origin)) {}
    double value(const ROL::Vector<double>& x, double& tol) override {
      const auto d = x.clone();
      d->set(x);
      d->axpy(-1, *origin_);
      farthest = std::max(farthest, d->norm());
      return Slope::value(x, tol);
    }
    ROL::Ptr<StdVector> origin_;
    double farthest = 0;
  };
  struct Wall : Slope { // as steep at the origin, infinite elsewhere
    double value(const ROL::Vector<double>& x, double& /*tol*/) override {
      return x.norm() > 0 ? std::numeric_limits<double>::infinity() : 0.0;
    }
  };
  const auto x = makeVector(2), origin = makeVector(2);
  const auto middle = ROL::makePtr<Tracking>(origin), coarsest = ROL::makePtr<Tracking>(origin);
  auto parameters = solverParameters();
  parameters.sublist("Status Test").set("Iteration Limit", 12).set("Step Tolerance", 0.0);
  parameters.sublist("Step")
      .sublist("Multilevel Trust Region")
      .set("Nested Iteration", false)
      .set("Recursion", "Always")
      .set("Pre-Smoothing Steps", 0) // else the middle level uses up the distance itself
      .set("Initial Radius", 0.2);
  solve(artificialHierarchy({ROL::makePtr<Wall>(), middle, coarsest}, 2), parameters, x);
  EXPECT_GT(coarsest->farthest, 0.0);
  EXPECT_LE(middle->farthest, 0.2 * (1 + 1e-12));
  EXPECT_LE(coarsest->farthest, 0.2 * (1 + 1e-12));
}

// Values of size 1e-16 are no rounding errors where the objective is that small everywhere.
TEST(MultilevelTrustRegion, DoesNotDependOnTheObjectivesScale) {
  const Problem problem = standardProblems()[0];
  for (const double scale : {1.0, 1e-16, 1e16}) {
    const auto x = makeVector(problem.start);
    auto parameters = solverParameters();
    parameters.sublist("Status Test").set("Gradient Tolerance", 1e-6 * scale);
    parameters.sublist("General").sublist("Secant").set("Fixed Scaling", 0.03 * scale);
    solve(artificialHierarchy({distorted(problem, std::sqrt(scale), 0)}, 2), parameters, x);
    EXPECT_LE(gradientNorm(problem, x), 1e-5) << scale;
  }
}

// Level by level from the coarsest up, each entered with the iterate, the pairs and the radius of the one
// below.
// The value's decrease is lost in a constant of 1 from |x| = 1e-8 on; the gradient is exact. A stiff
// direction keeps its norm from decreasing at every step.
TEST(MultilevelTrustRegion, ConvergesBeyondTheRoundingErrorsOfTheValue) {
  struct Shifted : ROL::Objective<double> {
    double value(const ROL::Vector<double>& x, double& /*tol*/) override {
      const Values& v = SumOfSquares::entries(x);
      return 1 + 0.5 * (1e4 * v[0] * v[0] + v[1] * v[1] + std::pow(v[1] - v[0], 4));
    }
    void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& /*tol*/) override {
      const Values& v = SumOfSquares::entries(x);
      Values& out = *dynamic_cast<StdVector&>(g).getVector();
      const double cube = 2 * std::pow(v[1] - v[0], 3);
      out[0] = 1e4 * v[0] - cube;
      out[1] = v[1] + cube;
    }
  };
  const auto x = makeVector({1.0, -3.0});
  auto parameters = solverParameters();
  parameters.sublist("Status Test").set("Gradient Tolerance", 1e-13).set("Step Tolerance", 0.0);
  const auto objective = ROL::makePtr<Shifted>();
  solve(artificialHierarchy({objective}, 2), parameters, x);
  EXPECT_LT(x->norm(), 1e-12);
}

TEST(MultilevelTrustRegion, NestedIterationClimbsTheLevelsInOrder) {
  const Problem problem = standardProblems()[0];
  const auto x = makeVector(problem.start);
  const Objectives levels(3, problem.objective());
  const auto records = solve(artificialHierarchy(levels, 2), solverParameters(), x);
  std::vector<int> visited;
  for (const auto& row : records->rows)
    if (visited.empty() || visited.back() != row.level) visited.push_back(row.level);
  EXPECT_EQ(visited, (std::vector<int>{2, 1, 0}));
  // The coarse levels are the problem itself here, so the finest level is entered at its solution.
  const auto finest =
      std::find_if(records->rows.begin(), records->rows.end(), [](const auto& r) { return r.level == 0; });
  EXPECT_LT(finest->value, 1e-10);
  EXPECT_EQ(finest->radius, std::max((finest - 1)->radius, 0.01));
}

TEST(MultilevelTrustRegion, NestedIterationCarriesThePairsUp) {
  const Problem problem = standardProblems()[1];
  auto parameters = solverParameters();
  parameters.sublist("General").sublist("Secant").set("Maximum Storage", 6);
  const Objectives levels(3, problem.objective());
  const auto hierarchy = artificialHierarchy(levels, 4);
  terrace::MultilevelTrustRegion<double> engine(hierarchy, parameters, {});
  engine.initialize(*makeVector(problem.start), *(*hierarchy)[0].objective);
  ASSERT_EQ(engine.record().level, 0);
  EXPECT_EQ(engine.evaluations(0), 1);
  EXPECT_EQ(engine.secant(0).storedPairs(), 6);
  // The levels share one space and one metric, so the finest has the very matrix of the one below.
  std::mt19937_64 random(1);
  const auto v = randomVector(4, random), a = makeVector(4), b = makeVector(4);
  engine.secant(0).applyB(*a, *v);
  engine.secant(1).applyB(*b, *v);
  a->axpy(-1, *b);
  EXPECT_EQ(a->norm(), 0.0);
}

TEST(MultilevelTrustRegion, TheWorkLimitEndsNestedIterationAndTheRun) {
  const Problem problem = standardProblems()[1];
  const auto x = makeVector(problem.start);
  auto parameters = solverParameters();
  parameters.sublist("Status Test")
      .set("Work Limit", 1.0)
      .set("Gradient Tolerance", 0.0)
      .set("Step Tolerance", 0.0);
  const Objectives levels(3, problem.objective());
  const auto records = solve(artificialHierarchy(levels, 4), parameters, x);
  EXPECT_EQ(records->rows.back().level, 0);
  EXPECT_GE(records->rows.back().work, 1.0);
  EXPECT_LT(records->rows.back().work, 3.0);
}

// Coarse levels whose corrections are never accepted cost work, and change nothing else.
TEST(MultilevelTrustRegion, AnAdaptiveRunIsThatWithoutRecursionWhereNoCorrectionIsTaken) {
  std::mt19937_64 random(6);
  const auto wells = ROL::makePtr<Wells>(6, random);
  std::vector<std::vector<double>> values;
  std::vector<double> work;
  for (const std::string rule : {"Never", "Adaptive"}) {
    auto parameters = solverParameters();
    parameters.sublist("Step")
        .sublist("Multilevel Trust Region")
        .set("Recursion", rule)
        .set("Criticality", 0.0);
    const Objectives levels = {wells, wells, ROL::makePtr<Liar>(wells, Lie::Noise, 1u)};
    terrace_test::Values start(6, 0.3);
    const auto records = solve(artificialHierarchy(levels, 6), parameters, makeVector(start));
    values.emplace_back();
    for (const auto& row : records->rows) values.back().push_back(row.value);
    work.push_back(records->rows.back().work);
  }
  EXPECT_EQ(values[0], values[1]);
  EXPECT_LT(work[0], work[1]); // else none was tried
}
