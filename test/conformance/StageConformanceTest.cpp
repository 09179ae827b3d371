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

} // namespace
} // namespace terrace::resnet
