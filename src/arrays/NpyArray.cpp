#include "arrays/NpyArray.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>

namespace terrace::program {
namespace {

// The type of an array's numbers, as in "<f8": byte order, kind, size.
struct NumberType {
  char kind = 0; // f, i, u, b
  std::size_t size = 0;
  bool swapped = false;
};

struct Header {
  std::string type;       // as in the file: "<f8"
  bool byColumns = false; // Fortran order
  std::vector<std::size_t> shape;
  std::uint64_t begin = 0; // of the numbers
};

// A header of numbers that can be read.
struct MatrixHeader {
  NumberType type;
  bool byColumns = false;
  std::vector<std::size_t> shape;
  std::uint64_t begin = 0;
};

[[noreturn]] void reject(const std::string& name, const std::string& complaint) {
  throw std::invalid_argument(name + ": " + complaint + ".");
}

bool isDigit(char c) {
  return c >= '0' && c <= '9';
}

// The number that begins at `text`; none if it is none or too large.
std::optional<std::size_t> numberAt(const char* text, const char* end) {
  std::size_t number = 0;
  const auto parsed = std::from_chars(text, end, number);
  return parsed.ec == std::errc() ? std::optional(number) : std::nullopt;
}

// A type as "<f8"; none if it is another text.
std::optional<NumberType> splitType(const std::string& text) {
  constexpr std::size_t first = 2, most = 4; // digits from here, at most so many
  const bool isPlain = text.size() > first && text.size() <= first + most &&
                       text.find_first_of("<>|=") == 0 &&
                       std::isalpha(static_cast<unsigned char>(text[1])) != 0 &&
                       std::all_of(text.begin() + first, text.end(), isDigit);
  if (!isPlain) return std::nullopt;
  return NumberType{text[1], *numberAt(text.data() + first, text.data() + text.size()), text[0] == '>'};
}

std::string abridged(const std::string& text) {
  constexpr std::size_t most = 120;
  return text.substr(0, most);
}

NumberType typeOf(const std::string& text, const std::string& name) {
  const auto split = splitType(text);
  if (!split) reject(name, "holds values of the type " + abridged(text) + "; expected numbers");
  const NumberType type = *split;
  const bool isFloat = type.kind == 'f' && (type.size == 2 || type.size == 4 || type.size == 8);
  const bool isInteger = (type.kind == 'i' || type.kind == 'u') &&
                         (type.size == 1 || type.size == 2 || type.size == 4 || type.size == 8);
  if (!isFloat && !isInteger && !(type.kind == 'b' && type.size == 1)) {
    const std::string what = type.kind == 'U' || type.kind == 'S' ? "text"
                             : type.kind == 'c'                   ? "complex numbers"
                                                                  : "values of the type " + text;
    reject(name,
           "holds " + what +
               "; expected numbers (with NumPy: numpy.unique(a, return_inverse=True)[1] numbers texts)");
  }
  return type;
}

// The text behind 'field': in a header; NumPy writes one blank there, others none or more.
std::string fieldOf(const std::string& text, const std::string& field, const std::string& name) {
  const auto at = text.find("'" + field + "':");
  const auto value = at == std::string::npos ? at : text.find_first_not_of(' ', at + field.size() + 3);
  if (value == std::string::npos)
    reject(name, "its header is damaged or describes no plain array: " + abridged(text));
  return text.substr(value);
}

// The text between two signs at the beginning of a field.
std::string enclosed(const std::string& field, char begin, char end, const std::string& name) {
  const auto last = field.front() == begin ? field.find(end, 1) : std::string::npos;
  if (last == std::string::npos)
    reject(name, "its header is damaged or describes no plain array: " + abridged(field));
  return field.substr(1, last - 1);
}

std::vector<std::size_t> shapeOf(const std::string& text, const std::string& name) {
  std::vector<std::size_t> shape;
  const char* const end = text.data() + text.size();
  for (const char* at = std::find_if(text.data(), end, isDigit); at != end;
       at = std::find_if(at, end, isDigit)) {
    const auto extent = numberAt(at, end);
    if (!extent) reject(name, "has an extent that is too large: " + abridged(text));
    shape.push_back(*extent);
    at = std::find_if_not(at, end, isDigit);
  }
  return shape;
}

Header readHeader(ByteSource& bytes, const std::string& name) {
  std::array<unsigned char, 8> magic{};
  bytes.read(magic.data(), magic.size());
  if (std::memcmp(magic.data(), "\x93NUMPY", 6) != 0) reject(name, "is not a NumPy array");
  const bool isLong = magic[6] >= 2;
  std::array<unsigned char, 4> size{};
  bytes.read(size.data(), isLong ? 4 : 2);
  const std::size_t length =
      size[0] + (std::size_t{size[1]} << 8U) + (std::size_t{size[2]} << 16U) + (std::size_t{size[3]} << 24U);
  if (length > bytes.remaining()) reject(name, "its header is damaged");
  std::string text(length, '\0');
  bytes.read(text.data(), length);

  Header header;
  header.type = enclosed(fieldOf(text, "descr", name), '\'', '\'', name);
  header.byColumns = fieldOf(text, "fortran_order", name).rfind("True", 0) == 0;
  header.shape = shapeOf(enclosed(fieldOf(text, "shape", name), '(', ')', name), name);
  header.begin = 8U + (isLong ? 4U : 2U) + length;
  return header;
}

// How many numbers an array has. What the file has no bytes for is refused before room is made for it.
std::size_t countOf(const Header& header, const NumberType& type, const ByteSource& bytes,
                    const std::string& name) {
  const std::uint64_t most = bytes.remaining() / type.size;
  if (std::count(header.shape.begin(), header.shape.end(), std::size_t{0}) > 0) return 0;
  std::uint64_t count = 1;
  for (const auto extent : header.shape) {
    if (count > most / extent) reject(name, "is cut short");
    count *= extent;
  }
  return static_cast<std::size_t>(count);
}

MatrixHeader matrixHeader(const Header& header, const ByteSource& bytes, const std::string& name,
                          std::size_t dimensions) {
  MatrixHeader matrix{typeOf(header.type, name), header.byColumns, header.shape, header.begin};
  if (header.shape.empty() || header.shape.size() > dimensions)
    reject(name, "is " + shapeText(header.shape) + "; expected a matrix, samples x columns");
  if (countOf(header, matrix.type, bytes, name) == 0) reject(name, "has no numbers");
  if (header.shape.size() == 1) matrix.byColumns = false;
  return matrix;
}

double halfFloat(std::uint16_t bits) {
  const int exponent = bits >> 10U & 0x1FU;
  const double mantissa = bits & 0x3FFU;
  const double size = exponent == 0    ? std::ldexp(mantissa, -24)
                      : exponent == 31 ? (mantissa == 0 ? std::numeric_limits<double>::infinity()
                                                        : std::numeric_limits<double>::quiet_NaN())
                                       : std::ldexp(mantissa + 1024, exponent - 25);
  return (bits & 0x8000U) != 0 ? -size : size;
}

template <class T>
double valueAs(const unsigned char* bytes) {
  T value{};
  std::memcpy(&value, bytes, sizeof(T));
  return static_cast<double>(value);
}

double decode(const unsigned char* stored, const NumberType& type) {
  std::array<unsigned char, 8> bytes{};
  std::copy_n(stored, type.size, bytes.begin());
  if (type.swapped) std::reverse(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(type.size));
  const unsigned char* b = bytes.data();
  switch (type.kind) {
  case 'f':
    if (type.size == 2) return halfFloat(static_cast<std::uint16_t>(b[0] | b[1] << 8U));
    return type.size == 4 ? valueAs<float>(b) : valueAs<double>(b);
  case 'i':
    return type.size == 1   ? valueAs<std::int8_t>(b)
           : type.size == 2 ? valueAs<std::int16_t>(b)
           : type.size == 4 ? valueAs<std::int32_t>(b)
                            : valueAs<std::int64_t>(b);
  default:
    return type.size == 1   ? valueAs<std::uint8_t>(b)
           : type.size == 2 ? valueAs<std::uint16_t>(b)
           : type.size == 4 ? valueAs<std::uint32_t>(b)
                            : valueAs<std::uint64_t>(b);
  }
}

class NpyReader : public ArrayReader {
public:
  NpyReader(std::unique_ptr<ByteSource> bytes, const MatrixHeader& header)
      : ArrayReader(header.shape, header.type.kind == 'u' && header.type.size == 1), bytes_(std::move(bytes)),
        header_(header),
        stored_(header.byColumns ? storedColumns(header.shape) : std::vector<std::size_t>()) {}

