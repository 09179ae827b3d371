// PNG files.
#include "FuzzInput.hpp"
#include "images/PngFolder.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string path = terrace::fuzz::asFile(bytes, size, ".png");
  terrace::fuzz::read([&] {
    if (terrace::program::hasPngFiles(path)) terrace::program::readPngFiles(path);
  });
  return 0;
}
