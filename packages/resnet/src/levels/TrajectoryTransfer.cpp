#include "levels/LayerFit.hpp"
#include "parameters/DeviceCopies.hpp"
#include "plain/PlainLayers.hpp"

#include <terrace/resnet/levels/TrajectoryTransfer.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

namespace terrace::resnet {
namespace {

using detail::LayerFit;
using detail::PlainLayer;
using Numbers = std::vector<double>;
using States = std::vector<Numbers>; // one for each sample

// Measured: doc/measurements/ladder.md.
constexpr double stiffness = 0.012;
constexpr double mostUnits = 0.3; // of a climb
constexpr long leastSamples = 16;

bool canBeFitted(const Stage& stage) {
  return stage.kind == StageKind::Dense || stage.kind == StageKind::Single;
}

int fitSteps(const Stage& fine) {
  return fine.blocks > 32 ? 1 : 2;
}

LayerFit fitOf(const Network& network, const ParameterRun& run, long samples) {
  const Stage& stage = network.stages[static_cast<std::size_t>(run.stage)];
  const double h = stage.timeStep();
  return {network.activation, run.inputs() * run.taps(), samples * stage.shape.pixels(), stiffness / (h * h),
          fitSteps(stage)};
}

// Row by row what a layer of the stage multiplies: the state, or at each pixel what is under its stencil; and
// the 1 of the bias.
void fillRegressors(const States& states, const Stage& stage, Numbers& regressors) {
  const Shape& shape = stage.shape;
  const int half = stage.kind == StageKind::Dense ? 0 : 1;
  auto* entry = regressors.data();
  for (const Numbers& q : states)
    for (int y = 0; y < shape.height; ++y)
      for (int x = 0; x < shape.width; ++x) {
        for (int c = 0; c < shape.channels; ++c)
          for (int v = y - half; v <= y + half; ++v)
            for (int u = x - half; u <= x + half; ++u) {
              const bool inside = v >= 0 && v < shape.height && u >= 0 && u < shape.width;
              *entry++ = inside ? q[static_cast<std::size_t>((c * shape.height + v) * shape.width + u)] : 0.0;
            }
        *entry++ = 1;
      }
}

// The fine blocks follow the coarse network's states, block after block.
class Follower {
public:
  Follower(const ParameterSpace& fine, const ParameterSpace& coarse, const States& inputs)
      : fine_(fine), coarse_(coarse), now_(inputs), coarseNow_(inputs) {
    const Network& network = fine.network();
    if (network.lift != Lift::Identity) return;
    for (States* states : {&now_, &coarseNow_})
      advance(detail::PlainPadding<double>(network.firstShape().size()), {}, *states);
  }

  // Changes the interpolated parameters of the fine blocks.
  void follow(Numbers& fine, const Numbers& coarse) {
    const auto &fineRuns = fine_.layout().runs(), &coarseRuns = coarse_.layout().runs();
    for (std::size_t r = 0; fineRuns[r].role != ParameterRole::Output; ++r) {
      const Layers fineLayers = detail::makePlainLayers<double>(fine_.network(), fineRuns[r]);
      const Layers coarseLayers = detail::makePlainLayers<double>(coarse_.network(), coarseRuns[r]);
      if (fineRuns[r].role == ParameterRole::Block) {
        followStage(fineRuns[r], fineLayers, coarseLayers, fine, coarse);
      } else {
        for (const auto& layer : fineLayers) advance(*layer, fine, now_);
        for (const auto& layer : coarseLayers) advance(*layer, coarse, coarseNow_);
      }
    }
  }

private:
  using Layers = std::vector<std::unique_ptr<PlainLayer<double>>>;

  static void advance(const PlainLayer<double>& layer, const Numbers& theta, States& states) {
    states = layer.forwardGroup(theta, states);
  }

  void followStage(const ParameterRun& run, const Layers& fineLayers, const Layers& coarseLayers,
                   Numbers& fine, const Numbers& coarse) {
    const std::size_t factor = fineLayers.size() / coarseLayers.size();
    const Stage& stage = fine_.network().stages[static_cast<std::size_t>(run.stage)];
    LayerFit fit = fitOf(fine_.network(), run, static_cast<long>(now_.size()));
    for (std::size_t block = 0; block < fineLayers.size(); ++block) {
      const std::size_t left = factor - block % factor; // fine blocks until the end of the coarse one
      if (left == factor) advance(*coarseLayers[block / factor], coarse, coarseNow_);
      if (canBeFitted(stage))
        fitBlock(run, static_cast<int>(block), static_cast<double>(left) * stage.timeStep(), fit, fine);
      advance(*fineLayers[block], fine, now_);
    }
  }

