#include "detail/DatasetChecks.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/dataset/MatrixShare.hpp>

#include <Teuchos_Comm.hpp>
#include <Teuchos_CommHelpers.hpp>
#include <Teuchos_DefaultMpiComm.hpp>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace terrace::dataset {
namespace {

// Rows [first(r), first(r + 1)) of the file are read by rank r.
class SlabMap {
public:
  SlabMap(std::size_t rows, int ranks) {
    const auto count = static_cast<std::size_t>(ranks);
    // rows / count first: rows * r may not fit.
    for (std::size_t r = 0; r <= count; ++r) first_.push_back(rows / count * r + std::min(r, rows % count));
  }
  std::size_t first(int rank) const { return first_[static_cast<std::size_t>(rank)]; }
  int reader(std::int64_t row) const {
    const auto next = std::upper_bound(first_.begin(), first_.end(), static_cast<std::size_t>(row));
    return static_cast<int>(next - first_.begin()) - 1;
  }

private:
  std::vector<std::size_t> first_;
};

void copyRow(const double* row, std::size_t columns, std::vector<double>& rows, std::size_t position) {
  std::copy_n(row, columns, rows.begin() + static_cast<std::ptrdiff_t>(position * columns));
}

std::vector<int> offsetsOf(const std::vector<int>& counts) {
  std::vector<int> offsets(counts.size(), 0);
  for (std::size_t i = 1; i < counts.size(); ++i) offsets[i] = offsets[i - 1] + counts[i - 1];
  return offsets;
}

// Which rows go where: both ends of a message list its rows in the order of their positions, so that the rows
// themselves are all that is sent.
class RowExchange {
public:
  RowExchange(const std::vector<std::int64_t>& order, SampleDealing dealing, const SlabMap& slabs, int rank,
              int ranks)
      : sendCounts_(static_cast<std::size_t>(ranks)), receiveCounts_(static_cast<std::size_t>(ranks)) {
    std::vector<std::vector<std::size_t>> outgoing(static_cast<std::size_t>(ranks));
    for (std::size_t position = 0; position < order.size(); ++position) {
      const auto owner = dealing.ownerOf(position, static_cast<std::size_t>(ranks));
      const int reader = slabs.reader(order[position]);
      if (reader == rank)
        outgoing[owner].push_back(static_cast<std::size_t>(order[position]) - slabs.first(rank));
      if (owner == static_cast<std::size_t>(rank)) {
        readers_.push_back(reader);
        ++receiveCounts_[static_cast<std::size_t>(reader)];
      }
    }
    for (std::size_t r = 0; r < outgoing.size(); ++r) {
      sendCounts_[r] = static_cast<int>(outgoing[r].size());
      sendRows_.insert(sendRows_.end(), outgoing[r].begin(), outgoing[r].end());
    }
  }

