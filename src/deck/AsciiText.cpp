#include "deck/AsciiText.hpp"

#include <Teuchos_Array.hpp>

namespace terrace::program {
namespace {

using Teuchos::ParameterEntry;
using Teuchos::ParameterList;

// The half of a byte as a letter.
char letter(unsigned half) {
  return static_cast<char>('a' + half);
}

unsigned half(char letter) {
  return static_cast<unsigned>(letter - 'a') & 0xFU;
}

} // namespace

AsciiText::AsciiText(const std::string& text) : marker_("byte") {
  while (text.find(marker_) != std::string::npos) marker_ += 'q';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      ascii_ += c;
    } else {
      ascii_ += marker_ + letter(byte >> 4U) + letter(byte & 0xFU);
    }
  }
}

std::string AsciiText::original(const std::string& text) const {
  std::string result;
  std::size_t start = 0;
  for (auto at = text.find(marker_); at != std::string::npos; at = text.find(marker_, start)) {
    const std::size_t letters = at + marker_.size();
    if (letters + 2 > text.size()) break;
    result.append(text, start, at - start);
    result += static_cast<char>(half(text[letters]) << 4U | half(text[letters + 1]));
    start = letters + 2;
  }
  return result.append(text, start);
}

ParameterList AsciiText::original(const ParameterList& list) const {
  ParameterList result(original(list.name()));
  for (auto item = list.begin(); item != list.end(); ++item) {
    const std::string name = original(list.name(item));
    const ParameterEntry& entry = list.entry(item);
    if (entry.isList()) {
      result.set(name, original(list.sublist(list.name(item))));
    } else if (entry.isType<std::string>()) {
      result.set(name, original(Teuchos::getValue<std::string>(entry)));
    } else if (entry.isType<Teuchos::Array<std::string>>()) {
      auto texts = Teuchos::getValue<Teuchos::Array<std::string>>(entry);
      for (auto& text : texts) text = original(text);
      result.set(name, texts);
    } else {
      result.setEntry(name, entry);
    }
  }
  return result;
}

} // namespace terrace::program