  void fitBlock(const ParameterRun& run, int block, double time, LayerFit& fit, Numbers& fine) {
    const Stage& stage = fine_.network().stages[static_cast<std::size_t>(run.stage)];
    const auto& comm = *fine_.comm();
    fillRegressors(now_, stage, fit.regressors());
    const auto inputs = static_cast<std::size_t>(run.inputs() * run.taps());
    const auto outputs = static_cast<std::size_t>(run.outputs());
    double* group = fine.data() + run.groupOffset(block);
    Numbers fitted(static_cast<std::size_t>(run.size), 0.0), row(inputs + 1), target;
    for (auto i = static_cast<std::size_t>(comm.getRank()); i < outputs;
         i += static_cast<std::size_t>(comm.getSize())) {
      std::copy_n(group + i * inputs, inputs, row.begin());
      row.back() = group[outputs * inputs + i];
      setTarget(i, stage.shape.pixels(), time, target);
      fit.fitRow(target.data(), row.data());
      std::copy_n(row.begin(), inputs, fitted.begin() + static_cast<std::ptrdiff_t>(i * inputs));
      fitted[outputs * inputs + i] = row.back();
    }
    // Each entry is of one rank and zero on the others, so that the sum is exact.
    Teuchos::reduceAll(comm, Teuchos::REDUCE_SUM, static_cast<int>(run.size), fitted.data(), group);
  }

  // Velocity of channel or neuron i that leads to the coarse states in so much time.
  void setTarget(std::size_t i, int pixels, double time, Numbers& target) const {
    const auto count = static_cast<std::size_t>(pixels);
    target.clear();
    for (std::size_t s = 0; s < now_.size(); ++s)
      for (std::size_t p = i * count; p < (i + 1) * count; ++p)
        target.push_back((coarseNow_[s][p] - now_[s][p]) / time);
  }

  const ParameterSpace& fine_;
  const ParameterSpace& coarse_;
  States now_, coarseNow_;
};

// The inputs of the first samples, which all are on rank 0.
template <class Scalar>
States leadingInputs(const SampleSet& samples, long count) {
  const auto features = static_cast<std::size_t>(samples.features());
  Numbers all(static_cast<std::size_t>(count) * features);
  if (samples.comm()->getRank() == 0) {
    const auto inputs =
        Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), samples.arrays<Scalar>().inputs);
    for (std::size_t s = 0; s < static_cast<std::size_t>(count); ++s)
      for (std::size_t i = 0; i < features; ++i) all[s * features + i] = static_cast<double>(inputs(i, s));
  }
  Teuchos::broadcast(*samples.comm(), 0, static_cast<int>(all.size()), all.data());
  States result;
  for (auto begin = all.begin(); begin != all.end(); begin += samples.features())
    result.emplace_back(begin, begin + samples.features());
  return result;
}

} // namespace

TrajectoryTransfer::TrajectoryTransfer(const ROL::Ptr<const ParameterSpace>& fine,
                                       const ROL::Ptr<const ParameterSpace>& coarse, const SampleSet& samples,
                                       ROL::Ptr<WorkCounter> work, double flopsOfUnit)
    : StageTransfer(fine, coarse, Prolongation::PiecewiseLinear), work_(std::move(work)),
      flopsOfUnit_(flopsOfUnit) {
  const long count = affordableSamples(samples.globalCount());
  if (count == 0) return;
  inputs_ = samples.scalar() == SweepScalar::Double ? leadingInputs<double>(samples, count)
                                                    : leadingInputs<float>(samples, count);
}

// The way through both networks, a third of a sweep each, and the fits.
double TrajectoryTransfer::flopsOfFit(long samples) const {
  const Network& fine = fineSpace().network();
  double flops =
      static_cast<double>(samples) * (fine.flopsPerSample() + coarseSpace().network().flopsPerSample()) / 3;
  for (const ParameterRun& run : fineSpace().layout().runs())
    if (run.role == ParameterRole::Block && canBeFitted(fine.stages[static_cast<std::size_t>(run.stage)]))
      flops += run.count * run.outputs() * fitOf(fine, run, samples).flopsOfRow();
  return flops;
}

// 0 if a fit would have too few.
long TrajectoryTransfer::affordableSamples(long available) const {
  long samples = std::min<long>(available, samplesOfGroup);
  while (samples >= leastSamples && flopsOfFit(samples) > mostUnits * flopsOfUnit_) --samples;
  return samples >= leastSamples ? samples : 0;
}

void TrajectoryTransfer::prolongIterate(ROL::Vector<double>& fine, const ROL::Vector<double>& coarse) const {
  prolong(fine, coarse);
  if (inputs_.empty()) return;
  auto& target = dynamic_cast<ParameterVector&>(fine);
  Numbers parameters = fineSpace().gatherToAll(target);
  Follower(fineSpace(), coarseSpace(), inputs_)
      .follow(parameters, coarseSpace().gatherToAll(dynamic_cast<const ParameterVector&>(coarse)));
  fineSpace().assign(parameters, target);
  work_->addOther(flopsOfFit(static_cast<long>(inputs_.size())) / flopsOfUnit_);
}

} // namespace terrace::resnet
