// What holds in every run, whatever the objective, the metric, the transfers and the parameters: many random
// cases. One that fails is made simpler as long as it fails, and printed. TERRACE_PROPERTY_CASES is the
// number of cases (60), TERRACE_PROPERTY_SEED the seed of the first (1): TERRACE_PROPERTY_CASES=5000
// test/multilevel_properties for a night.
#include "MemoryArchive.hpp"
#include "RandomCase.hpp"

#include <terrace/multilevel/rol/SolverFactory.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>

using namespace terrace_test;

namespace {

using Rows = std::vector<terrace::IterationRecord<double>>;

struct Recorder : terrace::IterationObserver<double> {
  void observe(const terrace::IterationRecord<double>& record, const ROL::Vector<double>& x) override {
    rows.push_back(record);
    finite = finite && std::isfinite(x.norm());
  }
  Rows rows;
  bool finite = true;
};

// Keeps one state, and gives one to resume from.
struct OneState : terrace::Checkpoints<double> {
  terrace::StateArchive<double>* resumed() override { return start.get(); }
  void atRest(int /*level*/, const ROL::Vector<double>& /*x*/, const VisitState& visitState) override {
    if (moments++ != wanted) return;
    rowsBefore = recorder->rows.size();
    MemoryArchive archive(state, false);
    visitState(archive);
    work->visitState(archive, "work");
  }
  ROL::Ptr<MemoryArchive> start;
  ROL::Ptr<Recorder> recorder;
  ROL::Ptr<terrace::WorkCounter> work;
  State state;
  long moments = 0, wanted = -1;
  std::size_t rowsBefore = 0;
};

struct Run {
  explicit Run(const RandomCase& c, const std::function<void(Teuchos::ParameterList&)>& change = {},
               State* from = nullptr, long keep = -1)
      : problem(c), recorder(ROL::makePtr<Recorder>()) {
    auto parameters = c.parameters();
    if (change) change(parameters);
    kept.recorder = recorder;
    kept.work = problem.work;
    kept.wanted = keep;
    if (from != nullptr) {
      kept.start = ROL::makePtr<MemoryArchive>(*from, true);
      problem.work->visitState(*kept.start, "work");
    }
    terrace::SolverContext<double> context;
    context.observer = recorder;
    context.checkpoints = ROL::makePtrFromRef(kept);
    const auto algorithm = terrace::makeAlgorithm<double>(problem.hierarchy, parameters, context);
    algorithm->run(*problem.x, problem.finest());
  }
  const Rows& rows() const { return recorder->rows; }
  const Values& x() const { return *problem.x->getVector(); }

