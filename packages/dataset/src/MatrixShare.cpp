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
#include <tuple>
#include <utility>

namespace terrace::dataset {
namespace {

// Rows [first(r), first(r + 1)) of the file are read by rank r, a block at a time.
class SlabMap {
public:
  SlabMap(std::size_t rows, std::size_t columns, int ranks)
      : block_(std::max<std::size_t>(1, (std::size_t{1} << 24U) / (columns * sizeof(double)))) {
    const auto count = static_cast<std::size_t>(ranks);
    // rows / count first: rows * r may not fit.
    for (std::size_t r = 0; r <= count; ++r) first_.push_back(rows / count * r + std::min(r, rows % count));
  }
  std::size_t first(int rank) const { return first_[static_cast<std::size_t>(rank)]; }
  int reader(std::int64_t row) const {
    const auto next = std::upper_bound(first_.begin(), first_.end(), static_cast<std::size_t>(row));
    return static_cast<int>(next - first_.begin()) - 1;
  }

  /// Blocks of 16 MB in the largest slab: every rank takes part in the exchange of each.
  std::size_t blocks() const { return (first_[1] + block_ - 1) / block_; }
  /// The block of its reader that \p row is in.
  std::size_t blockOf(std::int64_t row, int reader) const {
    return (static_cast<std::size_t>(row) - first(reader)) / block_;
  }
  /// First row of a block of \p rank; that of the block after the last is the end of the slab.
  std::size_t blockBegin(int rank, std::size_t block) const {
    return std::min(first(rank) + block * block_, first(rank + 1));
  }

private:
  std::size_t block_;
  std::vector<std::size_t> first_; ///< the first slab is the largest
};

std::vector<int> offsetsOf(const std::vector<int>& counts) {
  std::vector<int> offsets(counts.size(), 0);
  for (std::size_t i = 1; i < counts.size(); ++i) offsets[i] = offsets[i - 1] + counts[i - 1];
  return offsets;
}

// A row that this rank sends in the exchange of a block, or gets.
struct Transfer {
  std::size_t block;
  int partner;     ///< The rank that gets it, or has read it.
  std::size_t row; ///< Of the file where it is sent, of the share where it is received.
  bool operator<(const Transfer& other) const {
    return std::tie(block, partner) < std::tie(other.block, other.partner);
  }
};

// Which rows go where: both ends of a message list its rows in the order of their positions, so that the rows
// themselves are all that is sent.
class RowExchange {
public:
  RowExchange(const std::vector<std::int64_t>& order, SampleDealing dealing, const SlabMap& slabs, int rank,
              int ranks)
      : ranks_(static_cast<std::size_t>(ranks)) {
    std::size_t ownRows = 0;
    for (std::size_t position = 0; position < order.size(); ++position) {
      const auto owner = static_cast<int>(dealing.ownerOf(position, ranks_));
      const int reader = slabs.reader(order[position]);
      const std::size_t block = slabs.blockOf(order[position], reader);
      if (reader == rank) sends_.push_back({block, owner, static_cast<std::size_t>(order[position])});
      if (owner == rank) receives_.push_back({block, reader, ownRows++});
    }
    std::stable_sort(sends_.begin(), sends_.end());
    std::stable_sort(receives_.begin(), receives_.end());
  }

  /// Rows of this rank's share.
  std::size_t ownRows() const { return receives_.size(); }

  /// The next block: \p slab has the rows from \p firstRow on, \p share gets those that belong here.
  void exchange(const std::vector<double>& slab, std::size_t firstRow, std::size_t columns,
                std::vector<double>& share, const Teuchos::Comm<int>& comm) {
    const auto sent = nextOf(sends_, sent_), received = nextOf(receives_, received_);
    std::vector<double> outgoing((sent.end - sent.begin) * columns);
    for (std::size_t i = sent.begin; i < sent.end; ++i)
      std::copy_n(slab.data() + (sends_[i].row - firstRow) * columns, columns,
                  outgoing.data() + (i - sent.begin) * columns);
    const auto incoming = ranks_ == 1 ? std::move(outgoing) : dealt(outgoing, sent, received, columns, comm);
    for (std::size_t i = received.begin; i < received.end; ++i)
      std::copy_n(incoming.data() + (i - received.begin) * columns, columns,
                  share.data() + receives_[i].row * columns);
    sent_ = sent.end;
    received_ = received.end;
    ++block_;
  }

private:
  // The transfers of the present block, and how many there are with each rank.
  struct Part {
    std::size_t begin, end;
    std::vector<int> counts;
  };

