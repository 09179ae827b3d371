// Data set files (HDF5): what they say of themselves, and every value.
#include "FuzzInput.hpp"

#include <terrace/dataset/DatasetFile.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string path = terrace::fuzz::asFile(bytes, size, ".h5");
  terrace::fuzz::read([&] { terrace::dataset::readInfo(path); });
  return 0;
}
