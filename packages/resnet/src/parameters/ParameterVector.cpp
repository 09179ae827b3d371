#include "kernels/common/Tile.hpp"
#include "parameters/ElementwiseKernels.hpp"
#include "parameters/VectorWorkspace.hpp"

#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <Teuchos_CommHelpers.hpp>
#include <Teuchos_DefaultMpiComm.hpp>

#include <mpi.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

namespace terrace::resnet {
namespace {

using detail::VectorOperand;
using detail::VectorWorkspace;
using Range = Kokkos::RangePolicy<DefaultExecution, Kokkos::IndexType<std::size_t>>;

constexpr bool isOnDevice = !detail::TileOf<DefaultExecution, double>::onHost;

// Labels outlive the launches: a string made at each launch would be an allocation.
const std::string axpbyLabel = "terrace::ParameterVector::axpby";
const std::string fillLabel = "terrace::ParameterVector::fill";
const std::string weightLabel = "terrace::ParameterVector::weight";
const std::string averageLabel = "terrace::ParameterVector::averageSquares";
const std::string divideLabel = "terrace::ParameterVector::divideByRoots";
const std::string adamLabel = "terrace::ParameterVector::adamStep";
const std::string dotLabel = "terrace::ParameterVector::dot";
const std::string productsLabel = "terrace::ParameterVector::innerProducts";
const std::string addGroupsLabel = "terrace::ParameterVector::addGroups";
const std::string combinationLabel = "terrace::ParameterVector::addCombination";

// y(i) = a x(i) + b y(i); with b = 0 the old y is not read, so that it may hold anything.
void axpby(double a, const ConstParameterView& x, double b, const ParameterView& y) {
  const auto n = y.extent(0);
  if (b == 0.0) {
    Kokkos::parallel_for(
        axpbyLabel, Range(0, n), KOKKOS_LAMBDA(const std::size_t i) { y(i) = a * x(i); });
  } else {
    Kokkos::parallel_for(
        axpbyLabel, Range(0, n), KOKKOS_LAMBDA(const std::size_t i) { y(i) = a * x(i) + b * y(i); });
  }
}

void fill(const ParameterView& y, double value) {
  Kokkos::parallel_for(
      fillLabel, Range(0, y.extent(0)), KOKKOS_LAMBDA(const std::size_t i) { y(i) = value; });
}

// y(i) = w(i) x(i)
void weight(const ConstParameterView& w, const ConstParameterView& x, const ParameterView& y) {
  Kokkos::parallel_for(
      weightLabel, Range(0, y.extent(0)), KOKKOS_LAMBDA(const std::size_t i) { y(i) = w(i) * x(i); });
}

// v(i) = decay v(i) + (1 - decay) g(i)^2
void averageSquaresOf(double decay, const ConstParameterView& g, const ParameterView& v) {
  Kokkos::parallel_for(
      averageLabel, Range(0, v.extent(0)),
      KOKKOS_LAMBDA(const std::size_t i) { v(i) = decay * v(i) + (1.0 - decay) * g(i) * g(i); });
}

// d(i) = d(i) / (scale sqrt(v(i)) + shift)
void divideByRootsOf(const ConstParameterView& v, double scale, double shift, const ParameterView& d) {
  Kokkos::parallel_for(
      divideLabel, Range(0, d.extent(0)),
      KOKKOS_LAMBDA(const std::size_t i) { d(i) /= scale * std::sqrt(v(i)) + shift; });
}

// m(i) = beta1 m(i) + (1 - beta1) g(i),   v(i) = beta2 v(i) + (1 - beta2) g(i)^2
// x(i) -= rate m(i) / (scale sqrt(v(i)) + shift)
void adamStepOf(const AdamFactors<double>& f, const ConstParameterView& g, const ParameterView& m,
                const ParameterView& v, const ParameterView& x) {
  Kokkos::parallel_for(
      adamLabel, Range(0, x.extent(0)), KOKKOS_LAMBDA(const std::size_t i) {
        const double gi = g(i);
        const double mean = (1.0 - f.beta1) * gi + f.beta1 * m(i);
        const double square = f.beta2 * v(i) + (1.0 - f.beta2) * gi * gi;
        m(i) = mean;
        v(i) = square;
        x(i) += -f.rate * (mean / (f.scale * std::sqrt(square) + f.shift));
      });
}

// Entries are summed in groups, lanes side by side, in an order that depends on the position in the group
// alone, whatever the width of the packs.
struct Lanes {
  using Pack = detail::TileOf<DefaultExecution, double>::Pack;
  using Single = detail::PackOf<double, 1>;
  static constexpr std::size_t lanes = 8;
  static constexpr std::size_t packs = lanes / Pack::lanes;
};

// Sum of term(i) over i = begin .. end - 1.
template <class Term>
KOKKOS_FORCEINLINE_FUNCTION double sumOfGroup(const Term& term, std::size_t begin, std::size_t end) {
  using Pack = Lanes::Pack;
  constexpr std::size_t lanes = Lanes::lanes, packs = Lanes::packs;
  typename Pack::Value packed[packs] = {};
  std::size_t i = begin;
  for (; i + lanes <= end; i += lanes)
    for (std::size_t k = 0; k < packs; ++k) packed[k] += term.template at<Pack>(i + k * Pack::lanes);
  double partial[lanes];
  for (std::size_t k = 0; k < packs; ++k) detail::storePack<Pack>(partial + k * Pack::lanes, packed[k]);
  for (std::size_t lane = 0; i + lane < end; ++lane)
    partial[lane] += term.template at<Lanes::Single>(i + lane);
  return ((partial[0] + partial[1]) + (partial[2] + partial[3])) +
         ((partial[4] + partial[5]) + (partial[6] + partial[7]));
}

// sums(g) = sum of term(i) over the entries i of group g, for the groups of this rank.
template <class Term>
struct GroupSums {
  Term term;
  std::size_t size;      // local entries
  std::size_t groupSize; // a multiple of lanes
  std::size_t firstGroup;
  ParameterView sums;

