// Lists of parameters in XML: what is read is written and read again to the same text.
#include "FuzzInput.hpp"

#include <terrace/parameters/XmlParameters.hpp>

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  terrace::fuzz::read([&] {
    const auto list =
        terrace::readXmlParameters(text, [](const std::string& path) { return path == "General"; });
    const std::string written = terrace::writeXmlParameters(list, terrace::Documentation::Omit);
    const auto again = terrace::readXmlParameters(written, {});
    if (terrace::writeXmlParameters(again, terrace::Documentation::Omit) != written) std::abort();
  });
  return 0;
}
