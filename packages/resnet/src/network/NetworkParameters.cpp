#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/network/NetworkParameters.hpp>

#include <Teuchos_Array.hpp>

#include <limits>

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
  declareDouble(
      table, "Output Tikhonov", 1e-4,
      "Weight of the squared norm of the output layer, of a trained lift and of the layers between stages.",
      0.0, largestDouble);
}

void declareStages(ParameterList& table) {
  table.set("Widths", Teuchos::Array<int>(),
            "Neurons of a block of each stage of a Dense network, first stage first. Empty: one stage.");
  table.set("Channels", Teuchos::Array<int>(),
            "Channels of each stage of a Convolutional network, first stage first. Empty: one stage.");
  table.set("Blocks", Teuchos::Array<int>(),
            "Residual blocks of each stage. Empty: each stage has the Blocks of the list Network.");
  table.set("Final Times", Teuchos::Array<double>(),
            "End of each stage's time interval. Empty: each stage has the Final Time of the list Network.");
}

void declareInitialGuess(ParameterList& table) {
  declareChoice(
      table, "Type", "Smooth Random",
      "Smooth Random: blocks constant on Pieces equal parts of time, so that every depth starts from the "
      "same function; Random: every block its own numbers; File: the network in File, with other depths "
      "by prolongation and averages.",
      {"Smooth Random", "Random", "File"});
  declareString(
      table, "File", "",
      "Network that training starts from, relative to the deck: a model, a run directory, ONNX or a "
      "NumPy archive. It may have other numbers of blocks.");
  declareInt(table, "Pieces", 4, "Number of parts of a stage's time on which Smooth Random is constant.", 1,
             largestInt);
  declareDouble(table, "Scale", 1.0,
                "Weights and biases are normal with standard deviation Scale / sqrt(inputs of the layer); a "
                "trained lift and "
                "the layers between stages of a Dense network start from the identity plus 0.1 normal.",
                0.0, largestDouble);
  declareInt(table, "Seed", 1, "Seed of the random numbers; they do not depend on the number of ranks.", 0,
             largestInt);
}

} // namespace

Teuchos::RCP<const ParameterList> validNetworkParameters() {
  auto table = Teuchos::rcp(new ParameterList("Network"));
  declareChoice(
      *table, "Type", "Dense",
      "Dense: every neuron of a layer with every other; Convolutional: for images, convolutions of 3 "
      "x 3 pixels.",
      {"Dense", "Convolutional"});
  declareChoice(
      *table, "Block", "Single",
      "Residual block of a Convolutional network, h being the time step. Single: q + h sigma(W * q + "
      "b); Symmetric: q - h W^T * sigma(W * q + b).",
      {"Single", "Symmetric"});
  declareInt(*table, "Width", 8,
             "Neurons of a block, or channels; not used with Stages > Widths or Stages > Channels.", 1,
             largestInt);
  declareInt(*table, "Blocks", 32, "Number K of residual blocks, the time steps of the finest level.", 1,
             largestInt);
  declareDouble(*table, "Final Time", 4.0, "End T of the time interval; the time step is h = T / Blocks.",
                0.0, largestDouble, true);
  declareStages(table->sublist(
      "Stages", false,
      "Several stages, each with blocks of its own width, and an affine layer between two; in a "
      "Convolutional network the image is halved there, by means over 2 x 2 pixels. "
      "Without it there is one stage, of Width, Blocks and Final Time."));
  declareChoice(*table, "Activation", "Tanh",
                "Activation function of the blocks; SmoothReLU blends quadratically on |x| < 0.1.",
                {"Tanh", "ReLU", "SmoothReLU", "Sigmoid", "Identity"});
  declareChoice(
      *table, "Lift", "Linear",
      "First state: the input padded with zeros (Identity), Qx (Linear), or the activation of Qx + b "
      "(Activated); Q is a matrix, or a convolution of 3 x 3 pixels.",
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
  declareChoice(*table, "Output Layer", "Trained",
                "Trained: the solver finds the output layer with the other layers. Solved: each evaluation "
                "finds the best "
                "output layer for the other layers (variable projection). This needs Least Squares, costs a "
                "forward sweep (1/3 "
                "work unit) and saves many iterations; not for Adam and Stochastic Gradient.",
                {"Trained", "Solved"});
  declareRegularization(table->sublist("Regularization", false, "Terms added to the loss."));
  declareInitialGuess(table->sublist("Initial Guess", false, "Parameters at the start of the training."));
  return table;
}

SweepScalar sweepScalar(const ParameterList& network) {
  return network.get<std::string>("Sweep Precision") == "Single" ? SweepScalar::Float : SweepScalar::Double;
}

} // namespace terrace::resnet
