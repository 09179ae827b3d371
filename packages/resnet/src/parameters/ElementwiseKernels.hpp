#pragma once

// ROL's elementwise functions as kernels. ROL hands them over as objects with a virtual function, which
// cannot run on a device: those that are known by their type are done by kernels of their own, with the
// constants that a call on the host tells.

#include <terrace/resnet/parameters/Device.hpp>

#include <Kokkos_Core.hpp>
#include <ROL_Vector.hpp> // with the elementwise functions, which cannot be included alone

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <typeinfo>

namespace terrace::resnet::detail {

/// \name What ROL's functions of the same name do with an entry
/// @{
struct FillEntry {
  double value;
  KOKKOS_INLINE_FUNCTION double operator()(double) const { return value; }
};
struct ShiftEntry {
  double value;
  KOKKOS_INLINE_FUNCTION double operator()(double x) const { return x + value; }
};
struct ScaleEntry {
  double value;
  KOKKOS_INLINE_FUNCTION double operator()(double x) const { return value * x; }
};
struct ReciprocalEntry {
  KOKKOS_INLINE_FUNCTION double operator()(double x) const { return 1.0 / x; }
};
struct AbsoluteValueEntry {
  KOKKOS_INLINE_FUNCTION double operator()(double x) const { return x < 0 ? -x : x; }
};
struct SignEntry {
  KOKKOS_INLINE_FUNCTION double operator()(double x) const { return x == 0 ? 0.0 : (x > 0 ? 1.0 : -1.0); }
};
struct SquareRootEntry {
  KOKKOS_INLINE_FUNCTION double operator()(double x) const { return std::sqrt(x); }
};
struct ThresholdUpperEntry {
  double threshold;
  KOKKOS_INLINE_FUNCTION double operator()(double x) const { return threshold < x ? x : threshold; }
};
struct ThresholdLowerEntry {
  double threshold;
  KOKKOS_INLINE_FUNCTION double operator()(double x) const { return x < threshold ? x : threshold; }
};
struct HeavisideEntry {
  KOKKOS_INLINE_FUNCTION double operator()(double x) const { return x > 0 ? 1.0 : (x == 0 ? 0.5 : 0.0); }
};

struct MultiplyEntries {
  KOKKOS_INLINE_FUNCTION double operator()(double x, double y) const { return x * y; }
};
struct PlusEntries {
  KOKKOS_INLINE_FUNCTION double operator()(double x, double y) const { return x + y; }
};
struct DivideEntries {
  KOKKOS_INLINE_FUNCTION double operator()(double x, double y) const { return x / y; }
};
struct DivideAndInvertEntries {
  KOKKOS_INLINE_FUNCTION double operator()(double x, double y) const { return y / x; }
};
struct AxpyEntries {
  double a;
  KOKKOS_INLINE_FUNCTION double operator()(double x, double y) const { return x + a * y; }
};
struct AypxEntries {
  double a;
  KOKKOS_INLINE_FUNCTION double operator()(double x, double y) const { return a * x + y; }
};
struct MinOfEntries {
  KOKKOS_INLINE_FUNCTION double operator()(double x, double y) const { return y < x ? y : x; }
};
struct MaxOfEntries {
  KOKKOS_INLINE_FUNCTION double operator()(double x, double y) const { return x < y ? y : x; }
};
struct SetEntry {
  KOKKOS_INLINE_FUNCTION double operator()(double, double y) const { return y; }
};
struct LesserEntry {
  KOKKOS_INLINE_FUNCTION double operator()(double x, double y) const { return x < y ? x : y; }
};
struct GreaterEntry {
  KOKKOS_INLINE_FUNCTION double operator()(double x, double y) const { return x > y ? x : y; }
};
/// @}

// x(i) = f(x(i))
template <class Function>
struct MapEntries {
  ParameterView x;
  Function f;
  KOKKOS_INLINE_FUNCTION void operator()(const std::size_t i) const { x(i) = f(x(i)); }
};

// x(i) = f(x(i), y(i))
template <class Function>
struct MapPairs {
  ParameterView x;
  ConstParameterView y;
  Function f;
  KOKKOS_INLINE_FUNCTION void operator()(const std::size_t i) const { x(i) = f(x(i), y(i)); }
};

using EntryRange = Kokkos::RangePolicy<DefaultExecution, Kokkos::IndexType<std::size_t>>;

/// x = f(x) by a kernel. \return false, and x as it was, if \p f is none of the functions above.
inline bool applyUnaryByKernel(const ROL::Elementwise::UnaryFunction<double>& f, const ParameterView& x) {
  namespace rol = ROL::Elementwise;
  static const std::string label = "terrace::ParameterVector::applyUnary";
  const auto& type = typeid(f);
  const auto launch = [&](const auto& entry) {
    Kokkos::parallel_for(label, EntryRange(0, x.extent(0)),
                         MapEntries<std::decay_t<decltype(entry)>>{x, entry});
    return true;
  };
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (type == typeid(rol::Fill<double>)) return launch(FillEntry{f.apply(0.0)});
  if (type == typeid(rol::Shift<double>)) return launch(ShiftEntry{f.apply(0.0)});
  if (type == typeid(rol::Scale<double>)) return launch(ScaleEntry{f.apply(1.0)});
  if (type == typeid(rol::Reciprocal<double>)) return launch(ReciprocalEntry{});
  if (type == typeid(rol::AbsoluteValue<double>)) return launch(AbsoluteValueEntry{});
  if (type == typeid(rol::Sign<double>)) return launch(SignEntry{});
  if (type == typeid(rol::SquareRoot<double>)) return launch(SquareRootEntry{});
  if (type == typeid(rol::ThresholdUpper<double>)) return launch(ThresholdUpperEntry{f.apply(-infinity)});
  if (type == typeid(rol::ThresholdLower<double>)) return launch(ThresholdLowerEntry{f.apply(infinity)});
  if (type == typeid(rol::Heaviside<double>)) return launch(HeavisideEntry{});
  return false;
}

/// x = f(x, y) by a kernel; \p y may be \p x. \return false, and x as it was, if \p f is none of the
/// functions above.
inline bool applyBinaryByKernel(const ROL::Elementwise::BinaryFunction<double>& f, const ParameterView& x,
                                const ConstParameterView& y) {
  namespace rol = ROL::Elementwise;
  static const std::string label = "terrace::ParameterVector::applyBinary";
  const auto& type = typeid(f);
  const auto launch = [&](const auto& entry) {
    Kokkos::parallel_for(label, EntryRange(0, x.extent(0)),
                         MapPairs<std::decay_t<decltype(entry)>>{x, y, entry});
    return true;
  };
  if (type == typeid(rol::Multiply<double>)) return launch(MultiplyEntries{});
  if (type == typeid(rol::Plus<double>)) return launch(PlusEntries{});
  if (type == typeid(rol::Divide<double>)) return launch(DivideEntries{});
  if (type == typeid(rol::DivideAndInvert<double>)) return launch(DivideAndInvertEntries{});
  if (type == typeid(rol::Axpy<double>)) return launch(AxpyEntries{f.apply(0.0, 1.0)});
  if (type == typeid(rol::Aypx<double>)) return launch(AypxEntries{f.apply(1.0, 0.0)});
  if (type == typeid(rol::Min<double>)) return launch(MinOfEntries{});
  if (type == typeid(rol::Max<double>)) return launch(MaxOfEntries{});
  if (type == typeid(rol::Set<double>)) return launch(SetEntry{});
  if (type == typeid(rol::Lesser<double>)) return launch(LesserEntry{});
  if (type == typeid(rol::Greater<double>)) return launch(GreaterEntry{});
  return false;
}

// sum of x(i);  the smallest and the largest x(i);  the smallest of 1 where x(i) is not 0
struct AddEntry {
  ConstParameterView x;
  KOKKOS_INLINE_FUNCTION void operator()(const std::size_t i, double& sum) const { sum += x(i); }
};
struct LeastEntry {
  ConstParameterView x;
  KOKKOS_INLINE_FUNCTION void operator()(const std::size_t i, double& least) const {
    if (x(i) < least) least = x(i);
  }
};
struct LargestEntry {
  ConstParameterView x;
  KOKKOS_INLINE_FUNCTION void operator()(const std::size_t i, double& largest) const {
    if (x(i) > largest) largest = x(i);
  }
};
struct NoEntryIsZero {
  ConstParameterView x;
  KOKKOS_INLINE_FUNCTION void operator()(const std::size_t i, double& all) const {
    if (x(i) == 0) all = 0;
  }
};

/// What \p r makes of the entries of \p x, which are some, by a kernel; nothing if it is of no known type.
inline std::optional<double> reduceByKernel(const ROL::Elementwise::ReductionOp<double>& r,
                                            const ConstParameterView& x) {
  namespace rol = ROL::Elementwise;
  static const std::string label = "terrace::ParameterVector::reduce";
  const auto& type = typeid(r);
  const EntryRange range(0, x.extent(0));
  double result = 0;
  if (type == typeid(rol::ReductionSum<double>)) {
    Kokkos::parallel_reduce(label, range, AddEntry{x}, result);
  } else if (type == typeid(rol::ReductionMin<double>)) {
    Kokkos::parallel_reduce(label, range, LeastEntry{x}, Kokkos::Min<double>(result));
  } else if (type == typeid(rol::ReductionMax<double>)) {
    Kokkos::parallel_reduce(label, range, LargestEntry{x}, Kokkos::Max<double>(result));
  } else if (type == typeid(rol::ReductionAnd<double>)) {
    Kokkos::parallel_reduce(label, range, NoEntryIsZero{x}, Kokkos::Min<double>(result));
    result = result == 0 ? 0 : 1;
  } else {
    return std::nullopt;
  }
  double reduced = r.initialValue();
  r.reduce(result, reduced);
  return reduced;
}

} // namespace terrace::resnet::detail
