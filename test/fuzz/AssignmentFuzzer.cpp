// Assignments to a deck (--set PATH=VALUE), one a line.
#include "FuzzInput.hpp"
#include "deck/Assignment.hpp"
#include "deck/DeckParameters.hpp"

#include <terrace/parameters/ParameterValidation.hpp>

#include <sstream>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::istringstream lines(std::string(reinterpret_cast<const char*>(bytes), size));
  terrace::fuzz::read([&] {
    Teuchos::ParameterList list;
    for (std::string line; std::getline(lines, line);)
      terrace::program::Assignment::parse(line).apply(list, *terrace::program::validDeckParameters());
    terrace::validateParameters(list, *terrace::program::validDeckParameters(), "");
  });
  return 0;
}
