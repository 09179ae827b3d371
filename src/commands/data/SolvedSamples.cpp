#include "commands/data/SolvedSamples.hpp"

#include "io/Interrupt.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/dataset/Random.hpp>
#include <terrace/parameters/OneLine.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace terrace::program {
namespace {

constexpr std::size_t mostSamples = 10000000;
constexpr std::size_t samplesPerRound = 16; // of a rank, between two looks for failures and interrupts

const char* const setNames[] = {"training", "test"};

void requireCount(const char* name, std::size_t value, std::size_t least) {
  if (value < least || value > mostSamples)
    throw std::invalid_argument(std::string(name) + " samples = " + std::to_string(value) +
                                " is out of range; expected " + std::to_string(least) + ".." +
                                std::to_string(mostSamples) + ".");
}

/// Solves the samples of both sets in rounds. In a round with n ranks, each rank solves every n-th sample.
class RoundSolver {
public:
  RoundSolver(pde::ParametricProblem& problem, const SamplingOptions& options, const Teuchos::Comm<int>& comm,
              const std::function<void(std::size_t)>& done)
      : problem_(problem), options_(options), comm_(comm), done_(done),
        ranks_(static_cast<std::size_t>(comm.getSize())), rank_(static_cast<std::size_t>(comm.getRank())),
        outputs_(problem.quantities().size()),
        numbers_(outputs_ * (1 + (options.jacobians ? problem.inputs().size() : 0))),
        mine_(samplesPerRound * numbers_), all_(mine_.size() * ranks_) {}

  dataset::Split solve(int set, std::size_t samples);

private:
  void solveRound(int set, std::size_t first, std::size_t last);
  void solveSample(int set, std::size_t sample, double* numbers);
  void throwIfInterrupted() const;
  void collect(std::size_t first, std::size_t last, dataset::Split& split);

  pde::ParametricProblem& problem_;
  SamplingOptions options_;
  const Teuchos::Comm<int>& comm_;
  const std::function<void(std::size_t)>& done_;
  InterruptGuard interrupt_;
  std::size_t ranks_;
  std::size_t rank_;
  std::size_t outputs_;
  std::size_t numbers_; ///< of a sample: its targets, then their derivatives if they are wanted
  std::size_t solved_ = 0;
  std::vector<double> mine_; ///< numbers of this rank's samples of a round
  std::vector<double> all_;  ///< of all ranks
};

void RoundSolver::solveSample(int set, std::size_t sample, double* numbers) {
  try {
    const auto values = problem_.solve(drawInputs(problem_.inputs(), options_.seed, set, sample));
    numbers = std::copy(values.begin(), values.end(), numbers);
    if (!options_.jacobians) return;
    const auto jacobian = problem_.jacobian();
    std::copy(jacobian.begin(), jacobian.end(), numbers);
  } catch (const std::exception& error) {
    throw std::runtime_error(std::string(setNames[set]) + " sample " + std::to_string(sample) + " of seed " +
                             std::to_string(options_.seed) + ": " + oneLine(error.what()));
  }
}

void RoundSolver::solveRound(int set, std::size_t first, std::size_t last) {
  dataset::runOnAllRanks(comm_, [&] {
    double* numbers = mine_.data();
    for (std::size_t sample = first + rank_; sample < last; sample += ranks_, numbers += numbers_) {
      if (interrupt_.interrupted()) return;
      solveSample(set, sample, numbers);
    }
  });
}

void RoundSolver::throwIfInterrupted() const {
  const int mine = interrupt_.interrupted() ? 1 : 0;
  int any = 0;
  Teuchos::reduceAll(comm_, Teuchos::REDUCE_MAX, 1, &mine, &any);
  if (any != 0) throw std::runtime_error("interrupted; nothing was written.");
}

void RoundSolver::collect(std::size_t first, std::size_t last, dataset::Split& split) {
  Teuchos::gatherAll(comm_, static_cast<int>(mine_.size()), mine_.data(), static_cast<int>(all_.size()),
                     all_.data());
  if (!dataset::isRoot(comm_)) return;
  for (std::size_t sample = first; sample < last; ++sample) {
    const std::size_t rank = (sample - first) % ranks_;
    const std::size_t place = (sample - first) / ranks_;
    const double* values = all_.data() + rank * mine_.size() + place * numbers_;
    split.targets.insert(split.targets.end(), values, values + outputs_);
    split.jacobians.insert(split.jacobians.end(), values + outputs_, values + numbers_);
  }
}

dataset::Split RoundSolver::solve(int set, std::size_t samples) {
  dataset::Split split;
  const std::size_t round = samplesPerRound * ranks_;
  for (std::size_t first = 0; first < samples; first += round) {
    const std::size_t last = std::min(samples, first + round);
    solveRound(set, first, last);
    throwIfInterrupted();
    collect(first, last, split);
    solved_ += last - first;
    if (done_ && dataset::isRoot(comm_)) done_(solved_);
  }
  if (!dataset::isRoot(comm_)) return {};
  split.samples = samples;
  split.features = static_cast<int>(problem_.inputs().size());
  split.outputs = static_cast<int>(outputs_);
  for (std::size_t sample = 0; sample < samples; ++sample) {
    const auto inputs = drawInputs(problem_.inputs(), options_.seed, set, sample);
    split.inputs.insert(split.inputs.end(), inputs.begin(), inputs.end());
  }
  return split;
}

void describe(const pde::ParametricProblem& problem, dataset::Dataset& data) {
  std::vector<double> lowest, highest;
  std::vector<std::string> inputUnits, targetUnits;
  for (const auto& input : problem.inputs()) {
    data.inputNames.push_back(input.name);
    inputUnits.push_back(input.unit);
    lowest.push_back(input.lowest);
    highest.push_back(input.highest);
  }
  for (const auto& quantity : problem.quantities()) {
    data.targetNames.push_back(quantity.name);
    targetUnits.push_back(quantity.unit);
  }
  data.provenance = {{"input_units", inputUnits},
                     {"target_units", targetUnits},
                     {"input_lowest", lowest},
                     {"input_highest", highest}};
}

} // namespace

void requireValid(const SamplingOptions& options) {
  requireCount("train", options.trainSamples, 1);
  requireCount("test", options.testSamples, 0);
}

std::vector<double> drawInputs(const std::vector<pde::Input>& inputs, std::uint64_t seed, int set,
                               std::size_t sample) {
  constexpr std::uint64_t firstStream = 16; // package dataset uses those below
  dataset::Random random(seed, firstStream + 2 * sample + static_cast<std::uint64_t>(set));
  std::vector<double> values;
  values.reserve(inputs.size());
  for (const auto& input : inputs) values.push_back(random.uniform(input.lowest, input.highest));
  return values;
}

dataset::Dataset solveSamples(pde::ParametricProblem& problem, const SamplingOptions& options,
                              const Teuchos::Comm<int>& comm, const std::function<void(std::size_t)>& done) {
  requireValid(options);
  RoundSolver solver(problem, options, comm, done);
  dataset::Dataset data;
  data.task = dataset::Task::Regression;
  data.inputShape = {static_cast<int>(problem.inputs().size())};
  describe(problem, data);
  data.train = solver.solve(0, options.trainSamples);
  data.test = solver.solve(1, options.testSamples);
  return data;
}

} // namespace terrace::program
