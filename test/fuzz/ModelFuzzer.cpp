// Networks as files: model files, NPZ archives and ONNX files, as their first bytes say; of model files the
// statistics and the network that predicts as well.
#include "FuzzInput.hpp"
#include "exchange/PortableModel.hpp"

#include <terrace/model/ModelFile.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string path = terrace::fuzz::asFile(bytes, size, ".model");
  terrace::fuzz::read([&] { terrace::program::readPortableModel(path); });
  return 0;
}
