// Files of arrays: NumPy's .npy and .npz, HDF5 of any layout; with TERRACE_FUZZ_MATLAB MATLAB's .mat alone,
// in which libmatio's faults come too often to leave time for the others.
#include "FuzzInput.hpp"
#include "arrays/ArrayFile.hpp"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using terrace::program::ArrayFile;
#ifdef TERRACE_FUZZ_MATLAB
  constexpr bool matlab = true;
#else
  constexpr bool matlab = false;
#endif
  const std::string magic = "MATLAB 5";
  if (matlab != (size >= magic.size() && std::equal(magic.begin(), magic.end(), bytes))) return -1;
  const std::string path = terrace::fuzz::asFile(bytes, size, ".arrays");
  terrace::fuzz::read([&] {
    const auto file = ArrayFile::open(path);
    if (file == nullptr) return;
    for (const auto& name : file->names())
      terrace::fuzz::read([&] {
        const auto reader = file->array(name, 4);
        constexpr std::size_t block = 1000;
        for (std::size_t row = 0; row < reader->rows(); row += block)
          reader->next(std::min(block, reader->rows() - row));
      });
  });
  return 0;
}
