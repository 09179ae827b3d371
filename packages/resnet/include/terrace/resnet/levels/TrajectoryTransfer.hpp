#pragma once

#include <terrace/multilevel/hierarchy/WorkCounter.hpp>
#include <terrace/resnet/levels/StageTransfer.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <vector>

namespace terrace::resnet {

/// A StageTransfer whose iterates go up by a fit to what the coarse network does.
///
/// Interpolated weights send samples elsewhere than the coarse network's did: what a long time step made of a
/// state is not what several shorter ones make of it, and the loss jumps. So the fine blocks are fitted one
/// after another to the coarse states \f$q_k\f$ of some samples. Let \f$\tilde q\f$ be the fine network's
/// state so far, at block j = 0..c-1 of the c fine ones of coarse block k. The velocity that leads to the
/// coarse network's next state is \f$t = (q_{k+1} - \tilde q) / ((c-j) h)\f$, and the block's parameters
/// minimise
/// \f[ \mathrm{mean}\,\|\sigma(W\tilde q + b) - t\|^2 + \frac{0.012}{h^2} \|(W,b) - (W_0,b_0)\|^2 \f]
/// with the interpolated ones as \f$(W_0, b_0)\f$: by two Gauss-Newton steps, one if the stage has more than
/// 32 blocks, for each row of W alone. A row whose sum does not fall keeps its interpolation.
///
/// Blocks of other kinds than Dense and Single keep theirs. The samples are the first of the finest level,
/// at most 128 and so few that a fit costs at most 0.3 work units; if that leaves fewer than 16, all blocks
/// are interpolated. The rows of a block are shared out among the ranks; the result is the same on any
/// number of them.
class TrajectoryTransfer : public StageTransfer {
public:
  /// \param samples      of the finest level, in the run's order.
  /// \param work         what a climb costs is added to it; not null.
  /// \param flopsOfUnit  floating-point operations of a work unit.
  /// \throws std::invalid_argument as StageTransfer does.
  TrajectoryTransfer(const ROL::Ptr<const ParameterSpace>& fine, const ROL::Ptr<const ParameterSpace>& coarse,
                     const SampleSet& samples, ROL::Ptr<WorkCounter> work, double flopsOfUnit);

  void prolongIterate(ROL::Vector<double>& fine, const ROL::Vector<double>& coarse) const override;

private:
  double flopsOfFit(long samples) const;
  long affordableSamples(long available) const;

  ROL::Ptr<WorkCounter> work_;
  double flopsOfUnit_;
  std::vector<std::vector<double>> inputs_; ///< Of the samples, on all ranks.
};

} // namespace terrace::resnet