  std::vector<double> exchange(std::vector<double> slab, std::size_t columns, MPI_Comm comm) const {
    std::vector<double> outgoing(sendRows_.size() * columns);
    for (std::size_t i = 0; i < sendRows_.size(); ++i)
      copyRow(slab.data() + sendRows_[i] * columns, columns, outgoing, i);
    slab = {};
    std::vector<double> incoming(readers_.size() * columns);
    const auto sendOffsets = offsetsOf(sendCounts_);
    const auto receiveOffsets = offsetsOf(receiveCounts_);
    MPI_Datatype row = MPI_DATATYPE_NULL;
    MPI_Type_contiguous(static_cast<int>(columns), MPI_DOUBLE, &row);
    MPI_Type_commit(&row);
    MPI_Alltoallv(outgoing.data(), sendCounts_.data(), sendOffsets.data(), row, incoming.data(),
                  receiveCounts_.data(), receiveOffsets.data(), row, comm);
    MPI_Type_free(&row);

    outgoing = std::vector<double>(incoming.size());
    std::vector<int> next = receiveOffsets;
    for (std::size_t i = 0; i < readers_.size(); ++i) {
      const auto from = static_cast<std::size_t>(next[static_cast<std::size_t>(readers_[i])]++);
      copyRow(incoming.data() + from * columns, columns, outgoing, i);
    }
    return outgoing;
  }

private:
  std::vector<std::size_t> sendRows_; ///< rows of the own slab, by receiving rank
  std::vector<int> sendCounts_;
  std::vector<int> receiveCounts_;
  std::vector<int> readers_; ///< the rank that has read each of the own rows
};

void requireFinite(const std::string& path, const std::string& dataset, const std::vector<double>& slab,
                   std::size_t firstRow, std::size_t rows, std::size_t columns,
                   const Teuchos::Comm<int>& comm) {
  const auto mine = detail::findNonFinite(slab, static_cast<std::int64_t>(firstRow * columns));
  const std::int64_t first = mine.count > 0 ? mine.first : std::numeric_limits<std::int64_t>::max();
  detail::Offence all;
  Teuchos::reduceAll<int, std::int64_t>(comm, Teuchos::REDUCE_SUM, 1, &mine.count, &all.count);
  Teuchos::reduceAll<int, std::int64_t>(comm, Teuchos::REDUCE_MIN, 1, &first, &all.first);
  if (all.count > 0)
    throw std::invalid_argument(path + ": " + dataset + ": " + detail::nonFiniteText(all, rows, columns) +
                                ".");
}

} // namespace

std::vector<std::int64_t> shareOf(const std::vector<std::int64_t>& order, SampleDealing dealing,
                                  const Teuchos::Comm<int>& comm) {
  std::vector<std::int64_t> share;
  const auto rank = static_cast<std::size_t>(comm.getRank());
  const auto ranks = static_cast<std::size_t>(comm.getSize());
  for (std::size_t p = 0; p < order.size(); ++p)
    if (dealing.ownerOf(p, ranks) == rank) share.push_back(order[p]);
  return share;
}

std::vector<double> readMatrixRows(const Hdf5File& file, const std::string& dataset, std::size_t first,
                                   std::size_t count) {
  const auto shape = detail::matrixShape(file, dataset);
  auto rows = detail::readMatrixRows(file, dataset, first, count);
  const auto bad = detail::findNonFinite(rows, static_cast<std::int64_t>(first * shape[1]));
  if (bad.count > 0)
    throw std::invalid_argument(file.path() + ": " + dataset + ": " +
                                detail::nonFiniteText(bad, shape[0], shape[1]) + ".");
  return rows;
}

MatrixShare readMatrixShare(const std::string& path, const std::string& dataset,
                            const std::vector<std::int64_t>& order, SampleDealing dealing,
                            const Teuchos::Comm<int>& comm, RowsOf rowsOf) {
  const int rank = comm.getRank();
  std::vector<std::size_t> shape;
  std::vector<double> slab;
  std::size_t firstRow = 0;
  {
    const Hdf5File file = Hdf5File::open(path, comm);
    runOnAllRanks(comm, [&] {
      shape =
          rowsOf == RowsOf::Matrix ? detail::matrixShape(file, dataset) : detail::arrayShape(file, dataset);
      const SlabMap slabs(shape[0], comm.getSize());
      firstRow = slabs.first(rank);
      slab = detail::readMatrixRows(file, dataset, firstRow, slabs.first(rank + 1) - firstRow);
    });
  }
  requireFinite(path, dataset, slab, firstRow, shape[0], shape[1], comm);

  MatrixShare share;
  share.columns = shape[1];
  if (comm.getSize() == 1) {
    share.values.resize(order.size() * shape[1]);
    for (std::size_t i = 0; i < order.size(); ++i)
      copyRow(slab.data() + static_cast<std::size_t>(order[i]) * shape[1], shape[1], share.values, i);
    return share;
  }
  const auto& mpi = dynamic_cast<const Teuchos::MpiComm<int>&>(comm);
  const RowExchange rows(order, dealing, SlabMap(shape[0], comm.getSize()), rank, comm.getSize());
  share.values = rows.exchange(std::move(slab), shape[1], (*mpi.getRawMpiComm())());
  return share;
}

} // namespace terrace::dataset
