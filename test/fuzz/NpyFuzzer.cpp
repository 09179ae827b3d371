// NumPy's arrays, as matrices read by blocks, as tensors and as texts.
#include "FuzzInput.hpp"
#include "arrays/NpyArray.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace {

class Memory : public terrace::program::ByteSource {
public:
  Memory(const std::uint8_t* bytes, std::size_t size, bool canSeek)
      : bytes_(bytes), size_(size), canSeek_(canSeek) {}

  void read(void* bytes, std::size_t count) override {
    if (count > remaining()) throw std::invalid_argument("is cut short.");
    if (count > 0) std::memcpy(bytes, bytes_ + at_, count);
    at_ += count;
  }
  std::uint64_t remaining() const override { return size_ - std::min(at_, size_); }
  bool canSeek() const override { return canSeek_; }
  void seek(std::uint64_t position) override { at_ = position; }

private:
  const std::uint8_t* bytes_;
  std::size_t size_, at_ = 0;
  bool canSeek_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace terrace::program;
  for (const bool canSeek : {true, false})
    terrace::fuzz::read([&] {
      const auto reader = readNpy(std::make_unique<Memory>(bytes, size, canSeek), "input", 3);
      for (std::size_t row = 0; row < reader->rows(); row += 3)
        reader->next(std::min<std::size_t>(3, reader->rows() - row));
    });
  terrace::fuzz::read([&] {
    Memory source(bytes, size, false);
    readNpyTensor(source, "input");
  });
  terrace::fuzz::read([&] {
    Memory source(bytes, size, false);
    readNpyText(source, "input");
  });
  return 0;
}
