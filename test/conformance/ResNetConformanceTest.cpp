// The transfers, vectors and objectives of packages/resnet.
#include "../resnet/ObjectiveProblem.hpp"

#include <terrace/conformance/ObjectiveConformance.hpp>
#include <terrace/conformance/TransferConformance.hpp>
#include <terrace/conformance/VectorConformance.hpp>
#include <terrace/resnet/levels/StageTransfer.hpp>
#include <terrace/resnet/levels/TrajectoryTransfer.hpp>

namespace {

using namespace terrace::conformance;
using namespace terrace::resnet;

Network network(int blocks, MetricType metric = MetricType::L2, LossType loss = LossType::CrossEntropy,
                Lift lift = Lift::Activated) {
  Network network = reference::makeNetwork(3, blocks);
  network.metric = metric;
  network.loss = loss;
  network.lift = lift;
  return network;
}

ROL::Ptr<const ParameterSpace> space(const Network& network) {
  return ROL::makePtr<ParameterSpace>(network, Tpetra::getDefaultComm());
}

template <int fineBlocks, int coarseBlocks, Prolongation prolongation, MetricType metric>
struct Stages : TransferCase {
  Stages() {
    const auto fineSpace = space(network(fineBlocks, metric));
    const auto coarseSpace = space(network(coarseBlocks, metric));
    transfer = ROL::makePtr<StageTransfer>(fineSpace, coarseSpace, prolongation);
    fine = fineSpace->createVector();
    coarse = coarseSpace->createVector();
    tolerance = 1e-13;
  }
};

// Several stages, each coarsened in its own time.
template <Prolongation prolongation, MetricType metric>
struct SeveralStages : TransferCase {
  SeveralStages() {
    const auto spaceOf = [](const std::vector<int>& blocks) {
      Network network = reference::makeStages({4, 3, 2}, blocks);
      network.metric = metric;
      return space(network);
    };
    const auto fineSpace = spaceOf({12, 6, 3}), coarseSpace = spaceOf({4, 2, 3});
    transfer = ROL::makePtr<StageTransfer>(fineSpace, coarseSpace, prolongation);
    fine = fineSpace->createVector();
    coarse = coarseSpace->createVector();
    tolerance = 1e-13;
  }
};

// Stages of images.
template <Prolongation prolongation, MetricType metric>
struct ImageStages : TransferCase {
  ImageStages() {
    const auto spaceOf = [](const std::vector<int>& blocks) {
      Network network = reference::makeImages(StageKind::Single, {2, 4, 6}, {3, 5}, blocks);
      network.metric = metric;
      return space(network);
    };
    const auto fineSpace = spaceOf({6, 4}), coarseSpace = spaceOf({3, 1});
    transfer = ROL::makePtr<StageTransfer>(fineSpace, coarseSpace, prolongation);
    fine = fineSpace->createVector();
    coarse = coarseSpace->createVector();
    tolerance = 1e-13;
  }
};

// Iterates that go up by a fit.
template <bool images>
struct Trajectories : TransferCase {
  Trajectories() {
    const auto spaceOf = [](const std::vector<int>& blocks) {
      return space(images ? reference::makeImages(StageKind::Single, {2, 4, 6}, {3, 5}, blocks)
                          : reference::makeStages({4, 3}, blocks));
    };
    const auto fineSpace = spaceOf({6, 4}), coarseSpace = spaceOf({3, 1});
    const auto& net = fineSpace->network();
    transfer = ROL::makePtr<TrajectoryTransfer>(
        fineSpace, coarseSpace, reference::makeSamples(net, reference::makeData(net, 40, true)),
        ROL::makePtr<terrace::WorkCounter>(), 1e12);
    fine = fineSpace->createVector();
    coarse = coarseSpace->createVector();
    tolerance = 1e-13;
  }
};

// The same number of blocks on both levels, so that nothing tells their vectors apart.
template <Prolongation prolongation, MetricType metric>
struct EqualStages : Stages<12, 12, prolongation, metric> {
  EqualStages() { this->otherLevelsUnchecked = "Both levels have the same vectors."; }
};

constexpr auto constant = Prolongation::PiecewiseConstant, linear = Prolongation::PiecewiseLinear;
constexpr auto l2 = MetricType::L2, euclidean = MetricType::Euclidean;

using StageTransfers = ::testing::Types<
    EqualStages<constant, l2>, EqualStages<linear, l2>, EqualStages<constant, euclidean>,
    EqualStages<linear, euclidean>, Stages<24, 12, constant, l2>, Stages<24, 12, linear, l2>,
    Stages<24, 12, constant, euclidean>, Stages<24, 12, linear, euclidean>, Stages<12, 4, constant, l2>,
    Stages<12, 4, linear, l2>, Stages<12, 4, constant, euclidean>, Stages<12, 4, linear, euclidean>,
    Stages<12, 1, constant, l2>, Stages<12, 1, linear, l2>, Stages<12, 1, constant, euclidean>,
    Stages<12, 1, linear, euclidean>, SeveralStages<constant, l2>, SeveralStages<linear, l2>,
    SeveralStages<linear, euclidean>, ImageStages<constant, l2>, ImageStages<linear, l2>, Trajectories<false>,
    Trajectories<true>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Stage, TransferConformance, StageTransfers);

