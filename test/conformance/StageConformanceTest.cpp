// The kinds of stages, alone and one after another.
#include "StageConformance.hpp"

namespace terrace::resnet {
namespace {

template <class S, Lift lift, Activation activation, LossType loss, int... widths>
struct DenseStages {
  using Scalar = S;
  static Network network() {
    std::vector<int> blocks(sizeof...(widths), 2);
    blocks.back() = 3;
    Network network = reference::makeStages({widths...}, blocks);
    network.lift = lift;
    network.activation = activation;
    network.loss = loss;
    return network;
  }
};

constexpr auto entropy = LossType::CrossEntropy, squares = LossType::LeastSquares;

// Narrow stages, and wide ones, whose layers are kept from one Hessian product to the next.
using Dense = ::testing::Types<DenseStages<double, Lift::Linear, Activation::Tanh, entropy, 1>,
                               DenseStages<double, Lift::Identity, Activation::Sigmoid, squares, 9>,
                               DenseStages<double, Lift::Activated, Activation::Tanh, entropy, 40>,
                               DenseStages<float, Lift::Activated, Activation::Tanh, squares, 17>,
                               DenseStages<double, Lift::Linear, Activation::Tanh, entropy, 12, 5>,
                               DenseStages<double, Lift::Identity, Activation::Sigmoid, squares, 3, 8, 20>,
                               DenseStages<double, Lift::Activated, Activation::Tanh, entropy, 36, 7, 40>,
                               DenseStages<float, Lift::Linear, Activation::Tanh, entropy, 33, 16, 8>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Dense, StageConformance, Dense);

// Convolutional stages; images that are not square, of one and of several channels, down to one row of
// pixels.
template <class S, StageKind kind, Lift lift, Activation activation, LossType loss, int inputs,
          int... channels>
struct ImageStages {
  using Scalar = S;
  static Network network() {
    std::vector<int> blocks(sizeof...(channels), 2);
    blocks.back() = 1;
    const Shape input = sizeof...(channels) == 1 ? Shape{inputs, 5, 3} : Shape{inputs, 4, 8};
    Network network = reference::makeImages(kind, input, {channels...}, blocks);
    network.lift = lift;
    network.activation = activation;
    network.loss = loss;
    return network;
  }
};

constexpr auto single = StageKind::Single, symmetric = StageKind::Symmetric;

using Images =
    ::testing::Types<ImageStages<double, single, Lift::Linear, Activation::Tanh, entropy, 1, 4>,
                     ImageStages<double, single, Lift::Activated, Activation::Tanh, entropy, 3, 5, 7>,
                     ImageStages<double, single, Lift::Identity, Activation::Sigmoid, squares, 2, 3, 8, 4>,
                     ImageStages<float, single, Lift::Activated, Activation::Tanh, squares, 1, 9, 4>,
                     ImageStages<double, symmetric, Lift::Linear, Activation::Tanh, entropy, 1, 4>,
                     ImageStages<double, symmetric, Lift::Activated, Activation::Sigmoid, squares, 3, 5, 7>,
                     ImageStages<float, symmetric, Lift::Identity, Activation::Tanh, entropy, 2, 8, 3, 4>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Images, StageConformance, Images);

// Blocks of several convolutions; 0 groups: they add biases.
template <class Stages, int groups>
struct Composite {
  using Scalar = typename Stages::Scalar;
  static Network network() {
    Network network = Stages::network();
    for (Stage& stage : network.stages) {
      stage.normalization = groups > 0 ? Normalization::Group : Normalization::None;
      stage.groups = std::max(groups, 1);
    }
    return network;
  }
};

constexpr auto basic = StageKind::Basic, bottleneck = StageKind::Bottleneck;

using Composites = ::testing::Types<
    Composite<ImageStages<double, basic, Lift::Linear, Activation::Tanh, entropy, 1, 4>, 0>,
    Composite<ImageStages<double, basic, Lift::Activated, Activation::Tanh, squares, 3, 5, 7>, 1>,
    Composite<ImageStages<float, basic, Lift::Identity, Activation::Sigmoid, entropy, 2, 8, 4>, 2>,
    Composite<ImageStages<double, bottleneck, Lift::Activated, Activation::Sigmoid, squares, 2, 4, 8>, 0>,
    Composite<ImageStages<double, bottleneck, Lift::Linear, Activation::Tanh, entropy, 1, 8, 16>, 2>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Composites, StageConformance, Composites);

// The samples of a group depend on each other; the numbers of samples of the suite leave groups of 1, 3, 4,
// 7, 40, 50, 60 and 64.
template <class Stages>
struct GhostBatch {
  using Scalar = typename Stages::Scalar;
  static Network network() {
    Network network = Stages::network();
    for (Stage& stage : network.stages) stage.normalization = Normalization::GhostBatch;
    return network;
  }
};

using GhostBatches = ::testing::Types<
    GhostBatch<ImageStages<double, basic, Lift::Linear, Activation::Tanh, entropy, 1, 4>>,
    GhostBatch<ImageStages<double, basic, Lift::Activated, Activation::Tanh, squares, 3, 5, 7>>,
    GhostBatch<ImageStages<float, basic, Lift::Identity, Activation::Sigmoid, entropy, 2, 8, 4>>,
    GhostBatch<ImageStages<double, bottleneck, Lift::Linear, Activation::Sigmoid, squares, 1, 8, 16>>,
    GhostBatch<ImageStages<float, bottleneck, Lift::Activated, Activation::Tanh, entropy, 2, 4, 8>>>;
INSTANTIATE_TYPED_TEST_SUITE_P(GhostBatches, StageConformance, GhostBatches);

} // namespace
} // namespace terrace::resnet
