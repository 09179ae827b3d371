#include "function/NetworkFunction.hpp"

#include <terrace/resnet/parameters/ParameterLayout.hpp>
#include <terrace/resnet/surrogate/Surrogate.hpp>

#include <Tpetra_MultiVector.hpp>

#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace terrace::resnet {
namespace {

std::unique_ptr<detail::NetworkFunction>
makeFunction(const Network& network, const std::vector<double>& parameters, const DataScaling& inputs,
             const DataScaling& outputs, SweepScalar scalar, const NormalizationStatistics& statistics) {
  const auto require = [](const char* what, long found, long expected) {
    if (found != expected)
      throw std::invalid_argument(std::string("Surrogate: ") + what + " of " + std::to_string(found) +
                                  " entries; expected " + std::to_string(expected) + ".");
  };
  require("parameters", static_cast<long>(parameters.size()), ParameterLayout(network).size());
  require("an input scaling", inputs.columns(), network.features());
  require("an output scaling", outputs.columns(), network.outputs);
  const auto predicting = predictionNetwork(network, parameters, statistics);
  return detail::makeFunction(predicting.network, scalar, predicting.parameters, inputs, outputs);
}

void requireExtents(const char* name, std::size_t rows, std::size_t columns, std::size_t samples,
                    int expected) {
  if (rows == samples && columns == static_cast<std::size_t>(expected)) return;
  throw std::invalid_argument(std::string("Surrogate: ") + name + " is " + std::to_string(rows) + " x " +
                              std::to_string(columns) + "; expected " + std::to_string(samples) + " x " +
                              std::to_string(expected) + " (samples x columns).");
}

template <class View>
void requireExtents(const char* name, const View& view, std::size_t samples, int columns) {
  requireExtents(name, view.extent(0), view.extent(1), samples, columns);
}

using Range = Kokkos::RangePolicy<DefaultExecution, Kokkos::IndexType<std::size_t>>;
const std::string exponentiateLabel = "terrace::Surrogate::exponentiate";
const std::string distanceLabel = "terrace::Surrogate::distance";
const std::string multiplyLabel = "terrace::Surrogate::multiply";

// y(s, c) = exp(y(s, c))
void exponentiate(const Surrogate::Batch& y) {
  Kokkos::parallel_for(
      exponentiateLabel, Range(0, y.extent(0)), KOKKOS_LAMBDA(const std::size_t s) {
        for (std::size_t c = 0; c < y.extent(1); ++c) y(s, c) = exp(y(s, c));
      });
}

// y(s, c) *= x(s, c)
void multiply(const Surrogate::ConstBatch& x, const Surrogate::Batch& y) {
  Kokkos::parallel_for(
      multiplyLabel, Range(0, y.extent(0)), KOKKOS_LAMBDA(const std::size_t s) {
        for (std::size_t c = 0; c < y.extent(1); ++c) y(s, c) *= x(s, c);
      });
}

// d(s) = |F (x(s, :) - center)|, F lower triangular or diagonal
void measure(const Surrogate::ConstBatch& x, const Surrogate::Numbers& center,
             const Surrogate::Numbers& factor, const Surrogate::Numbers& d) {
  const std::size_t n = center.extent(0);
  const bool isDiagonal = factor.extent(0) == n;
  Kokkos::parallel_for(
      distanceLabel, Range(0, x.extent(0)), KOKKOS_LAMBDA(const std::size_t s) {
        double square = 0;
        for (std::size_t i = 0; i < n; ++i) {
          double sum = 0;
          for (std::size_t j = isDiagonal ? i : 0; j <= i; ++j)
            sum += factor(isDiagonal ? i : i * n + j) * (x(s, j) - center(j));
          square += sum * sum;
        }
        d(s) = sqrt(square);
      });
}

Surrogate::Numbers onDevice(const std::string& label, const std::vector<double>& values) {
  Surrogate::Numbers view(label, values.size());
  const Kokkos::View<const double*, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>> host(
      values.data(), values.size());
  Kokkos::deep_copy(view, host);
  return view;
}

auto readOnly(const Surrogate::MultiVector& x) {
  return x.getLocalViewDevice(Tpetra::Access::ReadOnly);
}

auto overwrite(Surrogate::MultiVector& y) {
  return y.getLocalViewDevice(Tpetra::Access::OverwriteAll);
}

} // namespace