  std::vector<double> next(std::size_t count) override {
    auto values = !header_.byColumns ? readNumbers(count * columns()) : nextByColumns(count);
    row_ += count;
    return values;
  }

private:
  std::vector<double> readNumbers(std::size_t count) {
    std::vector<unsigned char> stored(count * header_.type.size);
    bytes_->read(stored.data(), stored.size());
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i)
      values[i] = decode(stored.data() + i * header_.type.size, header_.type);
    return values;
  }

  // In an archive the columns cannot be visited one after the other for each block: they are kept.
  std::vector<double> nextByColumns(std::size_t count) {
    if (!bytes_->canSeek() && kept_.empty()) kept_ = readNumbers(rows() * columns());
    std::vector<double> values(count * columns());
    for (std::size_t j = 0; j < columns(); ++j) {
      const std::size_t first = stored_[j] * rows() + row_;
      std::vector<double> part;
      if (bytes_->canSeek()) {
        bytes_->seek(header_.begin + first * header_.type.size);
        part = readNumbers(count);
      }
      for (std::size_t i = 0; i < count; ++i)
        values[i * stored_.size() + j] = part.empty() ? kept_[first + i] : part[i];
    }
    return values;
  }

  std::unique_ptr<ByteSource> bytes_;
  MatrixHeader header_;
  std::vector<std::size_t> stored_; // columns in Fortran order, as the file has them
  std::size_t row_ = 0;
  std::vector<double> kept_;
};

// Fortran order to C order.
std::vector<double> inRows(const std::vector<double>& byColumns, const std::vector<std::size_t>& shape) {
  std::vector<double> result(byColumns.size());
  std::vector<std::size_t> index(shape.size(), 0);
  for (const double value : byColumns) {
    std::size_t place = 0;
    for (std::size_t d = 0; d < shape.size(); ++d) place = place * shape[d] + index[d];
    result[place] = value;
    for (std::size_t d = 0; d < shape.size() && ++index[d] == shape[d]; ++d) index[d] = 0;
  }
  return result;
}

void appendUtf8(std::string& text, std::uint32_t code) {
  const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80U) return add(code);
  if (code < 0x800U) {
    add(0xC0U | code >> 6U);
  } else if (code < 0x10000U) {
    add(0xE0U | code >> 12U);
    add(0x80U | (code >> 6U & 0x3FU));
  } else {
    add(0xF0U | code >> 18U);
    add(0x80U | (code >> 12U & 0x3FU));
    add(0x80U | (code >> 6U & 0x3FU));
  }
  add(0x80U | (code & 0x3FU));
}

} // namespace

