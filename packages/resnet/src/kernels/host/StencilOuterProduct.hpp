#pragma once

// Weight gradients of convolutions: sums over the pixels and samples of a chunk.

#include "kernels/common/DerivativeSums.hpp"
#include "kernels/common/Unroll.hpp"
#include "kernels/host/OuterProduct.hpp"
#include "kernels/host/Stencil.hpp"

#include <terrace/resnet/samples/SampleGroup.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace terrace::resnet::detail::host {

// G(i, j, tap) += f sum_{p, s} mu(p, i, s) x(p + tap, j, s) + nu(p, i, s) z(p + tap, j, s)
// g(i) += f sum_{p, s} mu(p, i, s)
// p: pixels, s: samples; x and z are 0 outside the image; nu may be empty
//
// For a tile of samples and some rows of pixels, both factors are copied panel by panel of channels, x with
// the zeros around the image: what a register tile reads is then one run, and no pixel is a special case. The
// sums over these pixels stay in registers; they are added to packs of sums, whose lanes are added up at the
// end of each sample group.
template <class Tile>
class StencilOuterProduct {
public:
  using Pack = typename Tile::Pack;
  using Value = typename Tile::Value;
  using Scalar = typename Tile::Scalar;
  using ConstSlab = typename Tile::ConstSlab;

  StencilOuterProduct() = default;
  StencilOuterProduct(const Stencil& stencil, int outputs, int inputs)
      : stencil_(stencil), outputs_(outputs), inputs_(inputs),
        rowsTogether_(std::min(stencil.height, std::max(1, pixelsTogether / stencil.width))),
        left_(at(rowsTogether_ * stencil.width) * at(outputs) * at(Tile::packs)),
        right_(at(rowsTogether_ + 2 * halo()) * at(stencil.width + 2 * halo()) * at(inputs) *
               at(Tile::packs)),
        sums_(at(outputs) * at(inputs) * at(stencil.taps())), biasSums_(at(outputs)) {}

  void add(const OuterProductOperands<Tile>& o, const DerivativeSums& sums, const GradientOffsets& offsets,
           int samples) {
    for (int group = 0; group < samples; group += samplesOfGroup) {
      const int end = std::min(samples, group + samplesOfGroup);
      for (int sample = group; sample < end; sample += Tile::samples) {
        addTile(o.mu, o.x, sample, offsets.bias >= 0);
        if (o.nu.extent(0) > 0) addTile(o.nu, o.z, sample, false);
      }
      moveInto(sums, offsets);
    }
  }

private:
  static constexpr int pixelsTogether = 64;
  static constexpr int registers = sizeof(Value) == 64 ? 32 : 16;
  static constexpr int rows = registers == 32 ? 6 : 4;
  static constexpr int columns = registers == 32 ? 4 : 3;

  static std::size_t at(int i) { return static_cast<std::size_t>(i); }
  int halo() const { return stencil_.side / 2; }

  void addTile(const ConstSlab& mu, const ConstSlab& x, int sample, bool withBias) {
    for (int y = 0; y < stencil_.height; y += rowsTogether_) {
      const int end = std::min(y + rowsTogether_, stencil_.height);
      copyLeft(mu, sample, y, end);
      if (withBias) addBias(end - y);
      copyRight(x, sample, y, end);
      addPanels(end - y);
    }
  }

  // left[panel of channels][pixel][channel][sample]
  void copyLeft(const ConstSlab& mu, int sample, int begin, int end) {
    const int pixels = (end - begin) * stencil_.width;
    Value* to = left_.data();
    forEachPanel<rows>(outputs_, [&](int first, auto height) {
      for (int pixel = 0; pixel < pixels; ++pixel)
        to = copy<decltype(height)::value>(&mu((begin * stencil_.width + pixel) * outputs_ + first, sample),
                                           to);
    });
  }

  // right[panel of channels][pixel][channel][sample], with zeros around the image
  void copyRight(const ConstSlab& x, int sample, int begin, int end) {
    Value* to = right_.data();
    forEachPanel<columns>(inputs_, [&](int first, auto width) {
      constexpr int c = decltype(width)::value;
      for (int y = begin - halo(); y < end + halo(); ++y) {
        const bool inside = y >= 0 && y < stencil_.height;
        to = inside ? std::fill_n(to, halo() * c * Tile::packs, Value{})
                    : std::fill_n(to, (stencil_.width + 2 * halo()) * c * Tile::packs, Value{});
        if (!inside) continue;
        for (int column = 0; column < stencil_.width; ++column)
          to = copy<c>(&x((y * stencil_.width + column) * inputs_ + first, sample), to);
        to = std::fill_n(to, halo() * c * Tile::packs, Value{});
      }
    });
  }

  template <int channels>
  static Value* copy(const Scalar* from, Value* to) {
    for (int k = 0; k < channels * Tile::packs; ++k) to[k] = loadPack<Pack>(from + k * Pack::lanes);
    return to + channels * Tile::packs;
  }

