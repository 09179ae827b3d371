#pragma once

#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/CompensatedSum.hpp>
#include <terrace/resnet/parameters/Device.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <ROL_Ptr.hpp>
#include <Teuchos_Comm.hpp>
#include <Tpetra_MultiVector_fwd.hpp>

#include <memory>
#include <vector>

namespace terrace::resnet {

namespace detail {
class SliceGather;
}

class ParameterVector;
struct ParameterMetric;

/// The space of a network's parameters on the ranks of a communicator: every rank owns a contiguous slice of
/// the global vector, and gets all of it before a sweep. Slices are cut between groups of entries, which
/// inner products sum first: their results do not depend on the number of ranks.
class ParameterSpace {
public:
  /// Of global parameter indices, with Tpetra's default types.
  using Map = Tpetra::Map<>;
  /// What the ranks talk by.
  using Comm = Teuchos::Comm<int>;
  /// What vectors hold: one column.
  using MultiVector = Tpetra::MultiVector<double>;

  /// Collective. \throws std::invalid_argument as Network::check().
  ParameterSpace(const Network& network, const Teuchos::RCP<const Comm>& comm);
  ~ParameterSpace();

  /// The network that the parameters are of.
  const Network& network() const { return network_; }
  /// Order of the parameters in the vector.
  const ParameterLayout& layout() const { return layout_; }
  /// The ranks that share the vector.
  const Teuchos::RCP<const Comm>& comm() const { return comm_; }
  /// The one-to-one map of the owned slices.
  const Teuchos::RCP<const Map>& map() const { return map_; }
  /// First global index that this rank owns.
  long firstOwned() const { return firstOwned_; }
  /// Number of indices that this rank owns.
  long ownedCount() const { return ownedCount_; }

  /// A primal vector of zeros: an iterate or a step.
  ROL::Ptr<ParameterVector> createVector() const;
  /// A dual vector of zeros: a derivative.
  ROL::Ptr<ParameterVector> createDualVector() const;

  /// \name The whole vector on each rank
  /// Collective. A workspace is made once by createReplicated().
  /// @{

  /// A column with all entries of the vector on each rank.
  Teuchos::RCP<MultiVector> createReplicated() const;
  /// Copies all slices to all ranks: one all-gather.
  ///
  /// \param flags  of this rank, which travel in the same message.
  /// \return the flags that any rank has set.
  unsigned replicate(const ParameterVector& x, MultiVector& replicated, unsigned flags = 0) const;
  /// Adds the ranks' contributions onto the owners: x = sum over ranks; overwrites \p x.
  void sumOntoOwners(const CompensatedView& contributions, ParameterVector& x) const;
  /// @}

  /// \name The whole vector as plain numbers, in the order of the layout
  /// Collective, for files and tests.
  /// @{

  /// All entries, on each rank.
  std::vector<double> gatherToAll(const ParameterVector& x) const;
  /// Every rank passes the same \p values and takes its slice.
  /// \throws std::invalid_argument if their number is not layout().size().
  void assign(const std::vector<double>& values, ParameterVector& x) const;
  /// The \p values of rank 0 are sent to all ranks; the values of other ranks are ignored.
  /// \throws std::invalid_argument on all ranks if their number is not layout().size().
  void scatterFromRoot(const std::vector<double>& values, ParameterVector& x) const;
  /// @}

private:
  Network network_;
  ParameterLayout layout_;
  Teuchos::RCP<const Comm> comm_;
  Teuchos::RCP<const Map> map_;
  Teuchos::RCP<const Map> replicatedMap_;
  std::vector<int> ownedCounts_; ///< of all ranks
  std::unique_ptr<detail::SliceGather> slices_;
  ROL::Ptr<const ParameterMetric> metric_;
  long firstOwned_;
  long ownedCount_;
};

} // namespace terrace::resnet
