// Tables in text files; the first byte chooses the delimiter and whether there is a header.
#include "FuzzInput.hpp"

#include <terrace/dataset/TextTable.hpp>

#include <array>

using terrace::dataset::TextTable;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::array<char, 5> delimiters{0, ',', ';', ' ', TextTable::blanks};
  constexpr std::array<TextTable::Header, 3> headers{TextTable::Header::Auto, TextTable::Header::Yes,
                                                     TextTable::Header::No};
  const char delimiter = delimiters[bytes[0] % delimiters.size()];
  const auto header = headers[bytes[0] / delimiters.size() % headers.size()];
  const std::string file = terrace::fuzz::asFile(bytes + 1, size - 1, ".csv");
  terrace::fuzz::read([&] {
    TextTable table(file, delimiter, header);
    while (table.next())
      for (std::size_t column = 0; column < table.columns(); ++column) table.number(column);
  });
  return 0;
}