  KOKKOS_INLINE_FUNCTION void operator()(const std::size_t group) const {
    const std::size_t begin = group * groupSize;
    const std::size_t end = begin + groupSize < size ? begin + groupSize : size;
    sums(firstGroup + group) = sumOfGroup(term, begin, end);
  }
};

struct Product {
  ConstParameterView x, y;
  template <class Pack>
  KOKKOS_FORCEINLINE_FUNCTION typename Pack::Value at(std::size_t i) const {
    return detail::loadPack<Pack>(x.data() + i) * detail::loadPack<Pack>(y.data() + i);
  }
};

struct WeightedProduct {
  ConstParameterView w, x, y;
  template <class Pack>
  KOKKOS_FORCEINLINE_FUNCTION typename Pack::Value at(std::size_t i) const {
    return detail::loadPack<Pack>(w.data() + i) * detail::loadPack<Pack>(x.data() + i) *
           detail::loadPack<Pack>(y.data() + i);
  }
};

// The sums of this rank's groups, of which the other ranks have zeros, become those of all groups on all
// ranks.
void shareSums(const Teuchos::Comm<int>& comm, const ParameterView& sums,
               const ParameterView::HostMirror& hostSums, std::size_t count) {
  const auto range = std::make_pair(std::size_t(0), count);
  Kokkos::deep_copy(Kokkos::subview(hostSums, range), Kokkos::subview(sums, range));
  if (comm.getSize() == 1) return;
  const auto& mpi = dynamic_cast<const Teuchos::MpiComm<int>&>(comm);
  MPI_Allreduce(MPI_IN_PLACE, hostSums.data(), static_cast<int>(count), MPI_DOUBLE, MPI_SUM,
                *mpi.getRawMpiComm());
}

// The sum of term(i) over all entries of all ranks: the sums of the groups, each of which one rank has and
// the others leave at zero, are brought together and added in order.
template <class Term>
double globalSum(const Teuchos::Comm<int>& comm, const ParameterMetric& metric, const Term& term,
                 std::size_t size) {
  const auto groupSize = static_cast<std::size_t>(metric.groupSize);
  const std::size_t groups = metric.groupSums.extent(0);
  if (comm.getSize() > 1) fill(metric.groupSums, 0.0);
  Kokkos::parallel_for(
      dotLabel, Range(0, (size + groupSize - 1) / groupSize),
      GroupSums<Term>{term, size, groupSize, static_cast<std::size_t>(metric.firstGroup), metric.groupSums});
  shareSums(comm, metric.groupSums, metric.hostGroupSums, groups);
  const double* sums = metric.hostGroupSums.data();
  double sum = 0;
  for (std::size_t group = 0; group < groups; ++group) sum += sums[group];
  return sum;
}

// sums(j) becomes the sum over the groups of sums(group * count + j), in the order of the groups.
void addGroupsOnDevice(const ParameterView& sums, std::size_t groups, std::size_t count) {
  Kokkos::parallel_for(
      addGroupsLabel, Range(0, count), KOKKOS_LAMBDA(const std::size_t j) {
        double sum = 0;
        for (std::size_t group = 0; group < groups; ++group) sum += sums(group * count + j);
        sums(j) = sum;
      });
}

struct PlainProduct {
  const double *x, *y;
  template <class Pack>
  KOKKOS_FORCEINLINE_FUNCTION typename Pack::Value at(std::size_t i) const {
    return detail::loadPack<Pack>(x + i) * detail::loadPack<Pack>(y + i);
  }
};

// Entries of a vector, neighbours, that a thread handles in operations with many vectors: about a page on the
// host, so that the others stay in the cache and memory is read in long pieces.
constexpr std::size_t pieceSize(std::size_t smallest) {
  return detail::TileOf<DefaultExecution, double>::onHost ? std::max<std::size_t>(smallest, 512) : smallest;
}

// Products of the vectors on the left, the first in `operands`, with one of those on the right, over some
// groups: the same order of sums as in GroupSums.
struct GroupProducts {
  VectorWorkspace::Operands operands;
  std::size_t lefts, rights;
  std::size_t size, groupSize, firstGroup;
  std::size_t groupsTogether;
  ParameterView sums;

