#include "samples/SampleExchange.hpp"

#include <terrace/resnet/samples/SampleSet.hpp>

#include <Tpetra_Import.hpp>
#include <Tpetra_Map.hpp>
#include <Tpetra_MultiVector.hpp>

namespace terrace::resnet::detail {
namespace {

using Map = Tpetra::Map<>;
using Rows = Tpetra::MultiVector<double>;

Teuchos::RCP<const Map> mapOf(const std::vector<long>& positions,
                              const Teuchos::RCP<const Teuchos::Comm<int>>& comm) {
  const std::vector<Map::global_ordinal_type> indices(positions.begin(), positions.end());
  return Teuchos::rcp(new Map(Teuchos::OrdinalTraits<Tpetra::global_size_t>::invalid(),
                              Teuchos::arrayViewFromVector(indices), 0, comm));
}

} // namespace

SampleExchange::SampleExchange(const Teuchos::RCP<const Comm>& comm, const std::vector<long>& positions)
    : comm_(comm) {
  const int rank = comm->getRank();
  const int size = comm->getSize();
  for (std::size_t j = 0; j < positions.size(); ++j) {
    if (SampleSet::rankOf(positions[j], size) == rank) source_.push_back(positions[j]);
    if (SampleSet::rankOf(static_cast<long>(j), size) == rank) target_.push_back(positions[j]);
  }
}

std::vector<double> SampleExchange::redistribute(const std::vector<double>& rows, int length) const {
  if (comm_->getSize() == 1) return rows;
  const auto columns = static_cast<std::size_t>(length);
  const auto sourceMap = mapOf(source_, comm_);
  const auto targetMap = mapOf(target_, comm_);
  Rows sent(sourceMap, columns);
  {
    const auto view = sent.getLocalViewHost(Tpetra::Access::OverwriteAll);
    for (std::size_t i = 0; i < source_.size(); ++i)
      for (std::size_t j = 0; j < columns; ++j) view(i, j) = rows[i * columns + j];
  }
  Rows received(targetMap, columns);
  received.doImport(sent, Tpetra::Import<>(sourceMap, targetMap), Tpetra::INSERT);
  const auto view = received.getLocalViewHost(Tpetra::Access::ReadOnly);
  std::vector<double> result(target_.size() * columns);
  for (std::size_t i = 0; i < target_.size(); ++i)
    for (std::size_t j = 0; j < columns; ++j) result[i * columns + j] = view(i, j);
  return result;
}

} // namespace terrace::resnet::detail
