#pragma once

#include <terrace/multilevel/hierarchy/TransferOperator.hpp>
#include <terrace/resnet/levels/LevelOptions.hpp>
#include <terrace/resnet/parameters/ParameterSpace.hpp>

#include <vector>

namespace terrace::resnet {

/// Transfer between a network and the same one with fewer blocks in its stages, each stage in its own time.
///
/// A coarse block stands for c fine ones, c = 1, 2, 3, ... The midpoints of the fine blocks have the offsets
/// \f$o_j = (j + \frac12)/c - \frac12\f$, j = 0..c-1, from the midpoint of the coarse block (in coarse time
/// steps):
///
/// - Piecewise Constant: \f$\theta^h_{ck+j} = \theta^H_k\f$.
/// - Piecewise Linear: \f$\theta^h_{ck+j} = \theta^H_k + o_j s_k\f$ with the slopes
///   \f$s_k = (\theta^H_{k+1} - \theta^H_{k-1})/2\f$, one-sided differences in the first and last block. It
///   is exact for linear functions of time, and because the offsets add up to zero, the average of the c fine
///   blocks is the coarse one; interpolation between the two nearest midpoints would not have that property.
///
/// Steps and differences of secant pairs are always prolonged by piecewise constants: what a coarse pair says
/// of the curvature is about equal changes of the c fine blocks.
///
/// The projection averages the c fine blocks. Lift, transitions and output are copied. All operators combine
/// whole groups of parameters by small sparse tables made once; a rank computes the entries that it owns from
/// a copy of the whole input vector, so that the two levels may be distributed in any way. No call allocates
/// anything of its own.
class StageTransfer : public TransferOperator<double> {
public:
  /// \throws std::invalid_argument if the two networks differ in more than the blocks, or the blocks of a
  /// stage do not divide.
  StageTransfer(const ROL::Ptr<const ParameterSpace>& fine, const ROL::Ptr<const ParameterSpace>& coarse,
                Prolongation prolongation);

  void prolong(ROL::Vector<double>& fine, const ROL::Vector<double>& coarse) const override;
  void restrictDual(ROL::Vector<double>& coarse, const ROL::Vector<double>& fine) const override;
  void project(ROL::Vector<double>& coarse, const ROL::Vector<double>& fine) const override;
  void prolongStep(ROL::Vector<double>& fine, const ROL::Vector<double>& coarse) const override;
  /// Blocks are scaled by the ratio of the metrics' weights, so that the Riesz representative is prolonged.
  void prolongDual(ROL::Vector<double>& fine, const ROL::Vector<double>& coarse) const override;

  /// Output group k of a run is the sum over e = begin(k)..begin(k+1)-1 of weight(e) times the input group
  /// source(e).
  struct GroupTable {
    Kokkos::View<int*, Device> begin;
    Kokkos::View<int*, Device> source;
    Kokkos::View<double*, Device> weight;
  };

protected:
  /// Of the fine level's parameters.
  const ParameterSpace& fineSpace() const { return *fine_; }
  /// Of the coarse level's parameters.
  const ParameterSpace& coarseSpace() const { return *coarse_; }

private:
  /// The operators on the parameters of one run.
  struct RunTables {
    GroupTable prolongation;
    GroupTable pairProlongation;
    GroupTable restriction;
    GroupTable projection;
    double dualScale;
  };
  using Table = GroupTable RunTables::*;
  struct Operation {
    Table table;
    bool scalesDuals;
    bool primal;
  };

  void apply(const Operation& operation, const ParameterSpace& outSpace, ROL::Vector<double>& out,
             const ParameterSpace& inSpace, const ROL::Vector<double>& in,
             ParameterSpace::MultiVector& whole) const;

  ROL::Ptr<const ParameterSpace> fine_;
  ROL::Ptr<const ParameterSpace> coarse_;
  std::vector<RunTables> runs_; ///< In the order of both layouts.
  Teuchos::RCP<ParameterSpace::MultiVector> wholeFine_;
  Teuchos::RCP<ParameterSpace::MultiVector> wholeCoarse_;
};

} // namespace terrace::resnet
