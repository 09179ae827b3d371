#include "parameters/DeviceCopies.hpp"
#include "parameters/SliceGather.hpp"
#include "parameters/VectorWorkspace.hpp"

#include <terrace/resnet/parameters/ParameterSpace.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>

namespace terrace::resnet {
namespace {

using Map = ParameterSpace::Map;
using GlobalOrdinal = Map::global_ordinal_type;

// Every rank names all indices.
Teuchos::RCP<const Map> makeReplicatedMap(long size, const Teuchos::RCP<const Teuchos::Comm<int>>& comm) {
  std::vector<GlobalOrdinal> indices(static_cast<std::size_t>(size));
  std::iota(indices.begin(), indices.end(), GlobalOrdinal(0));
  const auto unknown = Teuchos::OrdinalTraits<Tpetra::global_size_t>::invalid();
  return Teuchos::rcp(new Map(unknown, Teuchos::arrayViewFromVector(indices), 0, comm));
}

// The weights of the owned entries.
ROL::Ptr<const ParameterMetric> makeMetric(const ParameterLayout& layout, long first, long count,
                                           long groupSize) {
  std::vector<double> weights(static_cast<std::size_t>(count));
  std::vector<double> inverses(static_cast<std::size_t>(count));
  for (const ParameterRun& run : layout.runs())
    for (long i = std::max(run.offset, first); i < std::min(run.end(), first + count); ++i) {
      weights[static_cast<std::size_t>(i - first)] = run.metric;
      inverses[static_cast<std::size_t>(i - first)] = 1.0 / run.metric;
    }
  auto metric = ROL::makePtr<ParameterMetric>();
  metric->weights = toDevice("terrace::ParameterMetric::weights", weights);
  metric->inverseWeights = toDevice("terrace::ParameterMetric::inverseWeights", inverses);
  metric->groupSize = groupSize;
  metric->firstGroup = first / groupSize;
  metric->groupSums = ParameterView("terrace::ParameterMetric::groupSums",
                                    static_cast<std::size_t>((layout.size() + groupSize - 1) / groupSize));
  metric->hostGroupSums = Kokkos::create_mirror_view(metric->groupSums);
  metric->block = ROL::makePtr<detail::VectorWorkspace>();
  return metric;
}

// Entries that an inner product sums together: 64, more where that would make over 256 groups; whole vector
// registers.
long groupSizeFor(long size) {
  const long unit = 64;
  const long mostGroups = 256;
  return std::max(1L, (size + unit * mostGroups - 1) / (unit * mostGroups)) * unit;
}

void checkSize(std::size_t size, long expected) {
  if (static_cast<long>(size) != expected)
    throw std::invalid_argument("The parameter vector has " + std::to_string(size) + " entries; expected " +
                                std::to_string(expected) + ".");
}

} // namespace

ParameterSpace::ParameterSpace(const Network& network, const Teuchos::RCP<const Comm>& comm)
    : network_(network), layout_(network), comm_(comm) {
  const long most = std::numeric_limits<int>::max() - comm->getSize(); // of a message to all
  if (layout_.size() > most)
    throw std::invalid_argument("The network has " + std::to_string(layout_.size()) +
                                " parameters; expected at most " + std::to_string(most) + ".");
  const long groupSize = groupSizeFor(layout_.size());
  const long groups = (layout_.size() + groupSize - 1) / groupSize;
  const long ranks = comm_->getSize();
  const auto firstOf = [&](long rank) { return std::min(groups * rank / ranks * groupSize, layout_.size()); };
  for (long rank = 0; rank < ranks; ++rank)
    ownedCounts_.push_back(static_cast<int>(firstOf(rank + 1) - firstOf(rank)));
  firstOwned_ = firstOf(comm_->getRank());
  ownedCount_ = ownedCounts_[static_cast<std::size_t>(comm_->getRank())];
  map_ = Teuchos::rcp(new Map(static_cast<Tpetra::global_size_t>(layout_.size()),
                              static_cast<std::size_t>(ownedCount_), 0, comm_));
  replicatedMap_ = makeReplicatedMap(layout_.size(), comm_);
  slices_ = std::make_unique<detail::SliceGather>(*comm_, ownedCounts_);
  metric_ = makeMetric(layout_, firstOwned_, ownedCount_, groupSize);
}

ParameterSpace::~ParameterSpace() = default;

ROL::Ptr<ParameterVector> ParameterSpace::createVector() const {
  return ROL::makePtr<ParameterVector>(ROL::makePtr<MultiVector>(map_, 1), metric_, VectorKind::Primal);
}

ROL::Ptr<ParameterVector> ParameterSpace::createDualVector() const {
  return ROL::makePtr<ParameterVector>(ROL::makePtr<MultiVector>(map_, 1), metric_, VectorKind::Dual);
}

Teuchos::RCP<ParameterSpace::MultiVector> ParameterSpace::createReplicated() const {
  return Teuchos::rcp(new MultiVector(replicatedMap_, 1));
}

unsigned ParameterSpace::replicate(const ParameterVector& x, MultiVector& replicated, unsigned flags) const {
  const auto values = replicated.getLocalViewDevice(Tpetra::Access::OverwriteAll);
  const auto all = Kokkos::subview(values, Kokkos::ALL(), 0);
  if (comm_->getSize() > 1) return slices_->gather(x.local(), all, flags);
  Kokkos::deep_copy(DefaultExecution(), all, x.local());
  return flags;
}

void ParameterSpace::sumOntoOwners(const CompensatedView& contributions, ParameterVector& x) const {
  resnet::sumOntoOwners(*comm_, contributions, ownedCounts_, x.local());
}

std::vector<double> ParameterSpace::gatherToAll(const ParameterVector& x) const {
  const auto replicated = createReplicated();
  replicate(x, *replicated);
  const auto values = replicated->getLocalViewHost(Tpetra::Access::ReadOnly);
  return {values.data(), values.data() + values.extent(0)};
}

void ParameterSpace::assign(const std::vector<double>& values, ParameterVector& x) const {
  checkSize(values.size(), layout_.size());
  const auto local = x.getVector()->getLocalViewHost(Tpetra::Access::OverwriteAll);
  std::copy_n(values.begin() + firstOwned_, ownedCount_, local.data());
}

void ParameterSpace::scatterFromRoot(const std::vector<double>& values, ParameterVector& x) const {
  long size = static_cast<long>(values.size());
  Teuchos::broadcast(*comm_, 0, Teuchos::outArg(size));
  checkSize(static_cast<std::size_t>(size), layout_.size());
  std::vector<double> all(static_cast<std::size_t>(size));
  if (comm_->getRank() == 0) all = values;
  Teuchos::broadcast(*comm_, 0, Teuchos::arrayViewFromVector(all));
  assign(all, x);
}

} // namespace terrace::resnet