  std::size_t pieces() const {
    const std::size_t piece = groupsTogether * groupSize;
    return (size + piece - 1) / piece;
  }

  KOKKOS_INLINE_FUNCTION void operator()(const std::size_t index) const {
    const std::size_t right = index % rights, first = index / rights * groupsTogether;
    const VectorOperand& r = operands(lefts + right);
    for (std::size_t l = 0; l < lefts; ++l) {
      const VectorOperand& left = operands(l);
      const PlainProduct term{left.isDual == r.isDual ? left.riesz : left.values, r.values};
      for (std::size_t group = first; group < first + groupsTogether && group * groupSize < size; ++group) {
        const std::size_t begin = group * groupSize;
        const std::size_t end = begin + groupSize < size ? begin + groupSize : size;
        sums(((firstGroup + group) * rights + right) * lefts + l) = sumOfGroup(term, begin, end);
      }
    }
  }
};

// y(i) += sum of c_j v_j(i) + w(i) * sum of c_k u_k(i), v_j of the kind of y and u_k of the other.
struct Combination {
  static constexpr std::size_t chunk = pieceSize(1);

  VectorWorkspace::Operands operands;
  std::size_t count;
  ConstParameterView weights;
  bool isDual;
  ParameterView y;

  KOKKOS_INLINE_FUNCTION void operator()(const std::size_t index) const {
    const std::size_t begin = index * chunk;
    const std::size_t entries = begin + chunk < y.extent(0) ? chunk : y.extent(0) - begin;
    double same[chunk] = {}, other[chunk] = {};
    for (std::size_t j = 0; j < count; ++j) {
      const VectorOperand& operand = operands(j);
      double* sum = operand.isDual == isDual ? same : other;
      const double* values = operand.values + begin;
      if (entries == chunk) {
        for (std::size_t i = 0; i < chunk; ++i) sum[i] += operand.coefficient * values[i];
      } else {
        for (std::size_t i = 0; i < entries; ++i) sum[i] += operand.coefficient * values[i];
      }
    }
    for (std::size_t i = 0; i < entries; ++i) y(begin + i) += same[i] + weights(begin + i) * other[i];
  }
};

} // namespace

ParameterVector::ParameterVector(const ROL::Ptr<MultiVector>& values,
                                 const ROL::Ptr<const ParameterMetric>& metric, VectorKind kind)
    : ROL::TpetraMultiVector<double>(values), metric_(metric), kind_(kind) {}

ParameterView ParameterVector::local() {
  return Kokkos::subview(getVector()->getLocalViewDevice(Tpetra::Access::ReadWrite), Kokkos::ALL(), 0);
}

ConstParameterView ParameterVector::local() const {
  return Kokkos::subview(getVector()->getLocalViewDevice(Tpetra::Access::ReadOnly), Kokkos::ALL(), 0);
}

const ParameterVector& ParameterVector::compatible(const ROL::Vector<double>& x) const {
  const auto& other = dynamic_cast<const ParameterVector&>(x);
  if (other.dimension() != dimension())
    throw std::invalid_argument("ParameterVector: a vector has " + std::to_string(other.dimension()) +
                                " entries; expected " + std::to_string(dimension()) + ".");
  return other;
}

void ParameterVector::set(const ROL::Vector<double>& x) {
  axpby(1.0, compatible(x).local(), 0.0, local());
}

void ParameterVector::plus(const ROL::Vector<double>& x) {
  axpy(1.0, x);
}

void ParameterVector::axpy(const double alpha, const ROL::Vector<double>& x) {
  axpby(alpha, compatible(x).local(), 1.0, local());
}

void ParameterVector::scale(const double alpha) {
  const ParameterView values = local();
  axpby(alpha, values, 0.0, values);
}

void ParameterVector::zero() {
  fill(local(), 0.0);
}

void ParameterVector::setScalar(const double value) {
  fill(local(), value);
}

double ParameterVector::dot(const ROL::Vector<double>& x) const {
  const auto& w = kind_ == VectorKind::Primal ? metric_->weights : metric_->inverseWeights;
  return globalSum(*getMap()->getComm(), *metric_, WeightedProduct{w, compatible(x).local(), local()},
                   local().extent(0));
}

double ParameterVector::norm() const {
  return std::sqrt(dot(*this));
}

double ParameterVector::apply(const ROL::Vector<double>& x) const {
  return globalSum(*getMap()->getComm(), *metric_, Product{compatible(x).local(), local()},
                   local().extent(0));
}

const ROL::Vector<double>& ParameterVector::dual() const {
  if (dual_ == ROL::nullPtr)
    dual_ = make(kind_ == VectorKind::Primal ? VectorKind::Dual : VectorKind::Primal);
  weight(kind_ == VectorKind::Primal ? metric_->weights : metric_->inverseWeights, local(), dual_->local());
  return *dual_;
}

ROL::Ptr<ParameterVector> ParameterVector::make(VectorKind kind) const {
  return ROL::makePtr<ParameterVector>(ROL::makePtr<MultiVector>(getMap(), 1), metric_, kind);
}

ROL::Ptr<ROL::Vector<double>> ParameterVector::clone() const {
  return make(kind_);
}

ROL::Ptr<ROL::Vector<double>> ParameterVector::basis(const int i) const {
  if (i < 0 || i >= dimension())
    throw std::invalid_argument("ParameterVector: basis index " + std::to_string(i) + "; expected 0.." +
                                std::to_string(dimension() - 1) + ".");
  auto unit = make(kind_);
  if (getMap()->isNodeGlobalElement(i)) {
    const auto owned = static_cast<std::size_t>(getMap()->getLocalElement(i));
    const auto entry = Kokkos::subview(unit->local(), std::make_pair(owned, owned + 1));
    fill(entry, 1.0);
  }
  return unit;
}

// ROL's functions run in loops on the host where the vectors are there, and where no kernel knows them.

void ParameterVector::applyUnary(const ROL::Elementwise::UnaryFunction<double>& f) {
  if (isOnDevice && detail::applyUnaryByKernel(f, local())) return;
  const auto values = getVector()->getLocalViewHost(Tpetra::Access::ReadWrite);
  for (std::size_t i = 0; i < values.extent(0); ++i) values(i, 0) = f.apply(values(i, 0));
}

void ParameterVector::applyBinary(const ROL::Elementwise::BinaryFunction<double>& f,
                                  const ROL::Vector<double>& x) {
  // The other vector may be this one: both views are of the same access then.
  const auto& other = compatible(x);
  if (isOnDevice && detail::applyBinaryByKernel(f, local(), other.local())) return;
  const auto values = getVector()->getLocalViewHost(Tpetra::Access::ReadWrite);
  if (&other == this) {
    for (std::size_t i = 0; i < values.extent(0); ++i) values(i, 0) = f.apply(values(i, 0), values(i, 0));
    return;
  }
  const auto others = other.getVector()->getLocalViewHost(Tpetra::Access::ReadOnly);
  for (std::size_t i = 0; i < values.extent(0); ++i) values(i, 0) = f.apply(values(i, 0), others(i, 0));
}

double ParameterVector::reduce(const ROL::Elementwise::ReductionOp<double>& r) const {
  std::optional<double> reduced;
  if (isOnDevice && local().extent(0) > 0) reduced = detail::reduceByKernel(r, local());
  double own = reduced.value_or(r.initialValue());
  if (!reduced) {
    const auto values = getVector()->getLocalViewHost(Tpetra::Access::ReadOnly);
    for (std::size_t i = 0; i < values.extent(0); ++i) {
      const double value = values(i, 0);
      r.reduce(value, own);
    }
  }
  // ROL's and Teuchos' reduction types have the same numbers.
  double global = own;
  Teuchos::reduceAll<int, double>(*getMap()->getComm(),
                                  static_cast<Teuchos::EReductionType>(r.reductionType()), 1, &own, &global);
  return global;
}

void ParameterVector::averageSquares(double decay, const ROL::Vector<double>& g) {
  averageSquaresOf(decay, compatible(g).local(), local());
}

void ParameterVector::divideByRoots(const ROL::Vector<double>& v, double scale, double shift) {
  divideByRootsOf(compatible(v).local(), scale, shift, local());
}

void ParameterVector::adamStep(ROL::Vector<double>& mean, ROL::Vector<double>& squares,
                               const ROL::Vector<double>& g, const AdamFactors<double>& factors) {
  compatible(mean);
  compatible(squares);
  adamStepOf(factors, compatible(g).local(), dynamic_cast<ParameterVector&>(mean).local(),
             dynamic_cast<ParameterVector&>(squares).local(), local());
}

void ParameterVector::innerProducts(const std::vector<Operand<double>>& left,
                                    const std::vector<Operand<double>>& right,
                                    std::vector<double>& products) const {
  const std::size_t lefts = left.size(), rights = right.size(), count = lefts * rights;
  const std::size_t groups = metric_->groupSums.extent(0);
  const auto groupSize = static_cast<std::size_t>(metric_->groupSize);
  detail::VectorWorkspace& work = *metric_->block;
  products.assign(count, 0.0);
  if (count == 0) return;
  work.reserveOperands(lefts + rights);
  work.reserveSums(groups * count);
  for (std::size_t j = 0; j < lefts + rights; ++j) {
    const ParameterVector& v = compatible(*(j < lefts ? left[j] : right[j - lefts]).vector);
    const double* riesz = j < lefts ? compatible(v.dual()).local().data() : nullptr;
    work.hostOperands(j) = {v.local().data(), riesz, 1.0, v.kind_ == VectorKind::Dual};
  }
  Kokkos::deep_copy(work.operands, work.hostOperands);
  const auto& comm = *getMap()->getComm();
  const std::size_t size = local().extent(0);
  if (comm.getSize() > 1)
    fill(Kokkos::subview(work.sums, std::make_pair(std::size_t(0), groups * count)), 0.0);
  const GroupProducts kernel{work.operands,
                             lefts,
                             rights,
                             size,
                             groupSize,
                             static_cast<std::size_t>(metric_->firstGroup),
                             pieceSize(groupSize) / groupSize,
                             work.sums};
  Kokkos::parallel_for(productsLabel, Range(0, kernel.pieces() * rights), kernel);
  // A device that has all groups adds them itself: many sums would travel for few products.
  const bool addsThere = comm.getSize() == 1 && !detail::TileOf<DefaultExecution, double>::onHost;
  if (addsThere) addGroupsOnDevice(work.sums, groups, count);
  const std::size_t sharedGroups = addsThere ? 1 : groups;
  shareSums(comm, work.sums, work.hostSums, sharedGroups * count);
  const double* sums = work.hostSums.data();
  for (std::size_t group = 0; group < sharedGroups; ++group)
    for (std::size_t j = 0; j < count; ++j) products[j] += sums[group * count + j];
}

void ParameterVector::addCombination(const std::vector<double>& coefficients,
                                     const std::vector<Operand<double>>& vectors) {
  detail::VectorWorkspace& work = *metric_->block;
  work.reserveOperands(vectors.size());
  for (std::size_t j = 0; j < vectors.size(); ++j) {
    const ParameterVector& v = compatible(*vectors[j].vector);
    work.hostOperands(j) = {v.local().data(), nullptr, coefficients[j], v.kind_ == VectorKind::Dual};
  }
  Kokkos::deep_copy(work.operands, work.hostOperands);
  const ParameterView values = local();
  const bool isDual = kind_ == VectorKind::Dual;
  Kokkos::parallel_for(combinationLabel,
                       Range(0, (values.extent(0) + Combination::chunk - 1) / Combination::chunk),
                       Combination{work.operands, vectors.size(),
                                   isDual ? metric_->weights : metric_->inverseWeights, isDual, values});
}

} // namespace terrace::resnet
