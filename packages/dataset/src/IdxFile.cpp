#include <terrace/dataset/IdxFile.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>
#include <zlib.h>

namespace terrace::dataset {
namespace {

constexpr int unsignedBytes = 8;

[[noreturn]] void reject(const std::string& path, const std::string& complaint) {
  throw std::invalid_argument(path + ": " + complaint);
}

} // namespace

struct IdxFile::Stream {
  explicit Stream(const std::string& path) : file(gzopen(path.c_str(), "rb")) {}
  ~Stream() {
    if (file != nullptr) gzclose(file);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// How many bytes came, fewer at the end of the file or where it is damaged.
  std::size_t read(std::uint8_t* to, std::size_t count) {
    std::size_t all = 0;
    while (all < count) {
      const auto part = static_cast<unsigned>(std::min<std::size_t>(count - all, 1U << 30U));
      const int got = gzread(file, to + all, part);
      if (got <= 0) break;
      all += static_cast<std::size_t>(got);
    }
    return all;
  }

  gzFile file;
};

bool IdxFile::recognizes(const std::string& path) {
  Stream stream(path);
  std::array<std::uint8_t, 4> magic{};
  if (stream.file == nullptr || stream.read(magic.data(), magic.size()) < magic.size()) return false;
  return magic[0] == 0 && magic[1] == 0 && magic[2] >= unsignedBytes && magic[2] <= 14 && magic[3] > 0;
}

IdxFile::IdxFile(const std::string& path) : path_(path), stream_(std::make_unique<Stream>(path)) {
  if (stream_->file == nullptr) reject(path, "cannot be read.");
  const auto magic = read(4);
  if (magic[0] != 0 || magic[1] != 0 || magic[3] == 0) reject(path, "is not an IDX file.");
  if (magic[2] != unsignedBytes)
    reject(path, "holds values of the type " + std::to_string(magic[2]) +
                     " of the IDX format; expected unsigned bytes (8).");
  std::int64_t product = 1;
  for (int k = 0; k < magic[3]; ++k) {
    const auto bytes = read(4);
    const std::int64_t extent =
        (std::int64_t{bytes[0]} << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3];
    product *= k > 0 ? extent : 1;
    if (extent < 1 || extent > std::numeric_limits<int>::max() || product > std::numeric_limits<int>::max())
      reject(path, "has the extent " + std::to_string(extent) +
                       "; expected 1 or more, and samples of at most " +
                       std::to_string(std::numeric_limits<int>::max()) + " values.");
    extents_.push_back(static_cast<int>(extent));
  }
}

IdxFile::~IdxFile() = default;

// Room is made as the values come: a header may announce more than there is.
std::vector<std::uint8_t> IdxFile::read(std::size_t count) {
  constexpr std::size_t least = std::size_t{1} << 20U;
  std::vector<std::uint8_t> values;
  while (values.size() < count) {
    const std::size_t start = values.size(), part = std::min(count - start, std::max(least, start));
    values.resize(start + part);
    if (stream_->read(values.data() + start, part) < part)
      reject(path_, "ends before the values that its header announces, or is damaged.");
  }
  return values;
}

void IdxFile::requireEnd() {
  std::uint8_t more = 0;
  if (stream_->read(&more, 1) > 0) reject(path_, "has more values than its header announces.");
}

} // namespace terrace::dataset
