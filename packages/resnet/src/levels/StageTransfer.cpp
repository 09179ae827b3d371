#include "parameters/DeviceCopies.hpp"

#include <terrace/resnet/levels/StageTransfer.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>

namespace terrace::resnet {
namespace {

using Range = Kokkos::RangePolicy<DefaultExecution, Kokkos::IndexType<long>>;

// A sparse matrix that acts on the groups of a run: row (output group) -> column (input group) -> weight.
using GroupMatrix = std::vector<std::map<int, double>>;

GroupMatrix constantProlongation(int coarseBlocks, int factor) {
  GroupMatrix matrix(static_cast<std::size_t>(coarseBlocks * factor));
  for (int row = 0; row < coarseBlocks * factor; ++row)
    matrix[static_cast<std::size_t>(row)][row / factor] = 1.0;
  return matrix;
}

GroupMatrix linearProlongation(int coarseBlocks, int factor) {
  GroupMatrix matrix = constantProlongation(coarseBlocks, factor);
  for (int k = 0; k < coarseBlocks && coarseBlocks > 1; ++k) {
    const int left = std::max(k - 1, 0);
    const int right = std::min(k + 1, coarseBlocks - 1);
    for (int j = 0; j < factor; ++j) {
      const double offset = (j + 0.5) / factor - 0.5;
      auto& row = matrix[static_cast<std::size_t>(k * factor + j)];
      row[right] += offset / (right - left);
      row[left] -= offset / (right - left);
    }
  }
  return matrix;
}

GroupMatrix averaging(int coarseBlocks, int factor) {
  GroupMatrix matrix(static_cast<std::size_t>(coarseBlocks));
  for (int fine = 0; fine < coarseBlocks * factor; ++fine)
    matrix[static_cast<std::size_t>(fine / factor)][fine] = 1.0 / factor;
  return matrix;
}

GroupMatrix transposed(const GroupMatrix& matrix, int columns) {
  GroupMatrix result(static_cast<std::size_t>(columns));
  for (std::size_t row = 0; row < matrix.size(); ++row)
    for (const auto& [column, weight] : matrix[row])
      result[static_cast<std::size_t>(column)][static_cast<int>(row)] = weight;
  return result;
}

StageTransfer::GroupTable compress(const GroupMatrix& matrix) {
  std::vector<int> begin{0}, source;
  std::vector<double> weight;
  for (const auto& row : matrix) {
    for (const auto& [column, value] : row) {
      source.push_back(column);
      weight.push_back(value);
    }
    begin.push_back(static_cast<int>(source.size()));
  }
  StageTransfer::GroupTable table;
  table.begin = toDevice("terrace::StageTransfer::begin", begin);
  table.source = toDevice("terrace::StageTransfer::source", source);
  table.weight = toDevice("terrace::StageTransfer::weight", weight);
  return table;
}

// Owned entries of one run of the output vector: group k, entry r: scale * sum_e weight(e) in(source(e), r).
struct CombineGroups {
  StageTransfer::GroupTable table;
  ConstParameterView in;
  ParameterView out;
  double scale;
  long firstOwned;
  long outBegin; ///< Of the run in the output vector.
  long inBegin;  ///< Of the run in the input vector.
  long groupSize;