  void addBias(int imageRows) {
    const int pixels = imageRows * stencil_.width;
    const Value* from = left_.data();
    forEachPanel<rows>(outputs_, [&](int first, auto height) {
      constexpr int r = decltype(height)::value;
      Value sum[std::size_t(r)] = {};
      for (int pixel = 0; pixel < pixels; ++pixel, from += r * Tile::packs)
        for (int k = 0; k < r * Tile::packs; ++k) sum[k / Tile::packs] += from[k];
      for (int k = 0; k < r; ++k) biasSums_[at(first + k)] += sum[k];
    });
  }

  void addPanels(int imageRows) {
    const int pixels = imageRows * stencil_.width;
    const int padded = (imageRows + 2 * halo()) * (stencil_.width + 2 * halo());
    Value* to = sums_.data();
    forEachPanel<rows>(outputs_, [&](int i, auto height) {
      const Value* left = left_.data() + static_cast<long>(i) * pixels * Tile::packs;
      forEachPanel<columns>(inputs_, [&](int j, auto width) {
        constexpr int r = decltype(height)::value, c = decltype(width)::value;
        const Value* right = right_.data() + static_cast<long>(j) * padded * Tile::packs;
        for (int dy = 0; dy < stencil_.side; ++dy)
          for (int dx = 0; dx < stencil_.side; ++dx, to += r * c)
            addTap<r, c>(left, right + static_cast<long>(dy * paddedWidth() + dx) * c * Tile::packs,
                         imageRows, to);
      });
    });
  }
  int paddedWidth() const { return stencil_.width + 2 * halo(); }

  // to[k c + l] += sum over pixels and samples of left(k) right(l)
  template <int r, int c>
  __attribute__((noinline)) void addTap(const Value* left, const Value* right, int imageRows,
                                        Value* to) const {
    Value sum[std::size_t(r * c)];
    unrolled<r * c>([&](auto k) TERRACE_INLINE_LAMBDA { sum[k] = Value{}; });
    const int width = stencil_.width;
    for (int y = 0; y < imageRows; ++y, right += 2 * halo() * c * Tile::packs)
      for (int pixel = 0; pixel < width; ++pixel, left += r * Tile::packs, right += c * Tile::packs)
        unrolled<Tile::packs>([&](auto u) TERRACE_INLINE_LAMBDA {
          Value column[std::size_t(c)];
          unrolled<c>([&](auto l) TERRACE_INLINE_LAMBDA {
            column[l] = right[l * Tile::packs + u];
            keepInRegister(column[l]);
          });
          unrolled<r>([&](auto k) TERRACE_INLINE_LAMBDA {
            Value row = left[k * Tile::packs + u];
            keepInRegister(row);
            unrolled<c>([&](auto l) TERRACE_INLINE_LAMBDA { sum[k * c + l] += row * column[l]; });
          });
        });
    unrolled<r * c>([&](auto k) TERRACE_INLINE_LAMBDA { to[k] += sum[k]; });
  }

  // Adds the packs of sums up and clears them.
  void moveInto(const DerivativeSums& sums, const GradientOffsets& offsets) {
    const int taps = stencil_.taps();
    Value* from = sums_.data();
    forEachPanel<rows>(outputs_, [&](int i, auto height) {
      forEachPanel<columns>(inputs_, [&](int j, auto width) {
        constexpr int r = decltype(height)::value, c = decltype(width)::value;
        for (int tap = 0; tap < taps; ++tap)
          for (int k = 0; k < r; ++k)
            for (int l = 0; l < c; ++l)
              addTotal(*from++, sums,
                       offsets.weights + (static_cast<long>(i + k) * inputs_ + j + l) * taps + tap,
                       offsets.factor);
      });
    });
    for (int i = 0; i < outputs_ && offsets.bias >= 0; ++i)
      addTotal(biasSums_[at(i)], sums, offsets.bias + i, offsets.factor);
    std::fill(sums_.begin(), sums_.end(), Value{});
    std::fill(biasSums_.begin(), biasSums_.end(), Value{});
  }

  static void addTotal(const Value& packs, const DerivativeSums& sums, long entry, double factor) {
    double total = 0;
    for (int lane = 0; lane < Pack::lanes; ++lane) total += static_cast<double>(packs[lane]);
    total *= factor;
    sums.template add<static_cast<int>(sizeof(Value)), 1>(entry, &total);
  }

  // f(first, std::integral_constant<int, rows of the panel>) for all panels.
  template <int most, class Function>
  static void forEachPanel(int channels, const Function& f) {
    const Panels<most> panels{channels};
    for (int panel = 0; panel < panels.count(); ++panel)
      withRows<most>(panels.first(panel + 1) - panels.first(panel),
                     [&](auto height) { f(panels.first(panel), height); });
  }

  Stencil stencil_{1, 1, 1};
  int outputs_ = 0;
  int inputs_ = 0;
  int rowsTogether_ = 1; ///< Rows of pixels that are copied together.
  std::vector<Value> left_;
  std::vector<Value> right_;
  std::vector<Value> sums_; ///< In the order of addPanels().
  std::vector<Value> biasSums_;
};

} // namespace terrace::resnet::detail::host
