// Decisions of a parallel run are compared between its ranks. Each rank runs the same small problem, without
// a message.
#include "LyingCoarseLevels.hpp"

#include <terrace/multilevel/rol/SolverFactory.hpp>
#include <terrace/multilevel/run/DecisionComparison.hpp>

#include <Tpetra_Core.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <string>

using namespace terrace_test;

namespace {

int rank() {
  return Tpetra::getDefaultComm()->getRank();
}

/// An objective that is off in its last digits on one rank, from some evaluation on.
class Deviating : public Wells {
public:
  Deviating(std::mt19937_64& engine, bool deviates) : Wells(5, engine), deviates_(deviates) {}
  double value(const ROL::Vector<double>& x, double& tol) override {
    const double exact = Wells::value(x, tol);
    return deviates_ && ++evaluations_ > 20 ? exact * (1 + 1e-12) : exact;
  }

private:
  bool deviates_;
  int evaluations_ = 0;
};

using Counts = std::map<std::string, int>;

// Runs on two levels, compared; counts the decisions by their name.
void run(bool deviates, Counts& counts) {
  std::mt19937_64 engine(1);
  const auto fine = ROL::makePtr<Deviating>(engine, deviates);
  const auto coarse = ROL::makePtr<Wells>(5, engine);
  auto parameters = solverParameters();
  parameters.sublist("Step").sublist("Multilevel Trust Region").set("Recursion", "Always");
  parameters.sublist("Status Test").set("Gradient Tolerance", 1e-8);
  const terrace::DecisionComparison compare(*Tpetra::getDefaultComm());
  terrace::SolverContext<double> context;
  context.observer = ROL::makePtr<terrace::ComparedObserver<double>>(ROL::nullPtr, compare);
  context.decided = [&counts, compare](const char* what, double number) {
    ++counts[what];
    compare(what, number);
  };
  const auto x = randomVector(5, engine);
  terrace::makeAlgorithm(artificialHierarchy({fine, coarse}, 5), parameters, context)->run(*x, *fine);
}

} // namespace

TEST(DecisionComparison, PassesWhereAllRanksDecideAlike) {
  Counts counts;
  run(false, counts);
  for (const char* what : {"limit reached", "recurse", "coarse model", "correction accepted",
                           "radius of a step", "ratio of a step", "stationary", "level done"})
    EXPECT_GT(counts[what], 0) << what;
  EXPECT_GT(counts["ratio of a step"], 20);
}

TEST(DecisionComparison, StopsEveryRankWhereOneDiffersInTheLastDigits) {
  if (Tpetra::getDefaultComm()->getSize() == 1) GTEST_SKIP() << "needs two ranks";
  Counts counts;
  try {
    run(rank() == 1, counts);
    ADD_FAILURE() << "nothing was noticed";
  } catch (const std::logic_error& error) {
    EXPECT_NE(std::string(error.what())
                  .find("The ranks decide differently: rank " + std::to_string(rank()) + " has"),
              std::string::npos)
        << error.what();
  }
}

TEST(DecisionComparison, NoticesThatOneRankDecidesSomethingElse) {
  if (Tpetra::getDefaultComm()->getSize() == 1) GTEST_SKIP() << "needs two ranks";
  const terrace::DecisionComparison compare(*Tpetra::getDefaultComm());
  EXPECT_THROW(compare(rank() == 0 ? "recurse" : "limit reached", 1), std::logic_error);
}

TEST(DecisionComparison, TakesNotANumberAsANumber) {
  const terrace::DecisionComparison compare(*Tpetra::getDefaultComm());
  compare("value", std::numeric_limits<double>::quiet_NaN());
  compare("value", -std::numeric_limits<double>::infinity());
}
