#pragma once

#include "exchange/OnnxGraph.hpp"

#include <terrace/resnet/network/Shape.hpp>

#include <cstdint>
#include <vector>

namespace terrace::program {

/// \name Convolutions of 3 x 3 pixels as products of matrices
///
/// onnxruntime convolves in single precision only, so graphs in double precision have for A * x: Pad by one
/// pixel, Reshape to samples x channels x pixels, Gather of the pixels under the stencil, Reshape to samples
/// x (channels 9) x pixels, MatMul, Reshape to an image.
/// @{

/// For each of the 9 places of the stencil and each pixel of an image, the pixel of the padded image that
/// lies there: 9 x pixels, row-major.
std::vector<std::int64_t> stencilPixels(const resnet::Shape& image);

/// The matrix of the adjoint convolution A^T: the stencil is turned round.
/// \param weight  outputs x inputs x 9. \returns inputs x outputs x 9.
std::vector<double> transposedStencil(const std::vector<double>& weight, int outputs, int inputs);
/// @}

} // namespace terrace::program
