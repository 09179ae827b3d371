// ONNX files that others wrote: what is read, and what is refused with which words.
#include "TemporaryDirectory.hpp"
#include "exchange/OnnxFile.hpp"
#include "exchange/OnnxGraph.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>

using namespace terrace::program;
using terrace::resnet::Activation;
using terrace::resnet::Lift;
using terrace::resnet::Normalization;
using terrace::resnet::StageKind;
using terrace::test::TemporaryDirectory;

namespace {

using Values = std::vector<double>;

// A network as another program would write it: 2 inputs, 2 neurons, blocks of h = 0.5, 1 output.
class ForeignOnnx : public ::testing::Test {
protected:
  OnnxGraph& graph() { return graph_; }

  std::string matrix(const std::string& x, const std::string& name, std::int64_t inputs,
                     std::int64_t outputs) {
    return graph_.node("MatMul",
                       {x, graph_.constant(name + "_W", {inputs, outputs}, numbers(inputs * outputs))}, name);
  }
  std::string biased(const std::string& x, const std::string& name, std::int64_t inputs,
                     std::int64_t outputs) {
    return graph_.node("Add",
                       {matrix(x, name + "_product", inputs, outputs),
                        graph_.constant(name + "_b", {outputs}, numbers(outputs))},
                       name);
  }
  std::string block(const std::string& q, const std::string& name, double h = 0.5,
                    const std::string& sigma = "Tanh", const std::string& sum = "Add") {
    const auto a = graph_.node(sigma, {biased(q, name + "_z", 2, 2)}, name + "_a");
    const auto step = graph_.node("Mul", {a, graph_.constant(name + "_h", h)}, name + "_step");
    return graph_.node(sum, {q, step}, name);
  }
  void output(const std::string& q, std::int64_t columns = 1) {
    biased(q, "y", 2, columns);
    graph_.declareOutput("y", {columns});
  }

  PortableModel read() {
    if (model_.graph().input_size() == 0) graph_.declareInput("x", {2});
    model_.set_ir_version(8);
    if (model_.opset_import_size() == 0) model_.add_opset_import()->set_version(13);
    std::ofstream out(path_, std::ios::binary);
    EXPECT_TRUE(model_.SerializeToOstream(&out));
    out.close();
    return readOnnx(path_);
  }

  void expectRejection(const std::string& part) {
    try {
      read();
      FAIL() << "no error";
    } catch (const std::invalid_argument& error) {
      const std::string text = error.what();
      EXPECT_EQ(text.rfind(path_ + ": ", 0), 0U) << text;
      EXPECT_NE(text.find(part), std::string::npos) << text;
    }
  }

  Values numbers(std::int64_t count) {
    Values values;
    for (std::int64_t i = 0; i < count; ++i) values.push_back(++last_);
    return values;
  }

  TemporaryDirectory directory_;
  std::string path_ = directory_.file("foreign.onnx");
  onnx::ModelProto model_;
  OnnxGraph graph_{*model_.mutable_graph(), Precision::Double};
  double last_ = 0;
};

} // namespace

TEST_F(ForeignOnnx, ReadsProductsWithTransposedWeightsAndBiasesBesideThem) {
  output(block(block(matrix("x", "lift", 2, 2), "one"), "two"));
  const auto model = read();
  const auto network = model.description.makeNetwork();
  EXPECT_EQ(network.lift, Lift::Linear);
  EXPECT_EQ(network.activation, Activation::Tanh);
  EXPECT_EQ(network.stages.size(), 1U);
  EXPECT_EQ(network.stages[0].blocks, 2);
  EXPECT_DOUBLE_EQ(network.stages[0].finalTime, 1.0);
  EXPECT_EQ(model.description.task, terrace::dataset::Task::Regression);
  const Values expected{1, 3, 2, 4, 5, 7, 6, 8, 9, 10};
  EXPECT_EQ(Values(model.parameters.begin(), model.parameters.begin() + 10), expected);
}

TEST_F(ForeignOnnx, TakesBlocksWithoutATimeStepAndWithoutAFirstLayer) {
  const auto a = graph().node("Relu", {biased("x", "z", 2, 2)}, "a");
  output(graph().node("Add", {a, "x"}, "q"));
  const auto network = read().description.makeNetwork();
  EXPECT_EQ(network.lift, Lift::Identity);
  EXPECT_EQ(network.activation, Activation::ReLU);
  EXPECT_DOUBLE_EQ(network.stages[0].finalTime, 1.0);
}

