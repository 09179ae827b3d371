// In place of OnnxReader.cpp and OnnxWriter.cpp where ONNX's schema was left out of the build.
#include "exchange/OnnxFile.hpp"

#include <stdexcept>

namespace terrace::program {

void writeOnnx(const std::string&, const PortableModel&, Precision, const std::string& shownAs) {
  throw std::invalid_argument(shownAs + ": this program was built without ONNX (TERRACE_ONNX=OFF); expected "
                                        "a name that ends in .npz or .h.");
}

PortableModel readOnnx(const std::string& path) {
  throw std::invalid_argument(path +
                              ": is an ONNX file or an unknown one, and this program was built without ONNX "
                              "(TERRACE_ONNX=OFF); expected a model file, a run directory or a .npz.");
}

} // namespace terrace::program
