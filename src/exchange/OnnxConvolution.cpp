#include "exchange/OnnxConvolution.hpp"

namespace terrace::program {

std::vector<std::int64_t> stencilPixels(const resnet::Shape& image) {
  std::vector<std::int64_t> pixels;
  for (int dy = 0; dy < 3; ++dy)
    for (int dx = 0; dx < 3; ++dx)
      for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x) pixels.push_back((y + dy) * (image.width + 2) + x + dx);
  return pixels;
}

std::vector<double> transposedStencil(const std::vector<double>& weight, int outputs, int inputs) {
  std::vector<double> transposed(weight.size());
  for (int o = 0; o < outputs; ++o)
    for (int i = 0; i < inputs; ++i)
      for (int tap = 0; tap < 9; ++tap)
        transposed[static_cast<std::size_t>((i * outputs + o) * 9 + 8 - tap)] =
            weight[static_cast<std::size_t>((o * inputs + i) * 9 + tap)];
  return transposed;
}

} // namespace terrace::program