TEST_F(ForeignOnnx, PutsOperationsOnColumnsTogetherToOneMap) {
  const auto scaled = graph().node("Mul", {"x", graph().constant("m", {2}, {4, 0.5})}, "scaled");
  const auto shifted = graph().node("Add", {scaled, graph().constant("t", 3)}, "shifted");
  biased(block(shifted, "one"), "raw", 2, 1);
  const auto less = graph().node("Sub", {"raw", graph().constant("s", {1}, {1})}, "less");
  graph().node("Div", {less, graph().constant("d", 4)}, "y");
  graph().declareOutput("y", {1});
  const auto model = read();
  EXPECT_EQ(model.description.inputs.scale, (Values{0.25, 2})); // 4 x + 3 = (x + 0.75) / 0.25
  EXPECT_EQ(model.description.inputs.shift, (Values{-0.75, -6}));
  EXPECT_EQ(model.description.targets.scale, Values{0.25}); // (y - 1) / 4
  EXPECT_EQ(model.description.targets.shift, Values{-0.25});
}

TEST_F(ForeignOnnx, TakesASoftmaxForClassification) {
  biased(block("x", "one"), "logits", 2, 3);
  graph().node("Softmax", {"logits"}, "y");
  graph().declareOutput("y", {3});
  EXPECT_EQ(read().description.task, terrace::dataset::Task::Classification);
}

TEST_F(ForeignOnnx, RefusesANodeThatNoLayerHasByItsName) {
  graph().node("LSTM", {block("x", "one")}, "memory");
  expectRejection("node LSTM (memory) is not what Terrace's networks have after \"one\"");
}

TEST_F(ForeignOnnx, RefusesOtherActivations) {
  output(block("x", "one", 0.5, "Gelu"));
  expectRejection("node Gelu (one_a) is in the branch of a block");
}

TEST_F(ForeignOnnx, RefusesTwoActivations) {
  output(block(block("x", "one"), "two", 0.5, "Relu"));
  expectRejection("belongs to the activation ReLU and another layer has Tanh");
}

TEST_F(ForeignOnnx, RefusesTimeStepsThatDiffer) {
  output(block(block("x", "one"), "two", 0.25));
  expectRejection("time steps 0.500000 and 0.250000; expected equal ones");
}

TEST_F(ForeignOnnx, RefusesABiasedFirstLayerWithoutActivation) {
  output(block(biased("x", "lift", 2, 2), "one"));
  expectRejection("first layer with a bias and without an activation");
}

TEST_F(ForeignOnnx, RefusesABlockThatSubtracts) {
  output(block("x", "one", 0.5, "Tanh", "Sub"));
  expectRejection("node Sub (one) subtracts the branch of a block");
}

TEST_F(ForeignOnnx, RefusesNetworksWithoutBlocks) {
  output(graph().node("Tanh", {biased("x", "hidden", 2, 2)}, "a"));
  expectRejection("has no residual block");
}

TEST_F(ForeignOnnx, RefusesTwoInputs) {
  graph().declareInput("x", {2});
  graph().declareInput("other", {2});
  output(block("x", "one"));
  expectRejection("has the inputs \"x\" and \"other\"; expected one");
}

TEST_F(ForeignOnnx, RefusesAnInputWithoutExtents) {
  graph().declareInput("x", {0});
  output(block("x", "one"));
  expectRejection("its input \"x\" does not have the shape samples x features");
}

TEST_F(ForeignOnnx, RefusesNumbersThatAreElsewhere) {
  output(block("x", "one"));
  model_.mutable_graph()->mutable_initializer(0)->set_data_location(onnx::TensorProto_DataLocation_EXTERNAL);
  expectRejection("keeps the numbers of \"one_z_product_W\" in another file");
}

TEST_F(ForeignOnnx, RefusesNumbersThatAreNotFinite) {
  graph().constant("bad", {2}, {1, std::nan("")});
  output(block(graph().node("Sub", {"x", "bad"}, "shifted"), "one"));
  expectRejection("\"bad\" has a number that is not finite");
}

TEST_F(ForeignOnnx, RefusesATensorWithFewerNumbersThanItSays) {
  output(block("x", "one"));
  model_.mutable_graph()->mutable_initializer(0)->set_dims(0, 3);
  expectRejection("has 4 numbers; expected 6, as its dimensions say");
}

