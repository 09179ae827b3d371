#pragma once

#include <Teuchos_Comm.hpp>
#include <Teuchos_RCP.hpp>

#include <vector>

namespace terrace::resnet::detail {

/// Takes samples from where SampleSet's dealing has put them to where it would deal them as a set of their
/// own.
class SampleExchange {
public:
  using Comm = Teuchos::Comm<int>;

  /// \param positions  of the samples in the set; distinct, the same on all ranks. Sample j of the new set is
  /// the one at positions[j].
  SampleExchange(const Teuchos::RCP<const Comm>& comm, const std::vector<long>& positions);

  /// Those of the positions that lie on this rank, in the new set's order.
  const std::vector<long>& source() const { return source_; }

  /// \param rows    one of \p length numbers for each position of source(), row-major.
  /// \param length  the same on all ranks.
  /// \return one row for each sample of the new set that is dealt to this rank, in order; collective.
  std::vector<double> redistribute(const std::vector<double>& rows, int length) const;

private:
  Teuchos::RCP<const Comm> comm_;
  std::vector<long> source_;
  std::vector<long> target_; ///< Positions of the samples that are dealt to this rank.
};

} // namespace terrace::resnet::detail
