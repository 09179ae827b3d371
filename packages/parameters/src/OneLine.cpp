#include <terrace/parameters/OneLine.hpp>

#include <cctype>

namespace terrace {
namespace {

// Teuchos: "<file>:<line>:\n\nThrow number = 1\n\nThrow test that evaluated to true:
// <expression>\n\n<message>"; its parser puts "error: Parser failure at line 8 column 2 of <stream>" first.
std::string withoutTeuchosPreamble(const std::string& message) {
  const auto test = message.find("Throw test that evaluated to true:");
  if (test == std::string::npos) return message;
  const auto text = message.find("\n\n", test);
  if (text == std::string::npos) return message;
  std::string place;
  if (const auto line = message.find("Parser failure at line "); line < test) {
    const auto start = message.find("line ", line);
    place = message.substr(start, message.find(" of ", start) - start) + ": ";
  }
  return place + message.substr(text);
}

} // namespace

std::string oneLine(const std::string& message) {
  std::string line;
  for (const char c : withoutTeuchosPreamble(message)) {
    if (!std::isspace(static_cast<unsigned char>(c))) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

} // namespace terrace
