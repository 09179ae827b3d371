#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/network/NetworkParameters.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <Teuchos_Array.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

namespace terrace::resnet {
namespace {

using Teuchos::ParameterList;

constexpr int largestInt = std::numeric_limits<int>::max();
constexpr double largestDouble = std::numeric_limits<double>::max();

void declareRegularization(ParameterList& table) {
  declareDouble(table, "Tikhonov", 1e-4,
                "Weight beta of the squared norm of the blocks, integrated over time.", 0.0, largestDouble);
  declareDouble(table, "Smoothness", 1e-4,
                "Weight gamma of the squared time derivative of the blocks, integrated over time.", 0.0,
                largestDouble);
  declareDouble(table, "Output Tikhonov", 1e-4,
                "Weight of the squared norm of the output layer and of a trained lift.", 0.0, largestDouble);
}

void declareInitialGuess(ParameterList& table) {
  declareChoice(
      table, "Type", "Smooth Random",
      "Smooth Random: blocks constant on Pieces equal parts of time, so that every depth starts from the "
      "same function; Random: every block its own numbers.",
      {"Smooth Random", "Random"});
  declareInt(table, "Pieces", 4, "Number of parts of (0, Final Time) on which Smooth Random is constant.", 1,
             largestInt);
  declareDouble(
      table, "Scale", 1.0,
      "Weights and biases are normal with standard deviation Scale / sqrt(Width); a trained lift starts "
      "from the identity plus 0.1 normal.",
      0.0, largestDouble);
  declareInt(table, "Seed", 1, "Seed of the random numbers; they do not depend on the number of ranks.", 0,
             largestInt);
}

template <class Number>
std::string text(Number value) {
  std::ostringstream stream;
  stream << value;
  return stream.str();
}

std::vector<double> checkedFractions(const Teuchos::Array<double>& fractions, int levels) {
  if (fractions.empty()) return std::vector<double>(static_cast<std::size_t>(levels), 1.0);
  const std::string name = "Levels: \"Sample Fractions\" ";
  if (static_cast<int>(fractions.size()) < levels)
    throw ParameterError(name + "has " + text(fractions.size()) + " entries; expected one for each of the " +
                         text(levels) + " levels.");
  for (int level = 0; level < levels; ++level) {
    const double fraction = fractions[level];
    if (!(fraction > 0.0 && fraction <= 1.0))
      throw ParameterError(name + "has the entry " + text(fraction) + "; expected values in (0, 1].");
    if (level == 0 && fraction != 1.0)
      throw ParameterError(name + "begins with " + text(fraction) +
                           "; expected 1.0, the finest level has all samples.");
    if (level > 0 && fraction > fractions[level - 1])
      throw ParameterError(name + "grows from " + text(fractions[level - 1]) + " to " + text(fraction) +
                           "; expected values that do not grow, finest level first.");
  }
  return {fractions.begin(), fractions.begin() + levels};
}

void checkDepths(const LevelOptions& options, int blocks) {
  long divisor = 1;
  for (int level = 1; level < options.levels; ++level) {
    divisor *= options.depthCoarsening;
    if (divisor <= blocks && blocks % divisor == 0) continue;
    throw ParameterError("Network: \"Blocks\" = " + text(blocks) + " cannot be divided by Depth Coarsening^" +
                         text(level) + " = " + text(divisor) +
                         "; expected a multiple of it, or \"Number of Levels\" <= " + text(level) +
                         ", or another \"Depth Coarsening\" (1: all levels have all blocks).");
  }
}

} // namespace

Teuchos::RCP<const ParameterList> validNetworkParameters() {
  auto table = Teuchos::rcp(new ParameterList("Network"));
  declareChoice(*table, "Type", "Dense", "Kind of the blocks.", {"Dense"});
  declareInt(*table, "Width", 8, "Neurons of a block.", 1, largestInt);
  declareInt(*table, "Blocks", 32, "Number K of residual blocks, the time steps of the finest level.", 1,
             largestInt);
  declareDouble(*table, "Final Time", 4.0, "End T of the time interval; the step size is h = T / Blocks.",
                0.0, largestDouble, true);
  declareChoice(*table, "Activation", "Tanh",
                "Activation function of the blocks; SmoothReLU blends quadratically on |x| < 0.1.",
                {"Tanh", "ReLU", "SmoothReLU", "Sigmoid", "Identity"});
  declareChoice(
      *table, "Lift", "Linear",
      "First state: the input padded with zeros (Identity), Qx (Linear), or the activation of Qx + b "
      "(Activated).",
      {"Identity", "Linear", "Activated"});
  declareChoice(
      *table, "Loss", "Cross Entropy",
      "Loss, averaged over the samples: Cross Entropy of the softmax (classification only), or Least Squares "
      "(half the squared distance from the targets, or from the unit vector of the class).",
      {"Cross Entropy", "Least Squares"});
  declareChoice(*table, "Metric", "L2",
                "Inner product of the parameters: L2 in time (weight h on the blocks), or Euclidean.",
                {"L2", "Euclidean"});
  declareChoice(
      *table, "Sweep Precision", "Double",
      "Precision of the states in a sweep over the samples; parameters and sums over the samples are "
      "double in both. Single is up to twice as fast and leaves relative errors of about 1e-6 in value "
      "and gradient: a run that gets there ends and says so.",
      {"Double", "Single"});
  declareChoice(
      *table, "Hessian", "Exact",
      "Hessian products for the solvers that use them: exact (8/3 of a sweep each), or Gauss-Newton, "
      "which leaves out the network's curvature and is positive semidefinite (5/3).",
      {"Exact", "Gauss-Newton"});
  declareChoice(
      *table, "Output Layer", "Trained",
      "Trained with the other layers, or, for Least Squares, Solved: at each evaluation the best one for the "
      "other layers, which alone are the solver's unknowns (variable projection). It costs a forward sweep "
      "(1/3 work unit) and far fewer iterations are needed; not for Adam and Stochastic Gradient.",
      {"Trained", "Solved"});
  declareRegularization(table->sublist("Regularization", false, "Terms added to the loss."));
  declareInitialGuess(table->sublist("Initial Guess", false, "Parameters at the start of the training."));
  return table;
}

Teuchos::RCP<const ParameterList> validLevelParameters() {
  auto table = Teuchos::rcp(new ParameterList("Levels"));
  declareInt(*table, "Number of Levels", 1, "Levels of the hierarchy, the given network included.", 1, 64);
  declareInt(*table, "Depth Coarsening", 2,
             "Factor by which the blocks decrease from one level to the next; 1: all levels have all blocks.",
             1, largestInt);
  table->set(
      "Sample Fractions", Teuchos::Array<double>(),
      "Fraction of the samples on each level, finest (1.0) first; nested subsets. Empty: all levels use all "
      "samples.");
  declareInt(
      *table, "Least Samples", 150,
      "A coarse level has at least this many samples, or all if there are fewer, whatever its fraction "
      "says: too few are learned by heart, and what is carried up is worth little. With dynamic sampling "
      "that holds when the batch is everything; before, a level has the same share of the batch.",
      1, largestInt);
  declareChoice(*table, "Prolongation", "Piecewise Linear",
                "Interpolation in time from a level to the next finer one.",
                {"Piecewise Linear", "Piecewise Constant"});
  return table;
}

// The tolerance keeps 0.05 * 100 = 5.000000000000001 from becoming 6 samples.
long LevelOptions::samples(int level, long count) const {
  const double wanted = sampleFractions[static_cast<std::size_t>(level)] * static_cast<double>(count);
  const auto share = static_cast<long>(std::ceil(wanted - 1e-9 * wanted));
  return std::min(std::max<long>(share, leastSamples), count);
}

int LevelOptions::blocks(int level, int finestBlocks) const {
  for (; level > 0; --level) finestBlocks /= depthCoarsening;
  return finestBlocks;
}

SweepScalar sweepScalar(const ParameterList& network) {
  return network.get<std::string>("Sweep Precision") == "Single" ? SweepScalar::Float : SweepScalar::Double;
}

LevelOptions LevelOptions::fromParameters(const ParameterList& levelList, int blocks) {
  ParameterList list(levelList);
  validateParameters(list, *validLevelParameters(), "Levels");
  LevelOptions options;
  options.levels = list.get<int>("Number of Levels");
  options.depthCoarsening = list.get<int>("Depth Coarsening");
  options.sampleFractions =
      checkedFractions(list.get<Teuchos::Array<double>>("Sample Fractions"), options.levels);
  options.leastSamples = list.get<int>("Least Samples");
  options.prolongation = list.get<std::string>("Prolongation") == "Piecewise Constant"
                             ? Prolongation::PiecewiseConstant
                             : Prolongation::PiecewiseLinear;
  checkDepths(options, blocks);
  return options;
}

} // namespace terrace::resnet
