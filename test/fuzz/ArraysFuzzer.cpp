// Files of arrays: NumPy's .npy and .npz, MATLAB's .mat, HDF5 of any layout.
#include "FuzzInput.hpp"
#include "arrays/ArrayFile.hpp"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using terrace::program::ArrayFile;
  const std::string path = terrace::fuzz::asFile(bytes, size, ".arrays");
  terrace::fuzz::read([&] {
    const auto file = ArrayFile::open(path);
    if (file == nullptr) return;
    for (const auto& name : file->names())
      terrace::fuzz::read([&] {
        const auto reader = file->array(name, 3);
        constexpr std::size_t block = 1000;
        for (std::size_t row = 0; row < reader->rows(); row += block)
          reader->next(std::min(block, reader->rows() - row));
      });
  });
  return 0;
}
