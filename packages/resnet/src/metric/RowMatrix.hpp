#pragma once

#include "kernels/common/Alignment.hpp"
#include "kernels/common/Panels.hpp"
#include "kernels/common/Tile.hpp"
#include "kernels/common/Unroll.hpp"

#include <terrace/resnet/parameters/Device.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace terrace::resnet::detail {

/// A small matrix on the host, row after row; the rows are padded with zeros to whole vector registers.
template <class S>
class RowMatrix {
public:
  using Scalar = S;

  RowMatrix() = default;
  RowMatrix(int rows, int columns)
      : rows_(rows), columns_(columns), stride_(roundUp(columns, padding)),
        values_(static_cast<std::size_t>(rows) * static_cast<std::size_t>(stride_)) {}

  int rows() const { return rows_; }
  int columns() const { return columns_; }
  /// From a row to the next.
  int stride() const { return stride_; }
  bool empty() const { return values_.empty(); }
  S* row(int i) { return values_.data() + static_cast<std::ptrdiff_t>(i) * stride_; }
  const S* row(int i) const { return values_.data() + static_cast<std::ptrdiff_t>(i) * stride_; }
  S& operator()(int i, int j) { return row(i)[j]; }
  const S& operator()(int i, int j) const { return row(i)[j]; }
  /// All entries, the padding too.
  std::vector<S>& values() { return values_; }
  const std::vector<S>& values() const { return values_; }

  RowMatrix transposed() const {
    RowMatrix result(columns_, rows_);
    for (int i = 0; i < rows_; ++i)
      for (int j = 0; j < columns_; ++j) result(j, i) = (*this)(i, j);
    return result;
  }

private:
  static constexpr int padding = 64 / static_cast<int>(sizeof(S));

  int rows_ = 0;
  int columns_ = 0;
  int stride_ = 0;
  std::vector<S> values_;
};

/// C(i, j) = [C(i, j) +] sum_k A(i, k) B(k, j) for a register tile of C: `rows` rows by `packs` packs.
template <class Pack, bool accumulate, int rows, int packs>
void multiplyTile(const RowMatrix<typename Pack::Scalar>& A, const RowMatrix<typename Pack::Scalar>& B,
                  RowMatrix<typename Pack::Scalar>& C, int i, int j) {
  using Value = typename Pack::Value;
  Value sum[std::size_t(rows)][std::size_t(packs)];
  const auto forEach = [&](auto f) TERRACE_INLINE_LAMBDA {
    unrolled<rows>([&](auto r) TERRACE_INLINE_LAMBDA {
      unrolled<packs>([&](auto u) TERRACE_INLINE_LAMBDA { f(r, u); });
    });
  };
  typename Pack::Scalar* target = C.row(i) + j;
  const int stride = C.stride();
  forEach([&](auto r, auto u) TERRACE_INLINE_LAMBDA {
    if constexpr (accumulate) {
      sum[r][u] = loadPack<Pack>(target + r * stride + u * Pack::lanes);
    } else {
      sum[r][u] = Value{};
    }
  });
  const typename Pack::Scalar *left = A.row(i), *right = B.row(0) + j;
  for (int k = 0; k < B.rows(); ++k, right += B.stride()) {
    Value columns[std::size_t(packs)];
    unrolled<packs>([&](auto u) TERRACE_INLINE_LAMBDA {
      columns[u] = loadPack<Pack>(right + u * Pack::lanes);
      keepInRegister(columns[u]);
    });
    unrolled<rows>([&](auto r) TERRACE_INLINE_LAMBDA {
      const Value factor = broadcast<Pack>(left[r * A.stride() + k]);
      unrolled<packs>([&](auto u) TERRACE_INLINE_LAMBDA { sum[r][u] += factor * columns[u]; });
    });
  }
  forEach([&](auto r, auto u)
              TERRACE_INLINE_LAMBDA { storePack<Pack>(target + r * stride + u * Pack::lanes, sum[r][u]); });
}

/// C = A B, or C + A B; C is of the right size and neither A nor B.
template <bool accumulate, class Scalar>
void multiply(const RowMatrix<Scalar>& A, const RowMatrix<Scalar>& B, RowMatrix<Scalar>& C) {
  // Compilers for devices do not know vectors of the host.
  constexpr int lanes = registerBytesOf<DefaultExecution> / static_cast<int>(sizeof(Scalar));
  using Pack = PackOf<Scalar, lanes == 0 ? 1 : lanes>;
  constexpr int rows = 6, packs = 2; // 12 sums: they fit into 16 registers
  for (int j = 0; j < C.stride(); j += packs * Pack::lanes)
    for (int i = 0; i < C.rows(); i += rows)
      withRows<rows>(std::min(rows, C.rows() - i), [&](auto height) {
        if (j + packs * Pack::lanes <= C.stride()) {
          multiplyTile<Pack, accumulate, decltype(height)::value, packs>(A, B, C, i, j);
        } else {
          multiplyTile<Pack, accumulate, decltype(height)::value, 1>(A, B, C, i, j);
        }
      });
}

} // namespace terrace::resnet::detail
