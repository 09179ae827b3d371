// Images and labels of the IDX format: two bytes say how long the file of labels is.
#include "FuzzInput.hpp"

#include <terrace/dataset/IdxFile.hpp>
#include <terrace/dataset/IdxImages.hpp>

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t first = std::min<std::size_t>(size - 2, bytes[0] + 256U * bytes[1]);
  const std::string labels = terrace::fuzz::asFile(bytes + 2, first, ".idx1");
  const std::string images = terrace::fuzz::asFile(bytes + 2 + first, size - 2 - first, ".idx3");
  terrace::fuzz::read([&] {
    terrace::dataset::IdxFile::recognizes(images);
    terrace::dataset::readIdxImages(images, labels);
  });
  return 0;
}
