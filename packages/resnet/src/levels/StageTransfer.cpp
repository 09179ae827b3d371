#include <terrace/resnet/levels/StageTransfer.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>

namespace terrace::resnet {
namespace {

using Range = Kokkos::RangePolicy<DefaultExecution>;

// A sparse matrix that acts on blocks: row (output block) -> column (input block) -> weight.
using BlockMatrix = std::vector<std::map<int, double>>;

BlockMatrix constantProlongation(int coarseBlocks, int factor) {
  BlockMatrix matrix(static_cast<std::size_t>(coarseBlocks * factor));
  for (int row = 0; row < coarseBlocks * factor; ++row)
    matrix[static_cast<std::size_t>(row)][row / factor] = 1.0;
  return matrix;
}

BlockMatrix linearProlongation(int coarseBlocks, int factor) {
  BlockMatrix matrix = constantProlongation(coarseBlocks, factor);
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

BlockMatrix averaging(int coarseBlocks, int factor) {
  BlockMatrix matrix(static_cast<std::size_t>(coarseBlocks));
  for (int fine = 0; fine < coarseBlocks * factor; ++fine)
    matrix[static_cast<std::size_t>(fine / factor)][fine] = 1.0 / factor;
  return matrix;
}

BlockMatrix transposed(const BlockMatrix& matrix, int columns) {
  BlockMatrix result(static_cast<std::size_t>(columns));
  for (std::size_t row = 0; row < matrix.size(); ++row)
    for (const auto& [column, weight] : matrix[row])
      result[static_cast<std::size_t>(column)][static_cast<int>(row)] = weight;
  return result;
}

template <class View, class Values>
View toDevice(const std::string& label, const Values& values) {
  View view(label, values.size());
  const auto mirror = Kokkos::create_mirror_view(view);
  std::copy(values.begin(), values.end(), mirror.data());
  Kokkos::deep_copy(view, mirror);
  return view;
}

StageTransfer::BlockTable compress(const BlockMatrix& matrix) {
  std::vector<int> begin{0}, source;
  std::vector<double> weight;
  for (const auto& row : matrix) {
    for (const auto& [column, value] : row) {
      source.push_back(column);
      weight.push_back(value);
    }
    begin.push_back(static_cast<int>(source.size()));
  }
  StageTransfer::BlockTable table;
  table.begin = toDevice<decltype(table.begin)>("terrace::StageTransfer::begin", begin);
  table.source = toDevice<decltype(table.source)>("terrace::StageTransfer::source", source);
  table.weight = toDevice<decltype(table.weight)>("terrace::StageTransfer::weight", weight);
  return table;
}

// Owned entries of the output vector. Block k, entry r: scale * sum_e weight(e) in(source(e), r);
// lift and output: copied.
struct CombineBlocks {
  StageTransfer::BlockTable table;
  ConstParameterView in;
  ParameterView out;
  double scale;
  long firstOwned;
  long blocksBegin;
  long outBlocksEnd;
  long inBlocksEnd;
  long blockSize;

  KOKKOS_INLINE_FUNCTION void operator()(const long owned) const {
    const long i = firstOwned + owned;
    if (i < blocksBegin || i >= outBlocksEnd) {
      out(owned) = in(i < blocksBegin ? i : i - outBlocksEnd + inBlocksEnd);
      return;
    }
    const long k = (i - blocksBegin) / blockSize;
    const long r = (i - blocksBegin) % blockSize;
    double sum = 0;
    for (int e = table.begin(k); e < table.begin(k + 1); ++e)
      sum += table.weight(e) * in(blocksBegin + table.source(e) * blockSize + r);
    out(owned) = scale * sum;
  }
};

void checkLevels(const Network& fine, const Network& coarse) {
  if (fine.features != coarse.features || fine.outputs != coarse.outputs || fine.width != coarse.width ||
      fine.lift != coarse.lift || fine.metric != coarse.metric)
    throw std::invalid_argument(
        "StageTransfer: the networks of the two levels differ; expected the same features, "
        "outputs, width, lift and metric.");
  if (coarse.blocks < 1 || fine.blocks % coarse.blocks != 0)
    throw std::invalid_argument("StageTransfer: " + std::to_string(fine.blocks) + " fine and " +
                                std::to_string(coarse.blocks) +
                                " coarse blocks; expected a multiple of the coarse ones.");
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
  const int blocks = coarse->network().blocks;
  const int factor = fine->network().blocks / blocks;
  const BlockMatrix matrix = prolongation == Prolongation::PiecewiseConstant
                                 ? constantProlongation(blocks, factor)
                                 : linearProlongation(blocks, factor);
  prolongation_ = compress(matrix);
  restriction_ = compress(transposed(matrix, blocks));
  projection_ = compress(averaging(blocks, factor));
  const bool weighted = fine->network().metric == MetricType::L2;
  dualScale_ = weighted ? fine->network().step() / coarse->network().step() : 1.0;
  wholeFine_ = fine->createReplicated();
  wholeCoarse_ = coarse->createReplicated();
}

void StageTransfer::apply(const BlockTable& table, double blockScale, const ParameterSpace& outSpace,
                          ROL::Vector<double>& out, const ParameterSpace& inSpace,
                          const ROL::Vector<double>& in, bool primal,
                          ParameterSpace::MultiVector& whole) const {
  static const std::string label = "terrace::StageTransfer::combineBlocks";
  const auto& source = dynamic_cast<const ParameterVector&>(in);
  auto& target = dynamic_cast<ParameterVector&>(out);
  checkVector(source, inSpace, primal);
  checkVector(target, outSpace, primal);
  inSpace.replicate(source, whole);
  const auto view = Kokkos::subview(whole.getLocalViewDevice(Tpetra::Access::ReadOnly), Kokkos::ALL(), 0);
  const CombineBlocks combine{table,
                              view,
                              target.local(),
                              blockScale,
                              outSpace.firstOwned(),
                              outSpace.layout().blockOffset(0),
                              outSpace.layout().outputOffset(),
                              inSpace.layout().outputOffset(),
                              outSpace.layout().blockSize()};
  Kokkos::parallel_for(label, Range(0, static_cast<std::size_t>(outSpace.ownedCount())), combine);
}

void StageTransfer::prolong(ROL::Vector<double>& fine, const ROL::Vector<double>& coarse) const {
  apply(prolongation_, 1.0, *fine_, fine, *coarse_, coarse, true, *wholeCoarse_);
}

void StageTransfer::restrictDual(ROL::Vector<double>& coarse, const ROL::Vector<double>& fine) const {
  apply(restriction_, 1.0, *coarse_, coarse, *fine_, fine, false, *wholeFine_);
}

void StageTransfer::project(ROL::Vector<double>& coarse, const ROL::Vector<double>& fine) const {
  apply(projection_, 1.0, *coarse_, coarse, *fine_, fine, true, *wholeFine_);
}

void StageTransfer::prolongDual(ROL::Vector<double>& fine, const ROL::Vector<double>& coarse) const {
  apply(prolongation_, dualScale_, *fine_, fine, *coarse_, coarse, false, *wholeCoarse_);
}

} // namespace terrace::resnet
