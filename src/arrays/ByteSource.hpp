#pragma once

#include <cstddef>
#include <cstdint>

namespace terrace::program {

/// Bytes of a file, or of a member of an archive.
class ByteSource {
public:
  virtual ~ByteSource() = default;

  /// Reads \p count bytes from the place that was reached. \throws std::invalid_argument if there are fewer.
  virtual void read(void* bytes, std::size_t count) = 0;

  /// How many bytes there can be from here on: what asks for more is damaged, and nothing has to be made for
  /// it.
  virtual std::uint64_t remaining() const = 0;

  /// Whether seek() is possible.
  virtual bool canSeek() const { return false; }
  virtual void seek(std::uint64_t /*position*/) {}
};

} // namespace terrace::program
