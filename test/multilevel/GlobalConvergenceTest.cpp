#include "LyingCoarseLevels.hpp"

#include <terrace/multilevel/rol/SolverFactory.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace terrace_test;

namespace {

constexpr int cases = 400;

// Values of the finest level, which must never grow, whatever the coarse levels say.
struct Decrease : terrace::IterationObserver<double> {
  void observe(const terrace::IterationRecord<double>& record, const ROL::Vector<double>& iterate) override {
    monotone = monotone && record.value <= last + 1e-13 * std::max(1.0, std::abs(last));
    finite = finite && std::isfinite(iterate.norm()) && std::isfinite(record.value);
    last = record.value;
  }
  double last = std::numeric_limits<double>::infinity();
  bool monotone = true, finite = true;
};

// The second of two levels with the same space: the largest distance that trial points of its first-order
// models have from their origins, and whether the models' accepted values decrease.
class Coarse : public ROL::Objective<double> {
public:
  Coarse(ROL::Ptr<ROL::Objective<double>> objective, ROL::Ptr<ROL::Objective<double>> fine)
      : objective_(std::move(objective)), fine_(std::move(fine)) {}
  void update(const ROL::Vector<double>& x, ROL::UpdateType type, int iter) override {
    objective_->update(x, type, iter);
    if (type == ROL::UpdateType::Initial) enterModel(x);
    if (type == ROL::UpdateType::Trial) largest = std::max(largest, distance(x)->norm());
    if (type == ROL::UpdateType::Accept) accept(x);
  }
  double value(const ROL::Vector<double>& x, double& tol) override { return objective_->value(x, tol); }
  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& tol) override {
    objective_->gradient(g, x, tol);
  }
  void hessVec(ROL::Vector<double>& hv, const ROL::Vector<double>& v, const ROL::Vector<double>& x,
               double& tol) override {
    objective_->hessVec(hv, v, x, tol);
  }
  double largest = 0;
  int accepted = 0, increases = 0;

private:
  void enterModel(const ROL::Vector<double>& x) {
    double tol = 0;
    origin_ = x.clone();
    origin_->set(x);
    linear_ = x.dual().clone();
    fine_->gradient(*linear_, x, tol);
    const auto own = linear_->clone();
    objective_->gradient(*own, x, tol);
    linear_->axpy(-1, *own);
    last_ = objective_->value(x, tol);
  }
  void accept(const ROL::Vector<double>& x) {
    double tol = 0;
    const double value = objective_->value(x, tol) + distance(x)->apply(*linear_);
    ++accepted;
    if (value > last_ + 1e-13 * std::max(1.0, std::abs(last_))) ++increases;
    last_ = value;
  }
  ROL::Ptr<ROL::Vector<double>> distance(const ROL::Vector<double>& x) const {
    const auto d = x.clone();
    d->set(x);
    d->axpy(-1, *origin_);
    return d;
  }

  ROL::Ptr<ROL::Objective<double>> objective_, fine_;
  ROL::Ptr<ROL::Vector<double>> origin_, linear_;
  double last_ = 0;
};

// A random choice of everything a deck can say about a cycle.
Teuchos::ParameterList randomParameters(std::mt19937_64& engine) {
  const auto choose = [&engine](std::vector<std::string> names) { return names[engine() % names.size()]; };
  auto parameters = solverParameters();
  parameters.sublist("Status Test").set("Iteration Limit", 3000).set("Step Tolerance", 0.0);
  parameters.sublist("Step")
      .sublist("Multilevel Trust Region")
      .set("Nested Iteration", false)
      .set("Recursion", choose({"Always", "Adaptive"}))
      .set("Cycle", choose({"V", "W", "F"}))
      .set("Smoother", choose({"Secant", "Newton"}))
      .set("Coarse Model", choose({"First Order", "First Order", "Second Order"}))
      .set("Coarse Steps", 1 + static_cast<int>(engine() % 5))
      .set("Initial Radius", std::pow(10.0, static_cast<int>(engine() % 4) - 2));
  return parameters;
}

} // namespace

TEST(GlobalConvergence, HoldsWhateverTheCoarseLevelsSay) {
  for (unsigned seed = 0; seed < cases; ++seed) {
    std::mt19937_64 engine(seed);
    const int n = 1 + static_cast<int>(engine() % 6);
    const auto fine = ROL::makePtr<Wells>(n, engine);
    std::vector<ROL::Ptr<ROL::Objective<double>>> levels = {fine};
    for (unsigned l = 0; l <= engine() % 2; ++l)
      levels.push_back(ROL::makePtr<Liar>(fine, allLies[(seed + l) % std::size(allLies)], seed));
    auto parameters = randomParameters(engine);
    const auto x = randomVector(n, engine), g = makeVector(n);
    const auto decrease = ROL::makePtr<Decrease>();
    terrace::SolverContext<double> context;
    context.observer = decrease;
    terrace::makeAlgorithm(artificialHierarchy(levels, n), parameters, context)->run(*x, *fine);
    double tol = 0;
    fine->gradient(*g, *x, tol);
    EXPECT_LE(g->norm(), 1e-6) << "case " << seed;
    EXPECT_TRUE(decrease->monotone) << "case " << seed;
    EXPECT_TRUE(decrease->finite) << "case " << seed;
  }
}

TEST(GlobalConvergence, ACoarseModelStaysInsideTheFineRadiusAndItsAcceptedValuesDecrease) {
  double largest = 0;
  int accepted = 0;
  for (unsigned seed = 0; seed < cases; ++seed) {
    std::mt19937_64 engine(seed);
    const int n = 1 + static_cast<int>(engine() % 6);
    const auto fine = ROL::makePtr<Wells>(n, engine);
    const auto coarse = ROL::makePtr<Coarse>(ROL::makePtr<Wells>(n, engine), fine);
    auto parameters = randomParameters(engine);
    auto& step = parameters.sublist("Step").sublist("Multilevel Trust Region");
    const double radius = step.get<double>("Initial Radius");
    step.set("Maximum Radius", radius).set("Coarse Model", "First Order");
    parameters.sublist("Status Test").set("Iteration Limit", 20);
    const auto x = randomVector(n, engine);
    terrace::makeAlgorithm(artificialHierarchy({fine, coarse}, n), parameters)->run(*x, *fine);
    EXPECT_LE(coarse->largest, radius * (1 + 1e-10)) << "case " << seed;
    EXPECT_EQ(coarse->increases, 0) << "case " << seed;
    largest = std::max(largest, coarse->largest / radius);
    accepted += coarse->accepted;
  }
  EXPECT_GT(largest, 0.9);
  EXPECT_GT(accepted, 10 * cases);
}

// What a coarse level may do, the finest may not.
TEST(GlobalConvergence, AnExceptionOfTheFinestObjectivePasses) {
  std::mt19937_64 engine(1);
  const auto liar = ROL::makePtr<Liar>(ROL::makePtr<Wells>(2, engine), Lie::Throws, 1u);
  auto parameters = randomParameters(engine);
  const auto x = randomVector(2, engine);
  const auto algorithm = terrace::makeAlgorithm(artificialHierarchy({liar}, 2), parameters);
  EXPECT_THROW(algorithm->run(*x, *liar), std::runtime_error);
}
