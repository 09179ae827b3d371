#pragma once

#include <ROL_Ptr.hpp>
#include <Tpetra_CrsMatrix.hpp>
#include <Tpetra_Import.hpp>
#include <Tpetra_MultiVector.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace mesh {

using Map = Tpetra::Map<>;
using Index = Map::global_ordinal_type;
using MultiVector = Tpetra::MultiVector<double>;
using Matrix = Tpetra::CrsMatrix<double>;
using Comm = ROL::Ptr<const Teuchos::Comm<int>>;

/// A rank's rows of a nodal field and one row of nodes on either side; nodes on the square's boundary are 0.
class GhostedField {
public:
  GhostedField(int firstRow, int rows, int intervals)
      : firstRow_(firstRow), stride_(intervals + 1),
        values_(static_cast<std::size_t>(rows + 2) * static_cast<std::size_t>(stride_)) {}

  /// Node in row j (firstRow - 1 .. endRow) and column i (0 .. intervals).
  double& operator()(int j, int i) { return values_[index(j, i)]; }
  double operator()(int j, int i) const { return values_[index(j, i)]; }
  void zero() { std::fill(values_.begin(), values_.end(), 0.0); }

private:
  std::size_t index(int j, int i) const {
    return static_cast<std::size_t>(j - firstRow_ + 1) * static_cast<std::size_t>(stride_) +
           static_cast<std::size_t>(i);
  }
  int firstRow_, stride_;
  std::vector<double> values_;
};

/// The interior nodes of a uniform mesh of the unit square, rows of nodes distributed over the ranks.
///
/// With n intervals a side the nodes are (i, j), 0 <= i, j <= n; the unknowns are those with 1 <= i, j < n,
/// numbered row by row.
class Grid {
public:
  Grid(const Comm& comm, int intervals) : intervals_(intervals), comm_(comm) {
    const Index rows = intervals - 1, rank = comm->getRank(), size = comm->getSize();
    firstRow_ = static_cast<int>(1 + rows * rank / size);
    endRow_ = static_cast<int>(1 + rows * (rank + 1) / size);
    map_ = makeMap(firstRow_, endRow_);
    const bool empty = firstRow_ == endRow_;
    importFirst_ = empty ? firstRow_ : std::max(1, firstRow_ - 1);
    importEnd_ = empty ? firstRow_ : std::min(intervals, endRow_ + 1);
    const auto overlapMap = makeMap(importFirst_, importEnd_);
    import_ = ROL::makePtr<Tpetra::Import<>>(map_, overlapMap);
    for (std::size_t columns = 1; columns <= 2; ++columns)
      overlapped_.push_back(ROL::makePtr<MultiVector>(overlapMap, columns));
  }

  int intervals() const { return intervals_; }
  double width() const { return 1.0 / intervals_; }
  /// This rank's rows of unknowns, [firstRow, endRow).
  int firstRow() const { return firstRow_; }
  int endRow() const { return endRow_; }
  const Comm& comm() const { return comm_; }
  const ROL::Ptr<const Map>& map() const { return map_; }
  /// Local number of a node of this rank.
  std::size_t local(int j, int i) const {
    return static_cast<std::size_t>(j - firstRow_) * static_cast<std::size_t>(intervals_ - 1) +
           static_cast<std::size_t>(i - 1);
  }
  Index global(int j, int i) const { return Index(j - 1) * (intervals_ - 1) + i - 1; }
  GhostedField field() const { return {firstRow_, endRow_ - firstRow_, intervals_}; }

  /// Fills the fields, one a column of \p v, with this rank's values and its neighbours'. Collective.
  void gather(std::vector<GhostedField>& fields, const MultiVector& v) const {
    MultiVector& overlapped = *overlapped_[fields.size() - 1];
    overlapped.doImport(v, *import_, Tpetra::INSERT);
    for (std::size_t column = 0; column < fields.size(); ++column) {
      const auto values = overlapped.getData(column);
      Teuchos::Ordinal next = 0;
      for (int j = importFirst_; j < importEnd_; ++j)
        for (int i = 1; i < intervals_; ++i) fields[column](j, i) = values[next++];
    }
  }

private:
  ROL::Ptr<const Map> makeMap(int first, int end) const {
    std::vector<Index> nodes;
    for (int j = first; j < end; ++j)
      for (int i = 1; i < intervals_; ++i) nodes.push_back(global(j, i));
    return ROL::makePtr<const Map>(
        Teuchos::OrdinalTraits<Tpetra::global_size_t>::invalid(),
        Teuchos::ArrayView<const Index>(nodes.data(), static_cast<int>(nodes.size())), 0, comm_);
  }

  int intervals_;
  Comm comm_;
  int firstRow_, endRow_, importFirst_, importEnd_;
  ROL::Ptr<const Map> map_;
  ROL::Ptr<Tpetra::Import<>> import_;
  std::vector<ROL::Ptr<MultiVector>> overlapped_; // of one and of two columns
};

} // namespace mesh