  Part nextOf(const std::vector<Transfer>& transfers, std::size_t begin) const {
    Part part{begin, begin, std::vector<int>(ranks_, 0)};
    for (; part.end < transfers.size() && transfers[part.end].block == block_; ++part.end)
      ++part.counts[static_cast<std::size_t>(transfers[part.end].partner)];
    return part;
  }

  static std::vector<double> dealt(const std::vector<double>& outgoing, const Part& sent,
                                   const Part& received, std::size_t columns,
                                   const Teuchos::Comm<int>& comm) {
    const auto& mpi = dynamic_cast<const Teuchos::MpiComm<int>&>(comm);
    std::vector<double> incoming((received.end - received.begin) * columns);
    const auto sendOffsets = offsetsOf(sent.counts), receiveOffsets = offsetsOf(received.counts);
    MPI_Datatype row = MPI_DATATYPE_NULL;
    MPI_Type_contiguous(static_cast<int>(columns), MPI_DOUBLE, &row);
    MPI_Type_commit(&row);
    MPI_Alltoallv(outgoing.data(), sent.counts.data(), sendOffsets.data(), row, incoming.data(),
                  received.counts.data(), receiveOffsets.data(), row, (*mpi.getRawMpiComm())());
    MPI_Type_free(&row);
    return incoming;
  }

  std::size_t ranks_;
  std::vector<Transfer> sends_, receives_; ///< by block, then by partner, then by position
  std::size_t sent_ = 0, received_ = 0, block_ = 0;
};

// Values that are NaN or infinite: how many, and which is the first.
class NonFinite {
public:
  /// \param first  place of the first of the \p values in the dataset.
  void look(const std::vector<double>& values, std::size_t first) {
    const auto found = detail::findNonFinite(values, static_cast<std::int64_t>(first));
    if (mine_.count == 0) mine_.first = found.first;
    mine_.count += found.count;
  }

  void require(const std::string& path, const std::string& dataset, std::size_t rows, std::size_t columns,
               const Teuchos::Comm<int>& comm) const {
    const std::int64_t first = mine_.count > 0 ? mine_.first : std::numeric_limits<std::int64_t>::max();
    detail::Offence all;
    Teuchos::reduceAll<int, std::int64_t>(comm, Teuchos::REDUCE_SUM, 1, &mine_.count, &all.count);
    Teuchos::reduceAll<int, std::int64_t>(comm, Teuchos::REDUCE_MIN, 1, &first, &all.first);
    if (all.count > 0)
      throw std::invalid_argument(path + ": " + dataset + ": " + detail::nonFiniteText(all, rows, columns) +
                                  ".");
  }

private:
  detail::Offence mine_;
};

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
  const int rank = comm.getRank(), ranks = comm.getSize();
  const Hdf5File file = Hdf5File::open(path, comm);
  std::vector<std::size_t> shape;
  runOnAllRanks(comm, [&] {
    shape = rowsOf == RowsOf::Matrix ? detail::matrixShape(file, dataset) : detail::arrayShape(file, dataset);
  });
  const SlabMap slabs(shape[0], shape[1], ranks);
  RowExchange rows(order, dealing, slabs, rank, ranks);
  NonFinite bad;
  MatrixShare share;
  share.columns = shape[1];
  share.values.resize(rows.ownRows() * shape[1]);
  for (std::size_t block = 0; block < slabs.blocks(); ++block) {
    const std::size_t first = slabs.blockBegin(rank, block), end = slabs.blockBegin(rank, block + 1);
    std::vector<double> slab;
    runOnAllRanks(comm, [&] { slab = detail::readMatrixRows(file, dataset, first, end - first); });
    bad.look(slab, first * shape[1]);
    rows.exchange(slab, first, shape[1], share.values, comm);
  }
  bad.require(path, dataset, shape[0], shape[1], comm);
  return share;
}

} // namespace terrace::dataset