TEST_F(ForeignOnnx, RefusesNodesWithoutAnOutputOrWithTooFewInputs) {
  output(block("x", "one"));
  auto& nodes = *model_.mutable_graph()->mutable_node();
  const auto step =
      std::find_if(nodes.begin(), nodes.end(), [](const auto& n) { return n.op_type() == "Mul"; });
  step->clear_output();
  expectRejection("has no output.");
  step->add_output("one_step");
  step->mutable_input()->RemoveLast();
  expectRejection("node Mul (one_step) lacks inputs; expected at least 2.");
}

TEST_F(ForeignOnnx, RefusesNodesThatGoInACircle) {
  output(block(block("x", "one"), "two"));
  auto& nodes = *model_.mutable_graph()->mutable_node();
  const auto sum =
      std::find_if(nodes.begin(), nodes.end(), [](const auto& n) { return n.output(0) == "one"; });
  sum->set_input(0, "two");
  expectRejection("node Add (one) takes \"two\" before it is made; expected the nodes in order.");
  sum->set_input(0, "x");
  sum->set_output(0, "two");
  expectRejection("makes \"two\", which another node makes too.");
}

TEST_F(ForeignOnnx, RefusesOldOperators) {
  output(block("x", "one"));
  model_.add_opset_import()->set_version(9);
  expectRejection("has operators of opset 9; expected 11 or more");
}

TEST_F(ForeignOnnx, RefusesOtherFiles) {
  directory_.write("foreign.onnx", "This is no protocol buffer.");
  EXPECT_THROW(readOnnx(path_), std::invalid_argument);
  output(block("x", "one"));
  read();
  const auto bytes = terrace::test::readFile(path_);
  directory_.write("foreign.onnx", bytes.substr(0, bytes.size() / 2));
  EXPECT_THROW(readOnnx(path_), std::invalid_argument);
}

namespace {

// Images of 8 channels and 2 x 4 pixels as another program would write them; no first layer, 1 output.
class ForeignOnnxImages : public ForeignOnnx {
protected:
  using Dimensions = OnnxGraph::Dimensions;
  static constexpr std::int64_t channels = 8;

  ForeignOnnxImages() { graph().declareInput("x", {channels, 2, 4}); }

  std::string convolution(const std::string& x, const std::string& name, std::int64_t from, std::int64_t to,
                          std::int64_t side, const Values& bias = {}) {
    std::vector<std::string> arguments{
        x, graph().constant(name + "_W", {to, from, side, side}, numbers(from * to * side * side))};
    if (!bias.empty()) arguments.push_back(graph().constant(name + "_b", {to}, bias));
    graph().node("Conv", arguments, name);
    graph().attribute("pads", Dimensions(4, side / 2));
    return name;
  }
  std::string full(const std::string& x, const std::string& name, const Values& bias = {}) {
    return convolution(x, name, channels, channels, 3, bias);
  }
  std::string normalized(const std::string& x, const std::string& name, std::int64_t groups,
                         double epsilon = 1e-5) {
    graph().node("GroupNormalization",
                 {x, graph().constant(name + "_gain", {channels}, numbers(channels)),
                  graph().constant(name + "_shift", {channels}, numbers(channels))},
                 name);
    graph().attribute("num_groups", groups);
    graph().realAttribute("epsilon", epsilon);
    return name;
  }
  void finish(const std::string& branch, const std::string& q = "x") {
    graph().node("Add", {q, branch}, "sum");
    graph().node("GlobalAveragePool", {"sum"}, "means");
    graph().node("Flatten", {"means"}, "flat");
    graph().node("Gemm", {"flat", graph().constant("y_W", {channels, 1}, numbers(channels))}, "y");
    graph().declareOutput("y", {1});
  }
};

} // namespace

TEST_F(ForeignOnnxImages, ReadsBlocksOfTwoConvolutionsWithBiases) {
  const Values bias{1, 2, 3, 4, 5, 6, 7, 8};
  finish(full(graph().node("Relu", {full("x", "W", bias)}, "a"), "U"));
  const auto model = read();
  const auto network = model.description.makeNetwork();
  EXPECT_EQ(network.stages[0].kind, StageKind::Basic);
  EXPECT_EQ(network.stages[0].normalization, Normalization::None);
  EXPECT_EQ(network.activation, Activation::ReLU);
  const auto first = model.parameters.begin();
  EXPECT_EQ(Values(first + 576, first + 584), bias);
  EXPECT_EQ(Values(first + 584 + 576, first + 584 + 584), Values(8, 0.0)); // U has none
}