template <VectorKind kind, MetricType metric, int blocks>
struct Parameters : VectorCase {
  Parameters() {
    const auto own = space(network(blocks, metric));
    isDual = kind == VectorKind::Dual;
    tolerance = 2e-14;
    if (isDual)
      vector = own->createDualVector();
    else
      vector = own->createVector();
  }
};

// 400 blocks: sums go over many groups of entries, and pieces of them.
using ParameterVectors =
    ::testing::Types<Parameters<VectorKind::Primal, l2, 4>, Parameters<VectorKind::Dual, l2, 4>,
                     Parameters<VectorKind::Primal, euclidean, 4>, Parameters<VectorKind::Dual, euclidean, 4>,
                     Parameters<VectorKind::Primal, l2, 400>, Parameters<VectorKind::Dual, l2, 400>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Parameter, VectorConformance, ParameterVectors);

// Samples enough for three ranks, which get groups of 128.
struct NetworkCase : ObjectiveCase {
  NetworkCase(const Network& net, bool labels, const ObjectiveOptions& options = {})
      : problem(net, 300, labels, options) {
    objective = ROL::makePtrFromRef(problem.objective);
    point = problem.point(5);
    work = problem.work;
  }

  Problem problem;
};

struct Classification : NetworkCase {
  Classification() : NetworkCase(network(3), true) {}
};

struct LeastSquares : NetworkCase {
  LeastSquares() : NetworkCase(network(4, euclidean, LossType::LeastSquares, Lift::Linear), false) {}
};

struct SolvedOutput : NetworkCase {
  SolvedOutput()
      : NetworkCase(network(3, l2, LossType::LeastSquares, Lift::Linear), false,
                    {HessianKind::Exact, 0, 0, OutputLayer::Solved}) {
    batchesNotAveraged = "The output layer is fitted to each batch.";
  }
};

// Made for the first 200 of its samples, as on a coarse level.
struct OwnSamples : NetworkCase {
  OwnSamples()
      : NetworkCase(network(2, l2, LossType::CrossEntropy, Lift::Identity), true,
                    {HessianKind::Exact, 0, 200}) {}
};

struct SeveralStagesObjective : NetworkCase {
  SeveralStagesObjective() : NetworkCase(reference::makeStages({5, 3, 4}, {2, 3, 1}), true) {}
};

struct ImagesObjective : NetworkCase {
  ImagesObjective()
      : NetworkCase(reference::makeImages(StageKind::Single, {2, 4, 6}, {3, 5}, {2, 1}), true) {}
};

struct SymmetricImagesObjective : NetworkCase {
  SymmetricImagesObjective()
      : NetworkCase(reference::makeImages(StageKind::Symmetric, {1, 6, 4}, {4, 3}, {1, 2}), true) {}
};

// Groups of 128, 128 and 44 samples.
struct GhostBatchObjective : NetworkCase {
  GhostBatchObjective() : NetworkCase(net(), true) {
    batchesNotAveraged = "A batch has the statistics of its own samples.";
    // Where the third derivatives do not happen to be small along the suite's directions.
    point = problem.point(9);
  }
  static Network net() {
    auto network = reference::makeImages(StageKind::Basic, {2, 4, 6}, {3, 5}, {2, 1});
    for (Stage& stage : network.stages) stage.normalization = Normalization::GhostBatch;
    return network;
  }
};

struct GaussNewton : NetworkCase {
  GaussNewton() : NetworkCase(network(3), true, {HessianKind::GaussNewton}) {
    hessianInexact = "Gauss-Newton leaves out the second derivatives of the network.";
  }
};

using Objectives =
    ::testing::Types<Classification, LeastSquares, SolvedOutput, OwnSamples, SeveralStagesObjective,
                     ImagesObjective, SymmetricImagesObjective, GhostBatchObjective, GaussNewton>;
INSTANTIATE_TYPED_TEST_SUITE_P(Network, ObjectiveConformance, Objectives);

} // namespace
