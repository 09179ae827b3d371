// Studies as files, with the decks of their runs: YAML, or XML where the first byte is '<'.
#include "FuzzInput.hpp"
#include "compare/Study.hpp"

#include <Teuchos_DefaultSerialComm.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const bool isXml = size > 0 && bytes[0] == '<';
  const std::string file = terrace::fuzz::asFile(bytes, size, isXml ? ".xml" : ".yaml");
  const Teuchos::SerialComm<int> comm;
  terrace::fuzz::read([&] {
    const auto study = terrace::program::Study::read(file, {}, comm);
    study.xml();
  });
  return 0;
}
