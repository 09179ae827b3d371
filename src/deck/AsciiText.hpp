#pragma once

#include <Teuchos_ParameterList.hpp>

#include <string>

namespace terrace::program {

/// A text in ASCII alone, for a parser that knows no other: each byte beyond stands as a word of letters.
class AsciiText {
public:
  explicit AsciiText(const std::string& text);

  const std::string& ascii() const { return ascii_; }

  /// What was \p text, or a part of it, before.
  std::string original(const std::string& text) const;

  /// The list with the original names and strings.
  Teuchos::ParameterList original(const Teuchos::ParameterList& list) const;

private:
  std::string marker_; ///< begins each word; not in the text
  std::string ascii_;
};

} // namespace terrace::program