  RandomProblem problem;
  ROL::Ptr<Recorder> recorder;
  OneState kept;
};

// Each returns what is wrong, or nothing.
std::string descends(const RandomCase& c) {
  const Run run(c);
  if (!run.recorder->finite) return "an iterate is not finite";
  double last = std::numeric_limits<double>::infinity();
  for (const auto& row : run.rows()) {
    if (row.level > 0) continue;
    if (!std::isfinite(row.value)) return "a value is not finite";
    if (row.value > last + 1e-13 * std::max(std::ldexp(1.0, c.exponent), std::abs(last)))
      return "the value grows from " + std::to_string(last) + " to " + std::to_string(row.value);
    last = row.value;
  }
  return "";
}

std::string converges(const RandomCase& c) {
  Run run(c);
  const auto g = run.problem.x->dual().clone();
  double tol = 0;
  run.problem.finest().gradient(*g, *run.problem.x, tol);
  const double norm = std::ldexp(g->norm(), -c.exponent);
  return norm <= 1e-6 ? ""
                      : "the gradient has norm " + std::to_string(norm) + " after " +
                            std::to_string(run.rows().size()) + " rows";
}

std::string isSameRun(const Run& found, const Run& expected, std::size_t rowsBefore) {
  if (found.x() != expected.x()) return "another iterate";
  if (found.problem.work->units() != expected.problem.work->units()) return "other work";
  if (rowsBefore + found.rows().size() != expected.rows().size()) return "another number of rows";
  for (std::size_t i = 0; i < found.rows().size(); ++i)
    if (found.rows()[i].value != expected.rows()[rowsBefore + i].value)
      return "another value in row " + std::to_string(rowsBefore + i);
  return "";
}

std::string repeats(const RandomCase& c) {
  return isSameRun(Run(c), Run(c), 0);
}

std::string resumes(const RandomCase& c) {
  if (c.lies) return ""; // a liar counts its calls, which no checkpoint knows
  const Run whole(c);
  if (whole.kept.moments == 0) return "";
  Run first(c, {}, nullptr, static_cast<long>(c.seed % static_cast<std::uint64_t>(whole.kept.moments)));
  return isSameRun(Run(c, {}, &first.kept.state), whole, first.kept.rowsBefore);
}

// The engine asks after every trial step; a step, its correction's trial and the rows' evaluations are beyond
// at most.
std::string keepsToItsWork(const RandomCase& c) {
  // A Newton step is made of as many products with the Hessian as it has dimensions, or some more; with the
  // second-order model each evaluation has one product with the Hessian of every finer level.
  const double limit = 12, step = (c.newton ? 3 + 2 * c.dimension : 3) * (c.secondOrder ? c.levels : 1);
  const Run run(
      c, [limit](Teuchos::ParameterList& list) { list.sublist("Status Test").set("Work Limit", limit); });
  const double work = run.problem.work->units();
  return work <= limit + step ? "" : std::to_string(work) + " units with a limit of " + std::to_string(limit);
}

long fromEnvironment(const char* name, long other) {
  const char* value = std::getenv(name);
  return value == nullptr ? other : std::atol(value);
}

using Property = std::function<std::string(const RandomCase&)>;

// The simplest case that is found to fail too.
RandomCase shrunk(RandomCase failing, const Property& property) {
  for (bool found = true; found;) {
    found = false;
    for (const RandomCase& candidate : failing.simpler()) {
      if (property(candidate).empty()) continue;
      failing = candidate;
      found = true;
      break;
    }
  }
  return failing;
}

// An exception is a failure as well.
std::string tried(const Property& property, const RandomCase& c) {
  try {
    return property(c);
  } catch (const std::exception& error) {
    return error.what();
  }
}

void holds(const Property& untried) {
  const Property property = [&untried](const RandomCase& c) { return tried(untried, c); };
  const long cases = fromEnvironment("TERRACE_PROPERTY_CASES", 60),
             seed = fromEnvironment("TERRACE_PROPERTY_SEED", 1);
  for (long i = 0; i < cases; ++i) {
    const auto c = RandomCase::random(static_cast<std::uint64_t>(seed + i));
    if (property(c).empty()) continue;
    const RandomCase small = shrunk(c, property);
    ADD_FAILURE() << property(small) << "\n  case:       " << small.text() << "\n  found with: " << c.text();
    return;
  }
}

} // namespace

TEST(Properties, ValuesNeverGrow) {
  holds(descends);
}

TEST(Properties, RunsConverge) {
  holds(converges);
}

TEST(Properties, ARunRepeatsItselfToTheBit) {
  holds(repeats);
}

TEST(Properties, ARunResumesToTheSameBits) {
  holds(resumes);
}

TEST(Properties, WorkEndsAtItsLimit) {
  holds(keepsToItsWork);
}

TEST(Properties, AFailureIsMadeSimple) {
  const Property atThree = [](const RandomCase& c) {
    return std::string(c.dimension >= 3 && c.nested ? "wrong" : "");
  };
  RandomCase large = RandomCase::random(5);
  large.dimension = 12;
  large.levels = 4;
  large.nested = true;
  const RandomCase small = shrunk(large, atThree);
  RandomCase expected;
  expected.seed = 5;
  expected.dimension = 3;
  expected.nested = true;
  EXPECT_EQ(small.text(), expected.text());
}