std::unique_ptr<ArrayReader> readNpy(std::unique_ptr<ByteSource> bytes, const std::string& name,
                                     std::size_t dimensions) {
  const MatrixHeader header = matrixHeader(readHeader(*bytes, name), *bytes, name, dimensions);
  return std::make_unique<NpyReader>(std::move(bytes), header);
}

NpyTensor readNpyTensor(ByteSource& bytes, const std::string& name) {
  const Header header = readHeader(bytes, name);
  const NumberType type = typeOf(header.type, name);
  const std::size_t count = countOf(header, type, bytes, name);
  std::vector<unsigned char> stored(count * type.size);
  bytes.read(stored.data(), stored.size());
  NpyTensor tensor{header.shape, std::vector<double>(count)};
  for (std::size_t i = 0; i < count; ++i) tensor.values[i] = decode(stored.data() + i * type.size, type);
  if (header.byColumns) tensor.values = inRows(tensor.values, tensor.shape);
  return tensor;
}

std::string readNpyText(ByteSource& bytes, const std::string& name) {
  const Header header = readHeader(bytes, name);
  if (header.type.rfind("<U", 0) != 0 || !header.shape.empty())
    reject(name, "is not a single text (NumPy's type \"<U\")");
  const auto digits = header.type.data() + 2;
  const std::size_t length = numberAt(digits, header.type.data() + header.type.size()).value_or(0);
  if (length > bytes.remaining() / 4) reject(name, "is cut short");
  std::vector<unsigned char> stored(4 * length);
  bytes.read(stored.data(), stored.size());
  std::string text;
  for (std::size_t i = 0; i < length; ++i) {
    std::uint32_t code = 0;
    std::memcpy(&code, stored.data() + 4 * i, 4);
    if (code != 0) appendUtf8(text, code); // zeros fill the end
  }
  return text;
}

} // namespace terrace::program
