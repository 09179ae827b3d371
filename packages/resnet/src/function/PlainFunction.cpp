#include "function/PlainFunction.hpp"

namespace terrace::resnet::detail {
namespace {

using Rows = Kokkos::View<double**, Kokkos::LayoutRight, Device>;
using HostRows = Rows::HostMirror;

HostRows toHost(const ConstBatch& batch) {
  const Rows rows("terrace::PlainFunction::rows", batch.extent(0), batch.extent(1));
  Kokkos::deep_copy(rows, batch);
  const HostRows host = Kokkos::create_mirror_view(rows);
  Kokkos::deep_copy(host, rows);
  return host;
}

// Fills a batch row by row: row(s) gives its values.
template <class Row>
void fill(const Batch& batch, const Row& row) {
  const Rows rows("terrace::PlainFunction::rows", batch.extent(0), batch.extent(1));
  const HostRows host = Kokkos::create_mirror_view(rows);
  for (std::size_t s = 0; s < batch.extent(0); ++s) {
    const std::vector<double> values = row(s);
    for (std::size_t j = 0; j < values.size(); ++j) host(s, j) = values[j];
  }
  Kokkos::deep_copy(rows, host);
  Kokkos::deep_copy(batch, rows);
}

} // namespace

PlainFunction::PlainFunction(const Network& network, const std::vector<double>& parameters,
                             const DataScaling& inputs, const DataScaling& outputs)
    : parameters_(parameters), dualParameters_(parameters.begin(), parameters.end()), inputs_(inputs),
      outputs_(outputs), plain_(network), dual_(network) {}

void PlainFunction::apply(const ConstBatch& x, const Batch& y) {
  const auto rows = toHost(x);
  fill(y, [&](std::size_t s) {
    std::vector<double> in(rows.extent(1));
    for (std::size_t j = 0; j < in.size(); ++j) in[j] = (rows(s, j) - inputs_.shift[j]) / inputs_.scale[j];
    std::vector<double> out = plain_.forward(parameters_, in);
    for (std::size_t c = 0; c < out.size(); ++c) out[c] = out[c] * outputs_.scale[c] + outputs_.shift[c];
    return out;
  });
}

void PlainFunction::applyJacobian(const ConstBatch& x, const ConstBatch& v, const Batch& jv) {
  const auto rows = toHost(x), directions = toHost(v);
  fill(jv, [&](std::size_t s) {
    std::vector<Dual> in(rows.extent(1));
    for (std::size_t j = 0; j < in.size(); ++j)
      in[j] = {(rows(s, j) - inputs_.shift[j]) / inputs_.scale[j], directions(s, j) / inputs_.scale[j]};
    const auto& tangents = dual_.forward(dualParameters_, in);
    std::vector<double> out(tangents.size());
    for (std::size_t c = 0; c < out.size(); ++c) out[c] = tangents[c].derivative * outputs_.scale[c];
    return out;
  });
}

void PlainFunction::applyAdjointJacobian(const ConstBatch& x, const ConstBatch& u, const Batch& jtu) {
  const auto rows = toHost(x), adjoints = toHost(u);
  fill(jtu, [&](std::size_t s) {
    std::vector<double> in(rows.extent(1)), delta(adjoints.extent(1));
    for (std::size_t j = 0; j < in.size(); ++j) in[j] = (rows(s, j) - inputs_.shift[j]) / inputs_.scale[j];
    for (std::size_t c = 0; c < delta.size(); ++c) delta[c] = adjoints(s, c) * outputs_.scale[c];
    plain_.forward(parameters_, in);
    std::vector<double> out = plain_.backward(parameters_, delta, nullptr);
    for (std::size_t j = 0; j < out.size(); ++j) out[j] /= inputs_.scale[j];
    return out;
  });
}

} // namespace terrace::resnet::detail
