#include "commands/data/SolvedSamples.hpp"

#include "../dataset/FileSizeLimit.hpp"
#include "../dataset/TemporaryFolder.hpp"
#include "commands/data/MakeSolved.hpp"
#include "io/Progress.hpp"

#include <terrace/pde/DiffusionConvectionReaction.hpp>

#include <Tpetra_Core.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace terrace::program {
namespace {

pde::DiffusionConvectionReactionOptions coarse() {
  pde::DiffusionConvectionReactionOptions options;
  options.cells = 8;
  return options;
}

SamplingOptions few(std::size_t train, std::size_t test, std::uint64_t seed = 1) {
  SamplingOptions options;
  options.trainSamples = train;
  options.testSamples = test;
  options.seed = seed;
  return options;
}

dataset::Dataset solve(const SamplingOptions& options) {
  pde::DiffusionConvectionReaction problem(coarse());
  return solveSamples(problem, options, *Tpetra::getDefaultComm());
}

bool onRoot() {
  return Tpetra::getDefaultComm()->getRank() == 0;
}

/// A problem that fails, or does something else, at one value of its input.
class TrapProblem : public pde::ParametricProblem {
public:
  TrapProblem(double trap, std::function<void()> spring)
      : ParametricProblem(pde::SquareMesh(4),
                          pde::EllipticSolver(pde::SquareMesh(4), pde::BoundaryConditions{}, false, 1e-8),
                          table()),
        trap_(trap), spring_(std::move(spring)) {
    addMeansAndPoints("u", "1", {});
  }
  std::string description() const override { return "A trap"; }

private:
  static pde::ParameterTable table() {
    pde::ParameterTable table;
    table.add("a", "1", {0, 1}, pde::Scale::Linear);
    return table;
  }
  void setFields(pde::EllipticFields&, const std::vector<double>& parameters) const override {
    if (parameters[0] == trap_) spring_();
  }
  std::vector<double> byParameters(const pde::EllipticFields&,
                                   const std::vector<double>& parameters) const override {
    return std::vector<double>(parameters.size(), 0.0);
  }
  double trap_;
  std::function<void()> spring_;
};

TEST(SolvedSamples, AreTheSolutionsForTheirInputsOnAnyNumberOfRanks) {
  const auto data = solve(few(40, 7));
  if (!onRoot()) return;
  ASSERT_EQ(data.train.samples, 40U);
  ASSERT_EQ(data.test.samples, 7U);
  ASSERT_EQ(data.train.targets.size(), 40U * 13U);
  pde::DiffusionConvectionReaction problem(coarse());
  for (std::size_t sample = 0; sample < 40; ++sample) {
    const auto inputs = drawInputs(problem.inputs(), 1, 0, sample);
    const auto targets = problem.solve(inputs);
    EXPECT_TRUE(std::equal(inputs.begin(), inputs.end(), data.train.inputs.data() + 9 * sample));
    EXPECT_TRUE(std::equal(targets.begin(), targets.end(), data.train.targets.data() + 13 * sample));
  }
}

TEST(SolvedSamples, BeginWithThoseOfASmallerSet) {
  const auto small = solve(few(5, 3)), large = solve(few(9, 8));
  if (!onRoot()) return;
  EXPECT_TRUE(
      std::equal(small.train.targets.begin(), small.train.targets.end(), large.train.targets.begin()));
  EXPECT_TRUE(std::equal(small.test.targets.begin(), small.test.targets.end(), large.test.targets.begin()));
}

TEST(SolvedSamples, DependOnSeedAndSet) {
  const std::vector<pde::Input> inputs{{"a", "1", -3, 5}, {"b", "1", 0, 1e-3}};
  const auto first = drawInputs(inputs, 1, 0, 0);
  EXPECT_EQ(first, drawInputs(inputs, 1, 0, 0));
  EXPECT_NE(first, drawInputs(inputs, 2, 0, 0));
  EXPECT_NE(first, drawInputs(inputs, 1, 1, 0));
  EXPECT_NE(first, drawInputs(inputs, 1, 0, 1));
}

TEST(SolvedSamples, FillTheRangesOfTheInputsEvenly) {
  const std::vector<pde::Input> inputs{{"a", "1", -3, 5}, {"b", "1", 0, 1}};
  constexpr std::size_t samples = 20000;
  double sum = 0, squares = 0, product = 0;
  for (std::size_t sample = 0; sample < samples; ++sample) {
    const auto values = drawInputs(inputs, 3, 0, sample);
    const double a = (values[0] + 3) / 8 - 0.5, b = values[1] - 0.5;
    ASSERT_LE(std::max(std::abs(a), std::abs(b)), 0.5);
    sum += a;
    squares += a * a;
    product += a * b;
  }
  EXPECT_NEAR(sum / samples, 0, 0.01);             // standard deviation: 0.002
  EXPECT_NEAR(squares / samples, 1.0 / 12, 0.003); // 0.0005
  EXPECT_NEAR(product / samples, 0, 0.003);        // 0.0006
}

TEST(SolvedSamples, AFailedSolveNamesItsSampleOnAllRanks) {
  const std::vector<pde::Input> inputs{{"a", "1", 0, 1}};
  TrapProblem problem(drawInputs(inputs, 5, 1, 17)[0], [] { throw std::runtime_error("it diverged."); });
  std::string message;
  try {
    solveSamples(problem, few(20, 20, 5), *Tpetra::getDefaultComm());
  } catch (const std::runtime_error& error) {
    message = error.what();
  }
  EXPECT_EQ(message, "test sample 17 of seed 5: it diverged.");
}

TEST(SolvedSamples, StopAtAnInterruptOnAllRanks) {
  const std::vector<pde::Input> inputs{{"a", "1", 0, 1}};
  TrapProblem problem(drawInputs(inputs, 1, 0, 50)[0], [] { std::raise(SIGINT); });
  std::size_t solved = 0;
  EXPECT_THROW(solveSamples(problem, few(100000, 0), *Tpetra::getDefaultComm(),
                            [&](std::size_t done) { solved = done; }),
               std::runtime_error);
  EXPECT_LT(solved, 200U);
}

TEST(SolvedSamples, NumbersOfSamplesOutOfRangeAreNamed) {
  EXPECT_THROW(solve(few(0, 5)), std::invalid_argument);
  EXPECT_THROW(solve(few(10000001, 5)), std::invalid_argument);
  EXPECT_EQ(solve(few(1, 0)).test.samples, 0U);
}

TEST(SolvedSamples, AFullDiskIsAFailureThatLeavesTheOldFile) {
  const auto comm = Tpetra::getDefaultComm();
  dataset::test::TemporaryFolder folder;
  const std::string file = folder.file("data.h5");
  if (onRoot()) std::ofstream(file) << "an older file";
  std::string message;
  {
    const dataset::test::FileSizeLimit limit(8192);
    try {
      makeDiffusionConvectionReaction(coarse(), few(100, 0), file, *comm);
    } catch (const std::runtime_error& error) {
      message = error.what();
    }
  }
  EXPECT_EQ(message, file + ": cannot be written (File too large).");
  if (!onRoot()) return;
  EXPECT_EQ(folder.entries(), 1U);
  std::string content;
  std::getline(std::ifstream(file), content);
  EXPECT_EQ(content, "an older file");
}

TEST(Progress, IsALineATenthInAFileOnceThatTakesASecond) {
  std::ostringstream out;
  {
    Progress progress(out, "samples", 100, false);
    for (std::size_t done = 0; done <= 100; ++done) progress.show(done);
  }
  EXPECT_EQ(out.str(), "") << "nothing took a second";
}

TEST(Progress, OnATerminalLeavesNothingBehind) {
  std::ostringstream out;
  {
    Progress progress(out, "samples", 100, true);
    progress.show(100);
  }
  EXPECT_EQ(out.str().find("\r100 of 100 samples, 0 s left"), 0U);
  EXPECT_EQ(out.str().back(), '\r');
}

} // namespace
} // namespace terrace::program
