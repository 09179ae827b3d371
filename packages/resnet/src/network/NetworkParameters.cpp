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
  declareChoice(table, "Type", "Smooth Random",
                "Smooth Random: blocks are constant on Pieces equal parts of time, so networks of "
                "every depth start from the same function. Random: each block has its own "
                "numbers. File: the network in File, with other depths by prolongation and averages.",
                {"Smooth Random", "Random", "File"});
  declareString(table, "File", "",
                "Network that training starts from, relative to the deck: a model, a run directory, "
                "ONNX or a NumPy archive. It may have other numbers of blocks.");
  declareInt(table, "Pieces", 4, "Number of parts of a stage's time on which Smooth Random is constant.", 1,
             largestInt);
  declareDouble(table, "Scale", 1.0,
                "Weights and biases are normal with standard deviation Scale / sqrt(inputs of the "
                "layer). In a Dense network a trained lift and the layers between stages start "
                "from the identity plus normal numbers with standard deviation 0.1.",
                0.0, largestDouble);
  declareInt(table, "Seed", 1, "Seed of the random numbers; they do not depend on the number of ranks.", 0,
             largestInt);
}

} // namespace

Teuchos::RCP<const ParameterList> validNetworkParameters() {
  auto table = Teuchos::rcp(new ParameterList("Network"));
  declareChoice(*table, "Type", "Dense",
                "Dense: each neuron of a layer acts on all of the next layer. Convolutional: for "
                "images, with convolutions of 3 x 3 pixels.",
                {"Dense", "Convolutional"});
  declareChoice(
      *table, "Block", "Single",
      "Residual block of a Convolutional network; h is the time step. Single: q + h sigma(W * q + b). "
      "Symmetric: q - h W^T * sigma(W * q + b). Basic: q + h N(U * sigma(N(W * q))). Bottleneck: to a "
      "quarter of the channels, a convolution there, and back, each with its N.",
      {"Single", "Symmetric", "Basic", "Bottleneck"});
  declareChoice(
      *table, "Normalization", "None",
      "N in Basic and Bottleneck blocks. None: N(z) = z + b. The others: g (z - mean) / deviation + b. "
      "Group: over the pixels and the channels of a group, in each sample. Ghost Batch: of each channel, "
      "over the pixels and the samples of a sample group (128 neighbours in the order of the samples, or of "
      "those in a batch); in prediction the averages over the training samples.",
      {"None", "Group", "Ghost Batch"});
  declareInt(
      *table, "Normalization Groups", 1,
      "Groups of channels of Normalization = Group; they divide the channels of each layer in a block.", 1,
      largestInt);
  declareInt(*table, "Width", 8,
             "Neurons of a block, or its channels. Stages > Widths and Stages > Channels "
             "replace it.",
             1, largestInt);
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
  declareDouble(*table, "Derivative Weight", 1.0,
                "Weight of the derivatives of a data set that has them (jacobians, or derivatives along "
                "directions) in the loss Least Squares, relative to the one at which a network that gives "
                "the mean of the targets has the same loss from derivatives as from values. 0: they are not "
                "used. For Dense networks.",
                0.0, largestDouble);
  declareInt(
      *table, "Derivative Directions", 4,
      "Directions of each training sample along which derivatives are compared: of Jacobians, random "
      "orthonormal ones, the same in the whole run; of others, the first ones. 0: all that there are. A "
      "sweep with k directions is 1 + k work units.",
      0, largestInt);
  declareChoice(*table, "Metric", "L2",
                "Inner product of the parameters: L2 in time (weight h on the blocks), or Euclidean.",
                {"L2", "Euclidean"});
  declareChoice(*table, "Sweep Precision", "Double",
                "Precision of the states in a sweep over the samples; parameters and sums over "
                "the samples are double in both. Single is up to twice as fast. Its relative "
                "errors are about 1e-6 in value and gradient; a run that reaches them ends and "
                "says so.",
                {"Double", "Single"});
  declareChoice(*table, "Hessian", "Exact",
                "Hessian products for the solvers that use them. Exact: 8/3 of a sweep each. "
                "Gauss-Newton: without the network's curvature, so positive semidefinite; 5/3 of "
                "a sweep each.",
                {"Exact", "Gauss-Newton"});
  declareChoice(
      *table, "Output Layer", "Automatic",
      "Trained: the solver finds the output layer with the other layers. Solved: each evaluation "
      "finds the best output layer for the other layers (variable projection). This costs a forward "
      "sweep (1/3 work unit), with Cross Entropy an iteration over the last states as well, and saves "
      "many steps in regression and with convolutional networks; not for Adam and Stochastic Gradient. "
      "Automatic: Solved with Least Squares and in Convolutional networks, where the solver sees all "
      "samples and Output Tikhonov is positive; else Trained.",
      {"Automatic", "Trained", "Solved"});
  declareRegularization(table->sublist("Regularization", false, "Terms added to the loss."));
  declareInitialGuess(table->sublist("Initial Guess", false, "Parameters at the start of the training."));
  return table;
}

SweepScalar sweepScalar(const ParameterList& network) {
  return network.get<std::string>("Sweep Precision") == "Single" ? SweepScalar::Float : SweepScalar::Double;
}

} // namespace terrace::resnet