Surrogate::Surrogate(const Network& network, const std::vector<double>& parameters, const DataScaling& inputs,
                     const DataScaling& outputs, SweepScalar scalar, DataDistance distance,
                     NormalizationStatistics statistics)
    : network_(network), parameters_(parameters), inputs_(inputs), outputs_(outputs),
      distance_(std::move(distance)), statistics_(std::move(statistics)),
      center_(onDevice("terrace::Surrogate::center", distance_.center)),
      factor_(onDevice("terrace::Surrogate::factor", distance_.factor)),
      function_(makeFunction(network, parameters, inputs, outputs, scalar, statistics_)) {
  if (distance_.isKnown() && distance_.columns() != features())
    throw std::invalid_argument("Surrogate: a distance of " + std::to_string(distance_.columns()) +
                                " columns; expected " + std::to_string(features()) + ".");
}

Surrogate::~Surrogate() = default;
Surrogate::Surrogate(Surrogate&&) noexcept = default;
Surrogate& Surrogate::operator=(Surrogate&&) noexcept = default;

void Surrogate::applyFunction(const ConstBatch& x, const Batch& y) {
  function_->apply(x, y);
  if (outputs_.logarithm) exponentiate(y);
}

// f(x), in a workspace that grows with the batches.
Surrogate::Batch Surrogate::values(const ConstBatch& x) {
  const auto columns = static_cast<std::size_t>(outputs());
  if (values_.extent(0) < x.extent(0)) values_ = Values("terrace::Surrogate::values", x.extent(0), columns);
  const Batch y = Kokkos::subview(values_, std::make_pair(std::size_t(0), x.extent(0)), Kokkos::ALL());
  applyFunction(x, y);
  return y;
}

void Surrogate::apply(const ConstBatch& x, const Batch& y) {
  requireExtents("x", x, x.extent(0), features());
  requireExtents("y", y, x.extent(0), outputs());
  applyFunction(x, y);
}

void Surrogate::applyJacobian(const ConstBatch& x, const ConstBatch& v, const Batch& jv) {
  requireExtents("x", x, x.extent(0), features());
  requireExtents("v", v, x.extent(0), features());
  requireExtents("jv", jv, x.extent(0), outputs());
  function_->applyJacobian(x, v, jv);
  if (outputs_.logarithm) multiply(values(x), jv);
}

void Surrogate::applyAdjointJacobian(const ConstBatch& x, const ConstBatch& u, const Batch& jtu) {
  requireExtents("x", x, x.extent(0), features());
  requireExtents("u", u, x.extent(0), outputs());
  requireExtents("jtu", jtu, x.extent(0), features());
  if (!outputs_.logarithm) {
    function_->applyAdjointJacobian(x, u, jtu);
    return;
  }
  const Batch scaled = values(x);
  multiply(u, scaled);
  function_->applyAdjointJacobian(x, scaled, jtu);
}

void Surrogate::distance(const ConstBatch& x, const Numbers& d) const {
  if (!distance_.isKnown())
    throw std::invalid_argument(
        "Surrogate: its distance from the training data is unknown (its model file has "
        "none).");
  requireExtents("x", x, x.extent(0), features());
  requireExtents("d", d.extent(0), 1, x.extent(0), 1);
  measure(x, center_, factor_, d);
}

void Surrogate::apply(const MultiVector& x, MultiVector& y) {
  apply(readOnly(x), overwrite(y));
}

void Surrogate::applyJacobian(const MultiVector& x, const MultiVector& v, MultiVector& jv) {
  applyJacobian(readOnly(x), readOnly(v), overwrite(jv));
}

void Surrogate::applyAdjointJacobian(const MultiVector& x, const MultiVector& u, MultiVector& jtu) {
  applyAdjointJacobian(readOnly(x), readOnly(u), overwrite(jtu));
}

} // namespace terrace::resnet