  KOKKOS_INLINE_FUNCTION void operator()(const long i) const {
    const long k = (i - outBegin) / groupSize;
    const long r = (i - outBegin) % groupSize;
    double sum = 0;
    for (int e = table.begin(k); e < table.begin(k + 1); ++e)
      sum += table.weight(e) * in(inBegin + table.source(e) * groupSize + r);
    out(i - firstOwned) = scale * sum;
  }
};

bool differInMoreThanBlocks(const Network& fine, const Network& coarse) {
  if (fine.input != coarse.input || fine.outputs != coarse.outputs || fine.lift != coarse.lift ||
      fine.metric != coarse.metric || fine.stages.size() != coarse.stages.size())
    return true;
  for (std::size_t s = 0; s < fine.stages.size(); ++s)
    if (fine.stages[s].shape != coarse.stages[s].shape || fine.stages[s].kind != coarse.stages[s].kind)
      return true;
  return false;
}

void checkLevels(const Network& fine, const Network& coarse) {
  if (differInMoreThanBlocks(fine, coarse))
    throw std::invalid_argument(
        "StageTransfer: the networks of the two levels differ; expected the same input, "
        "outputs, stages' shapes, lift and metric.");
  for (std::size_t s = 0; s < fine.stages.size(); ++s) {
    const int fineBlocks = fine.stages[s].blocks, coarseBlocks = coarse.stages[s].blocks;
    if (coarseBlocks < 1 || fineBlocks % coarseBlocks != 0)
      throw std::invalid_argument("StageTransfer: " + std::to_string(fineBlocks) + " fine and " +
                                  std::to_string(coarseBlocks) + " coarse blocks of stage " +
                                  std::to_string(s + 1) + "; expected a multiple of the coarse ones.");
  }
}

void checkVector(const ParameterVector& x, const ParameterSpace& space, bool primal) {
  if (x.dimension() != space.layout().size())
    throw std::invalid_argument("StageTransfer: a vector has " + std::to_string(x.dimension()) +
                                " entries; expected " + std::to_string(space.layout().size()) +
                                " of its level.");
  if ((x.kind() == VectorKind::Primal) != primal)
    throw std::invalid_argument(primal ? "StageTransfer: a dual vector was passed; expected a primal one."
                                       : "StageTransfer: a primal vector was passed; expected a dual one.");
}

} // namespace

StageTransfer::StageTransfer(const ROL::Ptr<const ParameterSpace>& fine,
                             const ROL::Ptr<const ParameterSpace>& coarse, Prolongation prolongation)
    : fine_(fine), coarse_(coarse) {
  checkLevels(fine->network(), coarse->network());
  const auto& fineRuns = fine->layout().runs();
  const auto& coarseRuns = coarse->layout().runs();
  for (std::size_t r = 0; r < fineRuns.size(); ++r) {
    const int groups = coarseRuns[r].count, factor = fineRuns[r].count / groups;
    const GroupMatrix constant = constantProlongation(groups, factor);
    const GroupMatrix matrix =
        prolongation == Prolongation::PiecewiseConstant ? constant : linearProlongation(groups, factor);
    runs_.push_back({compress(matrix), compress(constant), compress(transposed(matrix, groups)),
                     compress(averaging(groups, factor)), fineRuns[r].metric / coarseRuns[r].metric});
  }
  wholeFine_ = fine->createReplicated();
  wholeCoarse_ = coarse->createReplicated();
}

void StageTransfer::apply(const Operation& operation, const ParameterSpace& outSpace,
                          ROL::Vector<double>& out, const ParameterSpace& inSpace,
                          const ROL::Vector<double>& in, ParameterSpace::MultiVector& whole) const {
  static const std::string label = "terrace::StageTransfer::combineGroups";
  const auto& source = dynamic_cast<const ParameterVector&>(in);
  auto& target = dynamic_cast<ParameterVector&>(out);
  checkVector(source, inSpace, operation.primal);
  checkVector(target, outSpace, operation.primal);
  inSpace.replicate(source, whole);
  const auto view = Kokkos::subview(whole.getLocalViewDevice(Tpetra::Access::ReadOnly), Kokkos::ALL(), 0);
  const ParameterView local = target.local();
  const long first = outSpace.firstOwned(), last = first + outSpace.ownedCount();
  for (std::size_t r = 0; r < runs_.size(); ++r) {
    const ParameterRun& run = outSpace.layout().runs()[r];
    const long begin = std::max(run.offset, first), end = std::min(run.end(), last);
    if (begin >= end) continue;
    const CombineGroups combine{runs_[r].*operation.table,
                                view,
                                local,
                                operation.scalesDuals ? runs_[r].dualScale : 1.0,
                                first,
                                run.offset,
                                inSpace.layout().runs()[r].offset,
                                run.size};
    Kokkos::parallel_for(label, Range(begin, end), combine);
  }
}

void StageTransfer::prolong(ROL::Vector<double>& fine, const ROL::Vector<double>& coarse) const {
  apply({&RunTables::prolongation, false, true}, *fine_, fine, *coarse_, coarse, *wholeCoarse_);
}

void StageTransfer::restrictDual(ROL::Vector<double>& coarse, const ROL::Vector<double>& fine) const {
  apply({&RunTables::restriction, false, false}, *coarse_, coarse, *fine_, fine, *wholeFine_);
}

void StageTransfer::project(ROL::Vector<double>& coarse, const ROL::Vector<double>& fine) const {
  apply({&RunTables::projection, false, true}, *coarse_, coarse, *fine_, fine, *wholeFine_);
}

void StageTransfer::prolongStep(ROL::Vector<double>& fine, const ROL::Vector<double>& coarse) const {
  apply({&RunTables::pairProlongation, false, true}, *fine_, fine, *coarse_, coarse, *wholeCoarse_);
}

void StageTransfer::prolongDual(ROL::Vector<double>& fine, const ROL::Vector<double>& coarse) const {
  apply({&RunTables::pairProlongation, true, false}, *fine_, fine, *coarse_, coarse, *wholeCoarse_);
}

} // namespace terrace::resnet