TEST_F(ForeignOnnxImages, ReadsBottlenecks) {
  const auto narrow = graph().node("Tanh", {convolution("x", "W", 8, 2, 1)}, "a");
  const auto inner = graph().node("Tanh", {convolution(narrow, "U", 2, 2, 3)}, "b");
  finish(convolution(inner, "V", 2, 8, 1));
  EXPECT_EQ(read().description.makeNetwork().stages[0].kind, StageKind::Bottleneck);
}

TEST_F(ForeignOnnxImages, ReadsNormalisationsOfGroups) {
  finish(normalized(full(graph().node("Relu", {normalized(full("x", "W"), "N", 4)}, "a"), "U"), "M", 4));
  const auto model = read();
  const auto stage = model.description.makeNetwork().stages[0];
  EXPECT_EQ(stage.normalization, Normalization::Group);
  EXPECT_EQ(stage.groups, 4);
  const auto first = model.parameters.begin() + 576; // behind W
  EXPECT_EQ(*first, *(first + 8) + 8);               // shifts were numbered after gains
}

TEST_F(ForeignOnnxImages, FoldsABatchNormalizationIntoTheConvolutionBeforeIt) {
  full("x", "W", Values(8, 1.0));
  graph().node("BatchNormalization",
               {"W", graph().constant("gain", {8}, Values(8, 3.0)),
                graph().constant("shift", {8}, Values(8, 0.5)), graph().constant("mean", {8}, Values(8, 2.0)),
                graph().constant("variance", {8}, Values(8, 4.0 - 1e-3))},
               "N");
  graph().realAttribute("epsilon", 1e-3);
  finish(full(graph().node("Relu", {"N"}, "a"), "U"));
  const auto model = read();
  EXPECT_EQ(model.description.makeNetwork().stages[0].normalization, Normalization::None);
  EXPECT_NEAR(model.parameters[0], 1.5 * 1, 1e-7); // 3 / sqrt(4) of the first number
  EXPECT_NEAR(model.parameters[576], -1.0, 1e-7);  // 1.5 (1 - 2) + 0.5
}

TEST_F(ForeignOnnxImages, RefusesABiasBeforeANormalisation) {
  finish(normalized(
      full(graph().node("Relu", {normalized(full("x", "W", Values(8, 1.0)), "N", 4)}, "a"), "U"), "M", 4));
  expectRejection("node GroupNormalization (N) normalises a convolution that has a bias; expected none");
}

TEST_F(ForeignOnnxImages, RefusesBlocksWithAndWithoutNormalisation) {
  finish(full(graph().node("Relu", {normalized(full("x", "W"), "N", 4)}, "a"), "U"));
  expectRejection("one convolution is normalised and another is not");
}

TEST_F(ForeignOnnxImages, RefusesTwoNumbersOfGroups) {
  finish(normalized(full(graph().node("Relu", {normalized(full("x", "W"), "N", 4)}, "a"), "U"), "M", 2));
  expectRejection("normalisations of 4 and 2 groups in a block; expected one number");
}

TEST_F(ForeignOnnxImages, RefusesOtherFloorsOfVariances) {
  finish(
      normalized(full(graph().node("Relu", {normalized(full("x", "W"), "N", 4, 1e-3)}, "a"), "U"), "M", 4));
  expectRejection("node GroupNormalization (N) adds 0.001000 to variances; expected 0.00001");
}

TEST_F(ForeignOnnxImages, RefusesOneConvolutionWithANormalisation) {
  finish(graph().node("Relu", {normalized(full("x", "W"), "N", 4)}, "a"));
  expectRejection("ends a block with one convolution and a normalisation");
}

TEST_F(ForeignOnnxImages, RefusesBlocksThatEndWithAnActivation) {
  finish(graph().node("Relu", {full(graph().node("Relu", {full("x", "W")}, "a"), "U")}, "b"));
  expectRejection("ends a block of several layers with an activation");
}

TEST_F(ForeignOnnxImages, RefusesOtherRowsOfConvolutions) {
  finish(convolution(graph().node("Relu", {convolution("x", "W", 8, 4, 3)}, "a"), "U", 4, 8, 3));
  expectRejection(
      "has a block of the convolutions 8 to 4 channels (3 x 3), 4 to 8 channels (3 x 3); expected 8 to 8");
}

TEST_F(ForeignOnnxImages, RefusesTwoKindsOfBlocks) {
  full("x", "S", Values(8, 1.0));
  graph().node("Add", {"x", graph().node("Relu", {"S"}, "s")}, "q");
  finish(full(graph().node("Relu", {full("q", "W")}, "a"), "U"), "q");
  expectRejection("has blocks of two kinds");
}
